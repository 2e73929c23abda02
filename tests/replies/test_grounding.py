import re
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.intents.situation import OrderFacts, Situation
from app.replies.grounding import Finding, check, fact_tokens
from app.replies.locales import LATIN_DIGITS, LOCALES, PERSIAN_DIGITS
from app.replies.samples import SITUATIONS, samples
from app.replies.tokens import Token, TokenKind, tokens
from tests.costs import is_at_most
from tests.replies.voices import TODAY, VOICE, drafted

ALL = [(code, sample) for code in LOCALES for name in SITUATIONS for sample in samples(name, TODAY)]
rendered = st.sampled_from(ALL).map(lambda one: (one[0], one[1], drafted(one[1], language=one[0]).markdown))
with_digits = rendered.filter(lambda one: any(character.isdigit() for character in one[2]))
with_links = rendered.filter(lambda one: "](<" in one[2])
TRANSIT = samples("order_in_transit", TODAY)[0]


def findings(markdown: str, situation: Situation, locale: str = "en"):
    return check(markdown, [situation], locale, voice=VOICE)


def added(sentence: str, locale: str = "en", situation: Situation = TRANSIT) -> list[tuple[TokenKind, str]]:
    text = drafted(situation, language=locale).markdown + "\n\n" + sentence
    return [(finding.kind, finding.value) for finding in findings(text, situation, locale)]


def marked(cases) -> dict[str, list[str]]:
    return {
        f"{locale} {situation.name}": [finding.sentence for finding in found]
        for locale, situation in cases
        if (found := findings(drafted(situation, language=locale).markdown, situation, locale))
    }


