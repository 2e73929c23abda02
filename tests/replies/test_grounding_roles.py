"""What is bound to what: roles, orders, parcels, statements, promises, and where a finding stands."""

import dataclasses
import typing
from dataclasses import replace
from datetime import timedelta

import pytest

from app.intents import situation as facts_module
from app.intents.situation import Facts, OrderFacts, Situation
from app.replies.backing import Backing
from app.replies.grounding import check
from app.replies.locales import LOCALES
from app.replies.roles import FIELDS, Role
from app.replies.samples import SITUATIONS, samples
from app.replies.tokens import TokenKind
from app.replies.words import FAMILIES, LANGUAGES, fold, lexicon, spellings
from tests.replies.lamp_cases import lamp_situation
from tests.replies.shop_cases import written_drafts
from tests.replies.voices import TODAY, VOICE, drafted

CASES = {(draft.language, draft.case): draft.situations for draft in written_drafts()}


def found(case: str, text: str, language: str = "en") -> list[tuple[TokenKind, str]]:
    situations = next(s for (code, name), s in CASES.items() if name == case and code == language)
    made = check(text, situations, language, voice=VOICE, today=TODAY)
    return [(finding.kind, finding.text) for finding in made]


def _told(kind: type) -> set[str]:
    """The fields of a facts class, and of the classes in it, that hold a value."""
    names: set[str] = set()
    hints = typing.get_type_hints(kind)
    for field in dataclasses.fields(kind):
        parts = [part for part in _parts(hints[field.name]) if part not in {type(None), bool}]
        inner = [part for part in parts if dataclasses.is_dataclass(part) and part is not facts_module.Money]
        for part in inner:
            names |= _told(part)
        if len(inner) < len(parts):
            names.add(field.name)
    return names


def _parts(hint) -> list[type]:
    arguments = [argument for argument in typing.get_args(hint) if argument is not ...]
    return [part for argument in arguments for part in _parts(argument)] if arguments else [hint]


@pytest.mark.parametrize("kind", typing.get_args(Facts), ids=lambda kind: kind.__name__)
def test_every_fact_has_a_role(kind: type):
    assert _told(kind) - set(FIELDS) == set(), "say in app/replies/roles.py what these are"


def test_no_role_is_left_over():
    assert set().union(*(_told(kind) for kind in typing.get_args(Facts))) | {"available"} >= set(FIELDS)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_has_words_for_the_same_things(code: str):
    def names(language: str) -> set[tuple[str, str]]:
        words = lexicon(language)
        return {
            (p.table, p.name) for some in (words._exact, words._prefixes) for ps in some.values() for p in ps
        }

    # Persian says in one word what others say with a negation or an auxiliary, and has months without weeks of work.
    open_tables = {"is_not", "will", "will_not", "count", "day", "aside", "adjacent", "unit", "opening"}
    assert {n for n in names(code) ^ names("en") if n[0] not in open_tables} == set()
    assert {table for table, _ in names(code)} <= set(FAMILIES)


def test_phrases_are_read_in_one_spelling():
    assert [fold(word) for word in ("Déjà", "expédié", "Größe")] == ["deja", "expedie", "grosse"]
    assert fold("شمارهٔ") == fold("شماره")
    assert lexicon("fr").fold("Épuisé") == "épuisé"
    assert lexicon("fr").fold("ŕemboursé") == "remboursé"
    assert set(spellings("réglé")) == {"réglé", "regle", "régle", "reglé"}


def test_accents_tell_words_apart_where_they_are_written():
    for language, text, wrong in (
        ("fr", "C'est notre règle.", []),
        ("fr", "Vous avez déjà tout réglé.", ["réglé"]),
        ("fr", "Vous avez deja tout regle.", ["regle"]),
        ("es", "Gracias por su mensaje sobre este envío.", []),
        ("es", "No sé cuándo se enviará ni cómo se entregó.", []),
        ("es", "El paquete se envió ayer.", ["envió", "ayer"]),
        ("es", "El paquete se envio ayer.", ["envio", "ayer"]),
    ):
        marked = check(text, samples("order_awaiting_payment", TODAY), language, today=TODAY)
        assert [one.text.removeprefix("se ") for one in marked] == wrong, text


def test_a_day_to_wait_for_states_nothing():
    assert found("transit", "Let me know if it has not turned up by Thursday.") == []
    assert found("transit", "If you pay by Thursday, it leaves at once.") != []


def test_a_sentence_may_begin_with_a_title():
    stock = [lamp_situation("stock", "en")]
    assert check("It is available in Brass at €94.90. White is sold out.", stock, "en") == ()
    (finding,) = check("It is available in White at €89.90. Brass comes later.", stock, "en")
    assert finding.text == "available"


