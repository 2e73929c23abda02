"""The language of templates: what the product's own say is in it, and nothing that reaches out or runs away is."""

import string
import sys
from decimal import Decimal
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import NeedsPerson
from app.intents.situation import Item, Money, OrderFacts, Parcel, ProductFacts, ProductsFacts, Variant
from app.replies.filters import filters
from app.replies.locales import LOCALES
from app.replies.rendering import render
from app.replies.sources import built_in, has_template
from app.replies.wording.cases import Case, cases
from app.replies.wording.facts import NAMES, facts_class, known_classes, meanings
from app.replies.wording.kinds import FILTERS, JINJA_FILTERS, fields_of
from app.replies.wording.language import MAX_SOURCE, MAX_STEPS, read
from tests.replies.voices import TODAY

EN = LOCALES["en"]
IN_TRANSIT = "order_in_transit"


def problems(source: str, name: str = IN_TRANSIT) -> str:
    return "\n".join(str(problem) for problem in read(EN, name, source).problems)


def test_every_text_of_the_products_own_is_in_the_language():
    found = {
        (locale.code, name): reading.problems
        for locale in LOCALES.values()
        for name in NAMES
        if has_template(locale, name)
        for reading in [read(locale, name, built_in(locale, name))]
        if reading.problems or len(built_in(locale, name)) > MAX_SOURCE
    }
    assert found == {}


def test_every_filter_of_templates_is_declared_with_what_it_takes_and_gives():
    assert {*filters(EN), *JINJA_FILTERS} == {*FILTERS}


def test_every_fact_has_a_meaning():
    classes = {inner for name in NAMES for inner in known_classes(facts_class(name))}
    silent = {
        (one.__name__, field) for one in classes for field in fields_of(one) if not meanings(one).get(field)
    }
    assert silent == set()


ESCAPES = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ number.__class__ }}",
    "{{ number['__class__'] }}",
    "{{ number | attr('__class__') }}",
    "{{ (number | attr('\\x5f\\x5fclass\\x5f\\x5f')) }}",
    "{{ number.format(number) }}",
    "{{ '{0.__class__}'.format(number) }}",
    "{{ '%s' | format(number) }}",
    "{{ parcels | map('attr', '__class__') | list }}",
    "{{ parcels | map(attribute='__class__') | list }}",
    "{{ parcels | selectattr('__class__') | list }}",
    "{{ parcels | selectattr('carrier', 'in', number) | list }}",
    "{{ parcels | map(attribute='items.0.__init__') | list }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os.popen('id') }}",
    "{{ lipsum.__globals__['os'] }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ joiner() }}",
    "{{ dict(a=1) }}",
    "{{ config }}{{ request }}{{ g }}",
    "{{ loop }}",
    "{% for x in items %}{{ loop.__class__ }}{% endfor %}",
    "{% for x in items %}{{ loop.cycle('a', 'b') }}{% endfor %}",
    "{% for x in items recursive %}{{ loop(items) }}{% endfor %}",
    "{% include '/etc/passwd' %}",
    "{% include '../en/layout.md' %}",
    "{% include 'layout.md' %}",
    "{% include number %}",
    "{% include ['_parcels.md', 'layout.md'] %}",
    "{% include '_parcels.md' ignore missing %}",
    "{% include '_states.md' without context %}",
    "{% import '_states.md' as s %}",
    "{% from 'layout.md' import body %}",
    "{% from '_states.md' import __builtins__ %}",
    "{% extends 'layout.md' %}",
    "{% block a %}{% endblock %}",
    "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
    "{% call a() %}{% endcall %}",
    "{% set ns = namespace(a=1) %}",
    "{% set number.a = 1 %}",
    "{% set a, b = items %}",
    "{% set a %}{{ number }}{% endset %}",
    "{% filter upper %}{{ number }}{% endfilter %}",
    "{% with a = number %}{{ a }}{% endwith %}",
    "{% autoescape false %}{{ number }}{% endautoescape %}",
    "{% do number %}",
    "{% debug %}",
    "{{ number | safe }}",
    "{{ 1 | plural(number, number) }}",
    "{{ caller() }}{{ super() }}{{ varargs }}",
    "{{ number | default(lipsum) }}",
    "{{ total.amount.__class__ }}",
    "{{ total.amount }}",
    "{{ items is sameas items }}",
    "{{ number is callable }}",
    "{{ items | tojson }}{{ items | pprint }}{{ items | string }}",
]

