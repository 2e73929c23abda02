import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.classifier.tokens import clip_tokens, estimate_tokens

quicktok = pytest.importorskip("quicktok")

MAILS = [
    "Hello, where is my order #1035? It was due on Tuesday and nobody answers the phone. Thanks, Ann",
    "Guten Tag, wo bleibt meine Bestellung Nr. 1033? Die Sendungsverfolgung zeigt seit neun Tagen nichts Neues.",
    "Bonjour, je n'ai toujours pas reçu ma commande 1044. Pouvez-vous me dire où elle se trouve ?",
    "سلام، سفارش ۱۰۴۵ من هنوز نرسیده است. لطفاً بگویید چه زمانی به دستم می‌رسد؟",
    "أين طلبي رقم ١٠٤٥؟ لم يصل حتى الآن وأريد استرداد المبلغ.",
    "Здравствуйте! Где мой заказ 1045? Уже две недели жду.",
    "注文番号1045の商品がまだ届きません。いつ届きますか？",
    "我的订单1045还没有到，请问什么时候发货？",
    "Tracking 1Z999AA10123456784, order 1001, 24.50 EUR, https://shop.example/orders/1001?token=abc123",
]


@pytest.mark.parametrize("mail", MAILS)
def test_an_estimate_is_never_too_low_for_what_people_write_and_not_absurdly_high(mail):
    exact = len(quicktok.get_encoding("o200k_base").encode(mail))
    assert exact <= estimate_tokens(mail) <= 3.5 * exact


@given(st.text(max_size=300), st.integers(min_value=1, max_value=60))
def test_what_is_clipped_is_a_beginning_that_fits(text, budget):
    clipped = clip_tokens(text, budget)
    assert text.startswith(clipped)
    assert not clipped or estimate_tokens(clipped) <= budget