def test_an_orders_number_counts_nothing():
    assert found("unshipped", "سفارش #1042 روز ۲۱ شهریور ثبت شده است.", "fa") == []


@pytest.mark.parametrize(
    ("case", "text", "wrong"),
    [
        (
            "transit",
            "It was sent on 7 October and should arrive on 18 September.",
            ["7 October", "18 September"],
        ),
        ("transit", "We sent it on 12 September.", ["12 September"]),
        ("refunded", "We refunded €137.50. The order came to €38.25.", ["€137.50", "€38.25"]),
        ("transit", "Your order JJD014600003568 is on its way.", ["JJD014600003568"]),
        ("transit", "It should arrive tomorrow.", ["tomorrow"]),
        ("transit", "It should arrive on Thursday.", ["Thursday"]),
        ("transit", "It should arrive on Monday, 7 October.", ["Monday"]),
        ("transit", "It should arrive in three days.", ["three days"]),
        ("shipping", "A parcel takes 3 to 5 weeks.", ["3 to 5 weeks"]),
        ("shipping", "A parcel takes 3-5 days.", ["3-5 days"]),
        ("rial", "The order comes to 2,450,000 tomans.", ["2,450,000 tomans"]),
        ("several", "Order #2057 of 30 August has not been shipped yet.", ["30 August"]),
        ("transit2", "The parcel 0034 0434 1611 was sent on 18 September.", ["18 September"]),
        ("product", "XL costs €49.90.", ["€49.90"]),
        ("shipping", "Shipping costs €75.00.", ["€75.00"]),
        (
            "transit2",
            "One box left on 20 September with DHL, the other on 18 September.",
            ["20 September"],
        ),
        ("transit", "It should arrive in almost three weeks.", ["three weeks"]),
        ("transit", "Your four mugs and seven shirts are on their way.", ["seven"]),
    ],
)
def test_a_value_in_another_role_is_found(case: str, text: str, wrong: list[str]):
    assert [shown for _, shown in found(case, text)] == wrong


@pytest.mark.parametrize(
    ("case", "text", "kind"),
    [
        ("unshipped", "Your order has been sent.", TokenKind.STATUS),
        ("unshipped", "Your order is on its way.", TokenKind.STATUS),
        ("transit", "Your order has been delivered.", TokenKind.STATUS),
        ("transit", "Your order has not been sent yet.", TokenKind.STATUS),
        ("delivered", "It was not delivered on 4 October.", TokenKind.STATUS),
        ("unpaid", "We have received your payment.", TokenKind.STATUS),
        ("cancelled-bare", "It will be sent soon.", TokenKind.STATUS),
        ("sold-out", "The mug is available.", TokenKind.STATUS),
        ("several", "Order #2057 is out for delivery.", TokenKind.STATUS),
        ("transit", "We will refund you.", TokenKind.PROMISE),
        ("transit", "We are sending you a replacement.", TokenKind.PROMISE),
        ("shipping", "Shipping is free from €6.90.", TokenKind.PROMISE),
        ("shipping", "Your next order ships free.", TokenKind.PROMISE),
        ("transit", "We will call you.", TokenKind.PROMISE),
        ("refunded", "We have processed a full refund.", TokenKind.STATUS),
    ],
)
def test_an_untrue_statement_and_a_promise_are_found(case: str, text: str, kind: TokenKind):
    assert kind in {sort for sort, _ in found(case, text)}


@pytest.mark.parametrize(
    ("case", "text"),
    [
        ("transit", "If it has not been delivered by then, please reply."),
        ("transit", "Has it been delivered in the meantime?"),
        ("transit", "We cannot offer a discount on this order."),
        ("transit", "Feel free to call us."),
        ("transit", "It should arrive the day after tomorrow, on Wednesday, 7 October."),
        ("shipping", "Shipping is free from €75.00."),
        ("rial", "The order comes to 245,000 tomans."),
        ("unpaid", "Once it has been paid, it can be sent."),
        ("stalled", "Almost two weeks without a scan is long."),
        ("refunded-all", "We have processed a full refund."),
        ("transit", "1) It is on its way.\n2) It should arrive on Wednesday."),
    ],
)
def test_what_states_nothing_or_is_true_is_left_alone(case: str, text: str):
    assert found(case, text) == []


def test_a_span_ends_after_it_begins():
    order = samples("order_not_shipped", TODAY)[0]
    text = "It is expected between October 8 and October 11."
    turned = "It is expected between October 11 and October 8."
    assert check(text, [order], "en", today=TODAY) == ()
    assert [finding.text for finding in check(turned, [order], "en", today=TODAY)] == ["October 8"]


