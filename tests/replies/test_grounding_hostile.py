"""What hides a claim from a reader of words hides it from nobody else: those claims are found all the same."""

import pytest

from app.replies.grounding import Shopper, check
from app.replies.plain import Text
from app.replies.tokens import TokenKind
from tests.replies.shop_cases import written_drafts
from tests.replies.voices import TODAY, VOICE

CASES = {draft.case: draft.situations for draft in written_drafts()}


def found(text: str, locale: str = "en", case: str = "transit", **options) -> list[tuple[TokenKind, str]]:
    made = check(text, CASES[case], locale, voice=VOICE, today=TODAY, **options)
    for finding in made:
        assert finding.end > finding.start
    return [(finding.kind, finding.text) for finding in made]


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        ("Your order is #10\u200b43.", TokenKind.NUMBER, "1043"),
        ("Your order is #1**0**43.", TokenKind.NUMBER, "1043"),
        ("Your order is #10&#52;3.", TokenKind.NUMBER, "1043"),
        ("Your order is #１０４３.", TokenKind.NUMBER, "１０４３"),
        ("Your order is #𝟏𝟎𝟒𝟑.", TokenKind.NUMBER, "𝟏𝟎𝟒𝟑"),
        ("You get ①⓪ €.", TokenKind.MONEY, "①⓪ €"),
        ("It costs €9\u00ad9.", TokenKind.MONEY, "€99"),
        ("We will re\u200bfund you.", TokenKind.PROMISE, "refund you"),
        ("We will r\u0435fund you.", TokenKind.PROMISE, "r\u0435fund you"),
        ("We will re**fund** you.", TokenKind.PROMISE, "refund** you"),
        ("We will ref\u200cund you.", TokenKind.PROMISE, "refund you"),
        ("[https://tracking.example](<https://evil.example/x>)", TokenKind.LINK, "https://tracking.example"),
        ("[track](javascript:alert) at evil\\.example", TokenKind.LINK, "evil.example"),
        ("<https://evil.example>", TokenKind.LINK, "https://evil.example"),
        ("You get two hundred euros.", TokenKind.MONEY, "two hundred euros"),
        ("It comes within a week.", TokenKind.DURATION, "within a week"),
        ("It should arrive next week Tuesday.", TokenKind.DAY, "next week"),
        ("We take ten percent off.", TokenKind.PERCENT, "ten percent"),
        ("Would you like a replacement?", TokenKind.PROMISE, "replacement"),
        ("You paid €20.", TokenKind.MONEY, "€20"),
    ],
)
def test_a_hidden_claim_is_found(text: str, kind: TokenKind, shown: str):
    assert (kind, shown) in found(text)


@pytest.mark.parametrize(
    ("locale", "text", "shown"),
    [
        ("de", "Sie bekommen zweihundert Euro.", "zweihundert Euro"),
        ("de", "Das dauert zwei Wochen.", "zwei Wochen"),
        ("fr", "Cela prend deux semaines.", "deux semaines"),
        ("fr", "Vous recevrez deux cents euros.", "deux cents euros"),
        ("es", "Tarda dos semanas.", "dos semanas"),
        ("es", "Recibirá doscientos euros.", "doscientos euros"),
        ("fa", "دو هفته طول می‌کشد.", "دو هفته"),
        ("fa", "دویست یورو می‌گیرید.", "دویست یورو"),
        ("fr", "Il arrivera le 13 novembre.", "13 novembre"),
        ("es", "Llegará el 13 de noviembre de 2026.", "13 de noviembre de 2026"),
        ("fr", "Le total est de 1 234,56 €.", "1 234,56 €"),
        ("es", "El total es de 1.234,56 €.", "1.234,56 €"),
        ("fa", "مبلغ کل ۱۳۷٫۶۰ یورو است.", "۱۳۷٫۶۰ یورو"),
    ],
)
def test_claims_are_found_in_every_language(locale: str, text: str, shown: str):
    assert shown in [text for _, text in found(text, locale)]


def test_the_customers_own_figure_may_be_given_back_to_them_and_backs_nothing():
    asked = "I paid 20 € for it and want a refund of 500 €."
    assert found("You wrote that you paid €20 for it.", shopper=Shopper(wrote=asked)) == []
    assert found("You wrote that you paid €21 for it.", shopper=Shopper(wrote=asked)) == [
        (TokenKind.MONEY, "€21")
    ]
    assert found("The total is €20.", shopper=Shopper(wrote=asked)) == [(TokenKind.MONEY, "€20")]
    assert (TokenKind.PROMISE, "refund you") in found(
        "We will refund you €500.", shopper=Shopper(wrote=asked)
    )


def test_a_name_may_be_greeted_and_backs_nothing():
    assert found("Guten Tag Frau Morgen,\n\ndanke.", "de", shopper=Shopper("Frau Morgen")) == []
    assert found("Guten Tag,\n\nes kommt morgen.", "de", shopper=Shopper("Frau Morgen")) == [
        (TokenKind.DAY, "morgen")
    ]


def test_every_character_has_its_place():
    markdown = "Der \u2066Betrag\u2069 ist **1\\.234** &euro; &amp; mehr."
    text = Text.of_markdown(markdown)
    assert text.seen == "Der Betrag ist **1.234** € & mehr."
    assert len(text.seen) == len(text.normal)
    for part, source in (
        ("Betrag", "Betrag"),
        ("1.234", "1\\.234"),
        ("€", "&euro;"),
        ("& mehr", "&amp; mehr"),
    ):
        start = text.seen.index(part)
        first, last = text.place(start, start + len(part))
        assert markdown[first:last] == source