BOMBS = [
    "{{ 10 ** 10 ** 10 }}",
    "{{ 'a' * 10 ** 10 }}",
    "{{ 1 - 1 }}{{ 9 // 1 }}{{ 9 % 2 }}{{ -1 }}",
    "{{ [0] * 10 ** 9 }}",
    "{% for x in range(10 ** 9) %}{% endfor %}",
    "{% for x in 'aaaa' %}{% for y in 'aaaa' %}{% endfor %}{% endfor %}",
    "{% for x in [1, 2, 3] %}{% endfor %}",
    "{% set a = number ~ number %}",
    "{{ number | center(1000000000) }}",
    "{{ number | indent(1000000000) }}",
    "{{ number | replace('', number) }}",
    "{{ number | wordwrap(1) }}{{ number | urlize }}{{ number | striptags }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ '%1000000000d' | format(1) }}",
    "{{ items | batch(1, '') | list }}{{ items | slice(100000) }}",
    "{{ lipsum(n=100000) }}",
    "{{ items | sum }}{{ items | join(number) }}",
    "{% for a in parcels %}{% for b in a.items %}{% for c in parcels %}" + "{% endfor %}" * 3,
    "{% for a in parcels %}" * 12 + "{% endfor %}" * 12,
    "{% for a in parcels %}{% for b in parcels %}{% set c = parcels | selectattr('carrier') | list %}{% endfor %}{% endfor %}",
    "{% for a in items %}{% for b in items %}{% if (total | money) == number %}{% endif %}{% endfor %}{% endfor %}",
    "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
    "{{ " + "not " * 1500 + "number }}",
    "{{ " + "9" * 7000 + " }}",
    "{% if number %}" * 100 + "{% endif %}" * 100,
    "{{ number" + ".a" * 3000 + " }}",
    "{{ number" + " | lines" * 800 + " }}",
    "x" * (MAX_SOURCE + 1),
]


def test_what_reaches_out_or_runs_away_is_refused_before_it_is_compiled():
    accepted = [source for source in (*ESCAPES, *BOMBS) if not read(EN, IN_TRANSIT, source).problems]
    assert accepted == []
    sample = cases(EN, IN_TRANSIT, TODAY)[0]
    for source in (*ESCAPES, *BOMBS):
        with pytest.raises(NeedsPerson):
            render(EN, IN_TRANSIT, sample.context, {("en", IN_TRANSIT): source})


def test_a_text_that_only_looks_odd_is_a_text():
    sample = cases(EN, IN_TRANSIT, TODAY)[0]
    for source in (
        "a { b } %}",
        "{{ number }}" * 600,
        "}} %} #}",
        "{# a note #}{% raw %}{{ 1 }}{% endraw %}",
    ):
        assert render(EN, IN_TRANSIT, sample.context, {("en", IN_TRANSIT): source})


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("Hello\n{{ numbr }}", "Line 2: There is no fact “numbr” in this situation. Did you mean “number”?"),
        (
            "{% for p in parcels %}{{ p.carier }}{% endfor %}",
            "A parcel has no “carier”. Did you mean “carrier”?",
        ),
        ("{{ ordered_on }}", "“ordered_on” is a day, which is not printed as it is. Put “| date” after it."),
        ("{{ total | date }}", "takes a day; “total” is an amount of money. Put “| money” after it."),
        ("{{ items }}", "Put “| items” after it."),
        ("{{ parcels }}", "Go through it: {% for one in … %}."),
        ("{{ total | mony }}", "There is no filter “mony”. Did you mean “money”?"),
        ("{% if number > 3 %}{% endif %}", "Only two whole numbers or two days"),
        ("{% for n in number %}{% endfor %}", "“number” is a text: a loop goes through several facts."),
        ("{% set d = ordered_on | date %}", "put it between {{ and }}"),
        ("{{ policy_url | link }}", "takes a text in brackets"),
        ("{{ carrier if number }}", "needs an “else”"),
        ("{% include '_none.md' %}", "Only these can be taken in here: _parcels.md"),
        ("{% set shown = number %}{% include '_quote.md' %}", "“_quote.md” does not fit here."),
        ("a\nb\n{% if number %}", "Line 3: The signs of the template do not fit"),
        ("{{ parcels | selectattr('carrier') | length }}", "takes several values"),
    ],
)
def test_what_is_wrong_is_said_so_that_it_can_be_put_right(source: str, sentence: str):
    assert sentence in problems(source)


def test_a_name_is_known_where_it_is_set_and_no_further():
    assert not problems("{% set p = parcels[0] %}{{ p.carrier or number }}")
    assert not problems("{% for p in parcels %}{{ loop.index | count }}{% endfor %}")
    assert "no fact “p”" in problems("{% for p in parcels %}{% endfor %}{{ p.carrier }}")
    assert "no fact “loop”" in problems("{{ loop.index | count }}")


