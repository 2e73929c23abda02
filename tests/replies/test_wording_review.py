"""What an owner is told of a wording before it counts, and what a wording makes of a reply."""

from dataclasses import replace

from app.intents.situation import ProductFacts
from app.mail.outbound.markdown import render_markdown
from app.replies.drafting import draft, with_note
from app.replies.grounding import check
from app.replies.locales import LOCALES
from app.replies.samples import samples
from app.replies.sources import built_in, template_version
from app.replies.wording.preview import preview
from app.replies.wording.review import review
from tests.replies.voices import NOW, STORE, TODAY, VOICE

EN, FA = LOCALES["en"], LOCALES["fa"]
NAME = "order_in_transit"
CARRIER_UNKNOWN = (
    "“parcels.carrier” may be unknown, and then this text cannot be written. "
    "Put what needs it between {% if … %} and {% endif %}."
)
PARCELS = '{% if parcels %}\n{% include "_parcels.md" %}\n\n{% endif %}'


def problems(source: str, name: str = NAME) -> list[str]:
    return [str(one) for one in review(EN, name, source, STORE, TODAY).problems]


def warnings(source: str, name: str = NAME) -> tuple[str, ...]:
    found = review(EN, name, source, STORE, TODAY)
    assert found.problems == ()
    return found.warnings


def test_the_products_own_texts_have_nothing_wrong_with_them():
    for locale, name in ((EN, NAME), (FA, NAME), (EN, "orders_several"), (FA, "layout"), (EN, "automatic")):
        found = review(locale, name, built_in(locale, name), STORE, TODAY)
        assert (found.problems, found.warnings) == ((), ()), name


def test_a_fact_that_may_be_unknown_is_asked_for_first():
    (problem,) = problems("Order {{ number | code }}: {{ refunded | money }}")
    assert problem.startswith("“refunded” may be unknown")
    assert problems("{% for p in parcels %}{{ p.carrier }}{% endfor %}") == [
        CARRIER_UNKNOWN,
        "Nothing is left of the text where little is known, as in one of the samples.",
    ]
    assert not problems("Hi {% for p in parcels %}{% if p.carrier %}{{ p.carrier }}{% endif %}{% endfor %}")


def test_a_fact_that_a_situation_always_has_needs_no_question():
    assert not problems("You still owe us {{ due | money }} for {{ number | code }}.", "order_partly_paid")


def test_what_customers_will_not_be_told_is_said():
    assert warnings("Order **{{ number | code }}** is on its way.") == (
        "Customers will not be told what the product's own text tells them: “parcels” (What was sent, parcel by parcel).",
    )
    told = warnings(
        "It is on its way.\n\n{% for p in parcels %}{% if p.carrier %}{{ p.carrier }}{% endif %}{% endfor %}"
    )
    assert any("“tracking_number”" in one for one in told)
    assert not any("“carrier”" in one for one in told)


def test_an_invented_promise_is_named_with_its_words():
    found = warnings(
        "Order **{{ number | code }}** is on its way. If it is late, you get 20% off.\n\n" + PARCELS
    )
    assert found
    assert all(one.startswith("Replies in this wording will wait for a person.") for one in found)
    assert any("20" in one for one in found)


def test_signs_that_customers_would_read_are_named():
    found = warnings("Order {number} ({{ number | code }}) is on its way.\n\n" + PARCELS)
    assert found == ("Customers will read “{number}” as it stands there. A fact stands between {{ and }}.",)


def test_the_layout_always_holds_the_answers():
    for source in (
        "Hello, {{ signature | lines }}",
        "{% if customer_name %}{{ body }}{% endif %} {{ signature | lines }}",
    ):
        (problem,) = problems(source, "layout")
        assert problem == "The answers themselves have to stand in it, whatever is known: {{ body }}."
    assert not problems("Hi!\n\n{{ body }}\n\n{{ signature | lines }}", "layout")


def test_the_note_under_automatic_replies_names_the_way_to_a_person_and_claims_nothing():
    assert "{{ person_word }}" in problems("{{ store_name }} wrote this.", "automatic")[0]
    promise = "{{ store_name }} wrote this. Reply “{{ person_word }}” for a person. We refund you 20 EUR."
    assert any("20 EUR" in one for one in problems(promise, "automatic"))
    assert not problems("A robot of {{ store_name }}. Reply “{{ person_word }}” for a person.", "automatic")


def test_an_empty_text_is_none():
    assert problems(" \n ") == ["There is no text. Write one, or go back to the product's own."]


def test_a_reply_is_written_in_the_stores_own_words_of_its_own_language_alone():
    voice = replace(
        STORE,
        wordings={
            ("en", NAME): "Your *{{ number | code }}* travels.",
            ("en", "layout"): "Hey!\n\n{{ body }}",
        },
    )
    sample = samples(NAME, TODAY)[0]
    own = draft([sample], language="en", store=voice, customer_name="Anna", now=NOW)
    assert own.markdown.startswith("Hey!\n\nYour *")
    product = draft([sample], language="en", store=STORE, customer_name="Anna", now=NOW)
    assert own.template_version != product.template_version == template_version(EN, (NAME,))
    others = [
        draft([sample], language="de", store=one, customer_name="Anna", now=NOW) for one in (voice, STORE)
    ]
    assert others[0] == others[1]


def test_an_own_wording_is_held_against_the_facts_and_not_against_itself():
    sample = samples(NAME, TODAY)[0]
    voice = replace(STORE, wordings={("en", NAME): "Order {{ number | code }} comes. We refund you 20 EUR."})
    made = draft([sample], language="en", store=voice, customer_name=None, now=NOW)
    found = check(made.markdown, [sample], "en", voice=VOICE, today=TODAY)
    assert {"20 EUR"} <= {one.text for one in found}


def test_what_customers_and_products_are_called_stays_text_in_an_own_wording():
    sample = samples("product_available", TODAY)[0]
    assert isinstance(sample.facts, ProductFacts)
    hostile = replace(sample.facts, title="[click](https://evil.example) **now** {{ 7 * 7 }} <b>x</b>")
    voice = replace(STORE, wordings={("en", "product_available"): "Yes: {{ title }} is there."})
    made = draft([replace(sample, facts=hostile)], language="en", store=voice, customer_name=None, now=NOW)
    _, html = render_markdown(made.markdown, rtl=False, lang="en")
    assert "<a " not in html
    assert "<b>" not in html
    assert "49" not in html


def test_the_note_is_the_stores_own():
    wordings = {("en", "automatic"): "A robot of {{ store_name }} wrote this; reply “{{ person_word }}”."}
    text = with_note("Hello", locale="en", store_name="Tea", wordings=wordings)
    assert text == "Hello\n\nA robot of Tea wrote this; reply “person”."


def test_a_preview_is_the_mail_in_both_parts():
    sample = samples(NAME, TODAY)[0]
    source = "سفارش {{ number | code }} در راه است.\n\n" + PARCELS
    shown = preview(FA, NAME, source, sample, STORE, customer_name="Anna Schmidt", now=NOW)
    assert shown.review.problems == ()
    assert 'dir="rtl"' in shown.html
    assert "سفارش" in shown.text
    broken = preview(FA, NAME, "{{ nothing }}", sample, STORE, customer_name=None, now=NOW)
    assert broken.review.problems
    assert broken.html == ""