def test_no_template_says_more_than_its_facts():
    assert marked(ALL[:: 1 + len(ALL) // 60]) == {}


@pytest.mark.slow
def test_no_template_says_more_than_its_facts_on_any_sample():
    assert marked(ALL) == {}


@given(with_digits, st.data())
def test_a_changed_digit_is_found(case, data):
    locale, situation, text = case
    place = data.draw(st.sampled_from([i for i, character in enumerate(text) if character.isdigit()]))
    digits = PERSIAN_DIGITS if text[place] in PERSIAN_DIGITS else LATIN_DIGITS
    other = data.draw(st.sampled_from([digit for digit in digits if digit != text[place]]))
    changed = text[:place] + other + text[place + 1 :]
    if _claims(changed, locale) <= _claims(text, locale) | _facts(situation, locale):
        return  # by chance another fact of the same order, which this version cannot tell apart
    assert findings(changed, situation, locale)


def test_hardly_any_changed_digit_hides_behind_another_fact():
    # Samples of many orders, or of a numbered policy, hold neighbouring numbers by construction.
    apart = [
        case for case in ALL if case[1].name not in {"orders_several", "return_policy", "shipping_policy"}
    ]
    hidden = total = 0
    for locale, situation in apart[:: len(apart) // 16]:
        text = drafted(situation, language=locale).markdown
        for place in [i for i, character in enumerate(text) if character.isdigit()]:
            digits = PERSIAN_DIGITS if text[place] in PERSIAN_DIGITS else LATIN_DIGITS
            other = digits[(digits.index(text[place]) + 1) % 10]
            total += 1
            hidden += not findings(text[:place] + other + text[place + 1 :], situation, locale)
    assert total > 150
    assert hidden / total < 0.02


def _claims(text: str, locale: str) -> frozenset[Token]:
    return tokens(text.replace("\\", ""), LOCALES[locale])


def _facts(situation: Situation, locale: str) -> frozenset[Token]:
    return fact_tokens(situation, LOCALES[locale])


@settings(max_examples=10)
@given(
    with_links,
    st.sampled_from(["http://evil.example/", "https://shop.example.evil.example/x", "https://a.example"]),
)
def test_a_changed_link_is_found(case, link):
    locale, situation, text = case
    changed = re.sub(r"\]\(<[^>]*>\)", f"](<{link}>)", text, count=1)
    assert TokenKind.LINK in {finding.kind for finding in findings(changed, situation, locale)}


@given(st.integers(-4000, 4000).filter(bool), st.sampled_from(sorted(LOCALES)))
def test_another_day_is_found(days, locale):
    facts = TRANSIT.facts
    assert isinstance(facts, OrderFacts)
    own = {d for p in facts.parcels for d in (p.shipped_on, p.last_event_on, p.expected_on)} | {
        facts.ordered_on
    }
    day = TODAY + timedelta(days=days)
    expected = [] if day in own else [(TokenKind.DATE, day.isoformat())]
    assert added(f"({LOCALES[locale].date(day)})", locale) == expected


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("It costs €9.99.", TokenKind.MONEY),
        ("It costs 9.99 EUR.", TokenKind.MONEY),
        ("We give you 20% off.", TokenKind.PERCENT),
        ("It comes in 2-3 days.", TokenKind.DURATION),
        ("Your other order #1043 too.", TokenKind.NUMBER),
        ("Track 1Z999AA10123456784.", TokenKind.NUMBER),
        ("Call +49 30 901820.", TokenKind.NUMBER),
        ("See www.evil.example/x", TokenKind.LINK),
        ("See evil.example", TokenKind.LINK),
        ("Write to boss@shop.example", TokenKind.EMAIL),
        ("It comes on 24 December.", TokenKind.DATE),
        ("It comes on Dec 24th, 2026.", TokenKind.DATE),
        ("It comes on 2026-12-24.", TokenKind.DATE),
        ("It comes on 24.12.2026.", TokenKind.DATE),
        ("It comes on February 30, 2026.", TokenKind.DATE),
        ("در ۲ دی می‌رسد", TokenKind.DATE),
        ("قیمت ۹۹ یورو است", TokenKind.NUMBER),
        ("شماره ٤٢", TokenKind.NUMBER),
    ],
)
def test_an_invented_claim_is_found(sentence: str, kind: TokenKind):
    assert kind in {found for found, _ in added(sentence)}


def test_the_same_facts_in_another_form_are_not_marked():
    facts = TRANSIT.facts
    assert isinstance(facts, OrderFacts)
    sent = facts.parcels[0].shipped_on
    assert sent is not None
    for sentence in (
        f"It left on {sent:%B} {sent.day}, {sent.year}.",
        f"It left on the {sent.day}th of {sent:%B}.",
        f"It left on {sent.isoformat()}.",
        f"It left on {sent:%d.%m.%Y}.",
        "Your order 1042 costs 137.50 EUR in all.",
        "Your parcel jjd014600003568 is with DHL.",
        "[Look](https://tracking.example/p?id=JJD014600003568&lang=x).",
        "Four mugs are in it.",
    ):
        assert added(sentence) == [], sentence


def test_a_changed_currency_is_found():
    assert added("That is $137.50.") == [(TokenKind.MONEY, "137.5 USD")]


def test_the_stores_own_words_may_be_said():
    text = "Write to hello@nima.example or call 030 901820."
    assert check(text, [], "en", voice=(text,)) == ()
    assert len(check(text, [], "en")) == 2


def test_a_finding_is_a_sentence_for_people():
    (found,) = check("Ihr Paket kommt am 24. Dezember.", [TRANSIT], "de")
    assert found.sentence == "The reply has a date that no looked-up fact shows: 24. Dezember."


def test_facts_of_another_order_do_not_back_a_reply():
    facts = TRANSIT.facts
    assert isinstance(facts, OrderFacts)
    other = replace(TRANSIT, facts=replace(facts, number="#2000"))
    assert findings(drafted(other).markdown, TRANSIT) == (Finding(TokenKind.NUMBER, "2000"),)


@settings(max_examples=50)
@given(st.text(max_size=1000), st.sampled_from(sorted(LOCALES)))
def test_any_text_can_be_checked(text, locale):
    for finding in check(text, [TRANSIT], locale, today=TODAY):
        assert finding.value


def test_a_long_text_is_checked_in_linear_time():
    def both(text: str) -> None:
        check(text, [TRANSIT], "en", today=TODAY)
        check(text, [], "fa")

    words = (
        "today ",
        "three and ",
        "free ",
        "if sent ",
        "refund €1 ",
        "#1042 ",
        "payment ",
        "2 to 3 days ",
        "\u2066",
    )
    for piece in ("1 ", "a.", "2 مهر ", "€1.", "1'", "http://", "12-", "a@", "\\", *words):
        assert is_at_most(partial(both, piece * 400), partial(both, piece * 100), 12, slack=0.05), piece