# Any text, and any that is put together from pieces of the language.
_NAMES = [
    "number",
    "ordered_on",
    "total",
    "items",
    "parcels",
    "due",
    "p",
    "i",
    "products",
    "loop.index0",
    "x.y",
    "'t'",
    "3",
    "none",
]
_pieces = st.sampled_from(
    [
        "{{ ",
        " }}",
        "{% if ",
        " %}",
        "{% endif %}",
        "{% else %}",
        "{% elif ",
        "{% for p in ",
        "{% for i in ",
        "{% endfor %}",
        "{% set p = ",
        "{% include '_parcels.md' %}",
        " | code",
        " | date",
        " | money",
        " | items",
        " | list",
        " | length",
        " | titles",
        " | selectattr('carrier')",
        " | map(attribute='title')",
        ".carrier",
        ".items",
        ".variants",
        ".title",
        "[0]",
        "[:3]",
        " and ",
        " or ",
        " not ",
        " == ",
        " > ",
        " in ",
        " is defined",
        " if ",
        " else ",
        "(",
        ")",
        " ~ ",
        " ** ",
        "text ",
        "\n",
        *_NAMES,
    ]
)
_expressions = st.recursive(
    st.sampled_from(_NAMES),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([*FILTERS])).map(" | ".join),
        st.tuples(inner, st.sampled_from(["carrier", "items", "title", "variants", "price"])).map(".".join),
        st.tuples(inner, st.sampled_from([" and ", " or ", " == ", " in ", " ~ ", " ** "]), inner).map(
            "".join
        ),
        inner.map(lambda one: f"{one}[0]"),
    ),
    max_leaves=4,
)
_templates = st.recursive(
    st.one_of(_expressions.map(lambda one: f"{{{{ {one} }}}}"), st.just("text ")),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["p", "i"]), _expressions, inner).map(
            lambda one: f"{{% for {one[0]} in {one[1]} %}}{one[2]}{{% endfor %}}"
        ),
        st.tuples(_expressions, inner).map(lambda one: f"{{% if {one[0]} %}}{one[1]}{{% endif %}}"),
        st.lists(inner, max_size=3).map("".join),
    ),
    max_leaves=8,
)
_written = st.one_of(
    st.text(max_size=80),
    st.lists(_pieces, max_size=25).map("".join),
    _templates,
    st.text(alphabet=string.punctuation + "abn ", max_size=60),
)

_MANY = 12
_ITEMS = tuple(Item(f"Shirt {n}", "M", 1) for n in range(_MANY))
_VARIANTS = tuple(Variant(f"Colour {n}", Money(Decimal(n + 1), "EUR"), n % 2 == 0) for n in range(_MANY))
_FACTS: dict[str, Any] = {
    IN_TRANSIT: OrderFacts(
        "#1001",
        TODAY,
        Money(Decimal(20), "EUR"),
        _ITEMS,
        tuple(Parcel(_ITEMS, f"DHL {n}") for n in range(_MANY)),
    ),
    "products_several": ProductsFacts(tuple(ProductFacts(f"Tea {n}", None, _VARIANTS) for n in range(_MANY))),
}


def _lines_run(name: str, source: str) -> int:
    """How many lines of compiled templates a rendering runs."""
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        if not frame.f_code.co_filename.endswith(("<template>", ".md")):
            return None
        count += event == "line"
        return trace

    facts = _FACTS[name]
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        render(
            EN,
            name,
            Case(facts, 0).context,
            {("en", name): source},
        )
    except NeedsPerson:
        pass
    finally:
        sys.settrace(before)
    return count


@settings(max_examples=300)
@given(source=_written, name=st.sampled_from([*_FACTS]))
def test_whatever_is_written_is_refused_or_ends_within_the_steps_that_were_counted(source: str, name: str):
    reading = read(EN, name, source)
    run = _lines_run(name, source)
    if reading.problems:
        assert run == 0
    else:
        assert reading.steps <= MAX_STEPS
        assert run <= 12 * (reading.steps + 10)  # a node compiles to a few lines


def test_the_most_work_that_is_allowed_is_little():
    facts = ProductsFacts(
        tuple(
            ProductFacts(f"Tea {n}", None, tuple(_VARIANTS[n % _MANY] for n in range(100)))
            for n in range(100)
        )
    )
    source = "{% for p in products %}{% for v in p.variants %}{% if v.available and v == p %}{% endif %}{% endfor %}{% endfor %}x"
    reading = read(EN, "products_several", source)
    assert reading.problems == ()
    assert 10_000 < reading.steps <= MAX_STEPS
    assert (
        render(EN, "products_several", {"products": facts.products}, {("en", "products_several"): source})
        == "x"
    )


def test_what_prints_for_ever_is_stopped_while_it_prints():
    source = "{% for p in products %}{% for v in p.variants %}" + "a" * 900 + "{% endfor %}{% endfor %}"
    facts = _FACTS["products_several"]
    with pytest.raises(NeedsPerson) as caught:
        render(EN, "products_several", {"products": facts.products}, {("en", "products_several"): source})
    assert caught.value.code == "reply_too_long"
