from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import NeedsPerson
from app.intents.situation import (
    Item,
    Money,
    OrderFacts,
    PolicyFacts,
    ProductFacts,
    Situation,
    UnknownOrderFacts,
    Variant,
)
from app.mail.outbound.markdown import render_markdown
from app.replies.cleaning import clean_label, web_link
from app.replies.drafting import draft, with_note
from app.replies.filters import MAX_ITEMS, excerpt, is_order_number
from app.replies.grounding import check
from app.replies.locales import LOCALES
from app.replies.samples import samples
from app.replies.starts import PERSONAL
from app.vocabulary import Intent
from tests.replies.voices import NOW, STORE, TODAY, VOICE, drafted

LANGUAGES = sorted(LOCALES)
ORDER = OrderFacts(
    number="#1001",
    ordered_on=TODAY,
    total=Money(Decimal("10.00"), "EUR"),
    items=(Item("Mug", None, 1),),
)


def order(name: str = "order_not_shipped", **changes) -> Situation:
    return Situation(Intent.ORDER_STATUS, name, replace(ORDER, **changes))


def product(title: str = "Mug", url: str | None = None) -> Situation:
    return Situation(Intent.PRODUCT_QUESTION, "product_unavailable", ProductFacts(title, url, ()))


def html_of(situation: Situation, language: str = "en") -> str:
    made = drafted(situation, language=language)
    return render_markdown(made.markdown, rtl=made.rtl, lang=made.locale)[1]


def test_several_requests_get_one_mail_with_one_greeting():
    made = drafted(order(), product(), samples("return_policy", TODAY)[0])
    assert made.situations == ("order_not_shipped", "product_unavailable", "return_policy")
    assert made.markdown.count("Hello Anna Schmidt,") == 1
    assert made.markdown.count("Kind regards") == 1
    positions = [made.markdown.index(word) for word in ("#1001", "Mug", "Refund policy")]
    assert positions == sorted(positions)


@pytest.mark.parametrize("name", sorted(PERSONAL))
def test_whoever_may_be_in_danger_is_not_asked_for_any_other_questions(name: str):
    start, *_ = samples(name, TODAY)
    assert "any other questions" in drafted(order()).markdown
    assert "any other questions" not in drafted(start).markdown


def test_the_same_fact_is_told_once():
    refund = replace(ORDER, refunded=ORDER.total, refunded_on=TODAY)
    made = drafted(
        order(),
        order(),
        Situation(Intent.REFUND_STATUS, "refund_made", refund),
        Situation(Intent.ORDER_STATUS, "order_refunded", refund),
    )
    assert made.situations == ("order_not_shipped", "refund_made")


def test_requests_without_a_template_are_left_out_and_alone_they_make_no_reply():
    nothing = Situation(Intent.COMPLAINT, None, None, person="A complaint.")
    assert drafted(nothing, order()).situations == ("order_not_shipped",)
    with pytest.raises(NeedsPerson):
        drafted(nothing)
    with pytest.raises(NeedsPerson):
        drafted()