def test_what_is_said_of_the_rest_or_by_the_carrier_is_held_against_the_same():
    partly, missing = samples("order_partly_delivered", TODAY)[0], samples("delivered_not_received", TODAY)[0]
    for situation, right, wrong in (
        (partly, "The rest is on its way.", "The rest has been delivered."),
        (missing, "The carrier says it was delivered.", "The carrier says it was not delivered."),
    ):
        assert check(right, [situation], "en", today=TODAY) == ()
        assert check(wrong, [situation], "en", today=TODAY) != ()


def test_a_finding_says_where_it_stands_and_what_is_wrong():
    text = "Hello\n\nyour order **\u2066#1042\u2069** was sent on 7\\. October."
    (finding,) = check(text, CASES["de", "transit"], "en", voice=VOICE, today=TODAY)
    assert text[finding.start : finding.end] == "7\\. October"
    assert finding.text == "7. October"
    assert finding.sentence == (
        "The reply has “7. October” as date of sending or last day of sending, "
        "but the facts show it as expected day of delivery."
    )
    (promise,) = check("We will call you.", (), "en")
    assert (
        promise.sentence
        == "The reply promises “call you” (call), which no fact and no policy of the shop backs."
    )
    (status,) = check("It was delivered.", (), "en")
    assert status.sentence == "The reply says “delivered” (delivered), and the looked-up facts do not."


def test_templates_hold_also_where_their_own_words_are_not_taken_for_granted(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Backing, "is_own", lambda self, block: False)
    marked = checked = 0
    for code in LOCALES:
        for name in SITUATIONS[::3]:
            sample = samples(name, TODAY)[0]
            checked += 1
            text = drafted(sample, language=code).markdown
            marked += bool(check(text, [sample], code, voice=VOICE, today=TODAY))
    assert marked <= checked * 0.02


def test_without_a_today_no_day_is_counted_from_it():
    text = "It should arrive tomorrow."
    order = next(s for s in CASES["en", "transit"])
    assert isinstance(order.facts, OrderFacts)
    parcel = replace(order.facts.parcels[0], expected_on=TODAY + timedelta(days=1))
    near = Situation(order.intent, order.name, replace(order.facts, parcels=(parcel,)))
    assert check(text, [near], "en", today=TODAY) == ()
    assert [finding.text for finding in check(text, [near], "en")] == ["tomorrow"]


def test_roles_are_words_for_people():
    assert all(role.value == role.value.strip() and "_" not in role.value for role in Role)


def test_passages_of_the_store_back_their_figures_links_and_promises():
    article = (
        "Rücksendungen sind innerhalb von 30 Tagen kostenlos.\n"
        "Ab 75,00 EUR ist der Versand gratis: https://nima.example/versand"
    )
    text = "You can send it back free of charge within 30 days: https://nima.example/versand"
    assert {finding.kind for finding in check(text, (), "en")} == {
        TokenKind.PROMISE,
        TokenKind.DURATION,
        TokenKind.LINK,
    }
    assert check(text, (), "en", passages=[article]) == ()
    assert check("Shipping is free from 70 EUR.", (), "en", passages=[article]) != ()
    assert check("We give you a discount.", (), "en", passages=[article]) != ()


def test_what_is_true_of_one_part_of_an_order_is_not_said_of_another():
    """The lamps have been sent, the “Glass Shade” waits."""
    part = [lamp_situation("part", "en")]
    for text, wrong in (
        ("The shade has shipped.", ["shipped"]),
        ("Glass Shade: it is on its way.", ["on its way"]),
        ("The lamps have not been sent yet.", ["sent"]),
        ("The lamps have shipped. Glass Shade follows later.", []),
        ("The lamps have shipped and the shade has not been sent yet.", []),
        ("Part of it has shipped.", []),
    ):
        assert [one.text for one in check(text, part, "en", today=TODAY)] == wrong, text


def test_what_is_available_does_not_cost_what_the_rest_costs():
    stock = [lamp_situation("stock", "de")]
    assert check("In Messing ist sie lieferbar, für 94,90 €.", stock, "de") == ()
    (finding,) = check("In Messing ist sie lieferbar, für 89,90 €.", stock, "de")
    assert finding.text == "89,90 €"
    assert "what is not" in finding.sentence


def test_an_amount_between_commas_is_what_is_said_of_it_behind():
    refund = [lamp_situation("refund", "en")]
    assert check("Half of it, €44.50, was refunded on 2 October.", refund, "en", today=TODAY) == ()
    (finding,) = check("All of it, €89.00, was refunded on 2 October.", refund, "en", today=TODAY)
    assert finding.text == "€89.00"


def test_all_variants_that_are_there_are_not_said_to_be_gone():
    stock = [lamp_situation("stock", "fr")]
    (finding,) = check("Laiton et noir ne sont pas disponibles à 94,90 €.", stock, "fr")
    assert finding.text == "disponibles"
    assert check("Le blanc est épuisé, les autres coûtent 94,90 €.", stock, "fr") == ()