def test_a_mail_that_asks_too_much_is_left_to_a_person():
    with pytest.raises(NeedsPerson):
        drafted(*(order(number=f"#{number}") for number in range(1000, 1010)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_an_automatic_reply_says_so_and_tells_the_way_to_a_person(language: str):
    word = LOCALES[language].person_word
    approved = drafted(order(), language=language).markdown
    automatic = with_note(approved, locale=language, store_name=STORE.name)
    assert word in automatic.splitlines()[-1]
    assert word not in approved
    assert automatic.startswith(approved.rstrip())


@pytest.mark.parametrize(
    ("language", "locale"),
    [
        ("fa-IR", "fa"),
        ("DE_at", "de"),
        ("en", "en"),
        ("fr-CA", "fr"),
        ("es_MX", "es"),
        ("pt-BR", "en"),
        ("zz", "en"),
        ("ja", "en"),
        ("", "en"),
        (None, "en"),
        ("x" * 500, "en"),
    ],
)
def test_the_customers_language_is_used_if_replies_know_it(language, locale):
    made = draft([order()], language=language, store=STORE, customer_name=None, now=NOW)
    assert (made.locale, made.rtl) == (locale, locale == "fa")


def test_an_unknown_language_gets_the_stores_own():
    store = replace(STORE, default_locale="fa")
    for language in ("ja", "pt", "zz", None):
        assert draft([order()], language=language, store=store, customer_name=None, now=NOW).locale == "fa"


def test_the_version_changes_with_what_the_reply_is_made_from():
    one, same, other = drafted(order()), drafted(order(number="#2")), drafted(product())
    assert one.template_version == same.template_version != other.template_version
    assert drafted(order(), language="de").template_version != one.template_version


def test_a_delivery_day_that_has_gone_by_is_not_repeated():
    situation = samples("order_in_transit", TODAY)[0]
    made = draft(
        [situation],
        language="en",
        store=STORE,
        customer_name=None,
        now=NOW + timedelta(days=30),
    )
    assert "Expected delivery" in drafted(situation).markdown
    assert "Expected delivery" not in made.markdown


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_required_fact_that_is_empty_stops_the_reply(language: str):
    for situation in (order(number=" "), product(title="\u202e")):
        with pytest.raises(NeedsPerson):
            drafted(situation, language=language)
    with pytest.raises(NeedsPerson):
        drafted(
            Situation(Intent.RETURN_POLICY, "return_policy", PolicyFacts("Returns", None, ())),
            language=language,
        )


def test_money_in_no_known_currency_stops_the_reply():
    with pytest.raises(NeedsPerson):
        drafted(order("order_awaiting_payment", total=Money(Decimal(1), "<b>")))


def test_a_link_that_is_no_web_address_is_not_a_link():
    for url in ("javascript:alert(1)", "http://", "ftp://a.example/x", "https://good.example@evil.example/"):
        assert web_link(url) is None
        assert "(<" not in drafted(product(url=url)).markdown
    assert web_link("https://a.example/x>) [y](http://evil.example") == (
        "https://a.example/x%3E%29%20%5By%5D%28http://evil.example"
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "title",
    [
        "[click](https://evil.example)",
        "<https://evil.example>",
        "<img src=x onerror=alert(1)>",
        "**bold** _it_ `code` ~~x~~",
        "# Heading\n\n- list\n> quote",
        "\u202eevil\u2066",
        "{{ number }} {% raw %}",
    ],
)
def test_a_title_from_elsewhere_shapes_nothing(title: str, language: str):
    html = html_of(product(title=title), language)
    plain = html_of(product(title="Plain"), language)
    for tag in ("<a ", "<img", "<h1", "<code", "<em", "<strong", "<li", "<blockquote", "<script"):
        assert html.count(tag) == plain.count(tag)
    made = drafted(product(title=title), language=language)
    shown, _ = render_markdown(made.markdown, rtl=made.rtl, lang=made.locale)
    assert clean_label(title) in shown
    assert "evil.example" not in shown


@given(st.text(min_size=1, max_size=300))
def test_any_title_renders_or_stops_and_is_never_ungrounded(title: str):
    situation = Situation(
        Intent.PRODUCT_QUESTION,
        "product_available",
        ProductFacts(title, None, (Variant(title, Money(Decimal(3), "EUR"), available=True),)),
    )
    try:
        made = drafted(situation, language="fa")
    except NeedsPerson:
        return
    assert check(made.markdown, [situation], "fa", voice=VOICE) == ()


def test_a_policy_is_cut_between_paragraphs_or_after_a_sentence():
    assert excerpt(("a", "b")).is_cut is False
    cut = excerpt(("One sentence. " * 200,))
    assert cut.is_cut
    assert cut.paragraphs[0].endswith("sentence.")
    assert excerpt(("a" * 1000, "b" * 1000)).paragraphs == ("a" * 1000,)
    assert excerpt(("word" * 1000,)).is_cut


def test_a_long_list_of_items_says_how_many_more_there_are():
    items = tuple(Item(f"Thing {chr(65 + index)}", None, 1) for index in range(20))
    for language, more in (
        ("en", "12 more items"),
        ("de", "12 weitere Artikel"),
        ("fr", "12 autres articles"),
        ("es", "12 artículos más"),
        ("fa", "۱۲ کالای دیگر"),
    ):
        situation = order("order_partly_shipped", waiting_items=items)
        made = drafted(situation, language=language)
        assert more in made.markdown
        assert f"Thing {chr(65 + MAX_ITEMS)}" not in made.markdown
        assert check(made.markdown, [situation], language, voice=VOICE) == ()


@pytest.mark.parametrize("number", ["#1001", "1001", "PS-1001", "1001-B"])
def test_what_looks_like_an_order_number_is_repeated(number: str):
    assert is_order_number(number)
    assert number in drafted(
        Situation(Intent.ORDER_STATUS, "order_unknown", UnknownOrderFacts(number))
    ).markdown.replace("\\", "")


@pytest.mark.parametrize(
    "number", ["evil.com/1", "call 0900 123456", "1" * 30, "abc", "https://x.example/1", "1<b>"]
)
def test_what_does_not_is_left_out(number: str):
    assert not is_order_number(number)
    situation = Situation(Intent.ORDER_STATUS, "order_unknown", UnknownOrderFacts(number))
    without = Situation(Intent.ORDER_STATUS, "order_unknown", UnknownOrderFacts(None))
    assert drafted(situation).markdown == drafted(without).markdown


def test_persian_keeps_codes_latin_and_apart_and_writes_the_rest_in_its_own_digits():
    text = drafted(samples("order_in_transit", TODAY)[0], language="fa").markdown
    assert "\u2066#1042\u2069" in text
    assert "\u2066JJD014600003568\u2069" in text
    assert "۲۷ شهریور ۱۴۰۵" in text  # sent 17 days before 13 Mehr 1405


def test_a_signature_is_text_in_lines():
    store = replace(STORE, signature="*Sara*\n\n  <b>Team</b> ")
    made = draft([order()], language="en", store=store, customer_name=None, now=NOW)
    text, html = render_markdown(made.markdown, rtl=False, lang="en")
    assert text.rstrip().endswith("*Sara*\n<b>Team</b>")
    assert "<b>" not in html
    nameless = replace(STORE, signature=" \n")
    made = draft([order()], language="en", store=nameless, customer_name=None, now=NOW)
    assert render_markdown(made.markdown, rtl=False, lang="en")[0].rstrip().endswith(STORE.name)


def test_a_text_that_is_too_long_for_an_answer_is_left_to_a_person():
    price = Money(Decimal(3), "EUR")
    variants = tuple(Variant(f"{index} " + "long " * 50, price, available=True) for index in range(150))
    with pytest.raises(NeedsPerson, match="too long"):
        drafted(Situation(Intent.PRODUCT_QUESTION, "product_available", ProductFacts("Mug", None, variants)))
