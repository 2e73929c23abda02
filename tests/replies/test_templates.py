"""The contract of every template: each situation, each sample, each locale.

One test goes through all of them and says all that is wrong: there are some thousands of cases.
"""

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from app.errors import NeedsPerson
from app.intents import INTENTS as SPECS
from app.intents.situation import (
    CodeFacts,
    PolicyFacts,
    ProductTextFacts,
    Situation,
    UnknownOrderFacts,
    WaysToPayFacts,
)
from app.mail.inbound.html_text import text_of
from app.mail.outbound.markdown import render_markdown
from app.replies.drafting import Draft, with_note
from app.replies.grounding import fact_tokens
from app.replies.locales import LOCALES, Locale
from app.replies.plain import Text
from app.replies.samples import INTENTS, SITUATIONS, samples
from app.replies.sources import TEMPLATES, built_in, has_template
from app.replies.tokens import Token, TokenKind, tokens
from app.replies.wording.facts import NAMES, Variable, describe
from app.replies.wording.language import read
from app.vocabulary import Intent
from tests.replies.voices import STORE, TODAY, VOICE, drafted

FILES = sorted(TEMPLATES.rglob("*.md"))
OTHERS = ("layout", "automatic", "automatic_told", "code", "code_subject")

_HOLE = re.compile(
    r"None|\{\{|\}\}|\{%|%\}|\bundefined\b|Decimal|datetime"
    r"|[^\S\n\u00a0]{2}|\n{3}|[^\S\n]\n|\(\s*\)| [.,:;،؛](?:\s|$)|\*\*\*\*|“”|„“|«\s*»|^-\s*$",
    re.MULTILINE,
)
_DOUBLED = re.compile(r"\b(\w{3,}) \1\b")


@cache
def every_case() -> tuple[tuple[Locale, Situation, Draft], ...]:
    return tuple(
        (locale, situation, drafted(situation, language=code))
        for code, locale in LOCALES.items()
        for name in SITUATIONS
        for situation in samples(name, TODAY)
    )


def named(locale: Locale, situation: Situation) -> str:
    return f"{locale.code}/{situation.name}: {situation.facts}"


def test_every_situation_of_every_intent_has_a_template_in_every_locale_and_none_is_left_over():
    assert {*INTENTS.values()} <= {*SPECS}
    for code, locale in LOCALES.items():
        assert [name for name in SITUATIONS if not has_template(locale, name)] == []
        files = {file.stem for file in (TEMPLATES / code).glob("[a-z]*.md")}
        assert files == {*SITUATIONS, *OTHERS}, code


def test_no_sample_leaves_a_hole_or_says_a_word_twice():
    wrong = [
        (named(locale, situation), found.group())
        for locale, situation, made in every_case()
        for found in (_HOLE.search(made.markdown), _DOUBLED.search(Text.of_markdown(made.markdown).seen))
        if found
    ]
    assert wrong == []


def test_no_sentence_stands_in_a_mail_twice():
    wrong = []
    for locale, situation, made in every_case():
        text = Text.of_markdown(made.markdown).seen
        lines = [line for line in text.split("\n") if not line.startswith(("-", ">", "**"))]
        said = [one.casefold() for line in lines for one in re.split(r"(?<=[.!?؟])\s", line) if len(one) > 20]
        if len(said) != len({*said}):
            wrong.append(named(locale, situation))
    assert wrong == []


def test_a_paragraph_runs_on_and_no_line_ends_between_a_count_and_what_it_counts():
    wrong = []
    for locale, situation, made in every_case():
        lines = [line for line in made.markdown.split("\n\n") if not line.startswith((">", "-"))]
        broken = [line for line in lines if "\n" in line and "\\\n" not in line]
        if broken or "\u00d7" in made.markdown.replace("\u00a0\u00d7\u00a0", ""):
            wrong.append((named(locale, situation), broken))
    assert wrong == []


def test_every_sample_says_the_same_facts_in_every_locale():
    told: dict[str, frozenset[Token]] = {}
    wrong = []
    for locale, situation, made in every_case():
        found = frozenset(
            token
            for token in tokens(Text.of_markdown(made.markdown).seen, locale)
            if not _is_policy_number(situation, token)
        )
        if told.setdefault(f"{situation.name} {situation.facts}", found) != found:
            wrong.append(named(locale, situation))
    assert wrong == []


def _is_policy_number(situation: Situation, token) -> bool:
    """The shop's own words stand in its language in every reply; how their amounts read depends on the locale."""
    is_quoted = isinstance(situation.facts, PolicyFacts | WaysToPayFacts | ProductTextFacts)
    return is_quoted and token.kind is TokenKind.MONEY


def test_every_template_uses_the_same_facts_under_the_same_conditions_in_every_locale():
    wrong = [
        (code, name)
        for name in (*SITUATIONS, *OTHERS, "_parcels", "_quote")
        for code, locale in LOCALES.items()
        if _shape(locale, name) != _shape(LOCALES["en"], name)
    ]
    assert wrong == []


def _shape(locale: Locale, name: str) -> set[str]:
    """What a template prints, goes through and asks for, without the words of its language."""
    tree = Environment().parse(built_in(locale, name))
    parts: list[nodes.Node] = []
    parts += [one for output in tree.find_all(nodes.Output) for one in output.nodes]
    parts += [one.test for one in tree.find_all(nodes.If)]
    parts += [one.iter for one in tree.find_all(nodes.For)]
    shapes = {
        re.sub(r"Const\(value='[^']*'\)|Const\(value=\"[^\"]*\"\)", "Const", repr(one)) for one in parts
    }
    # What stands behind a count is inflected in some languages only.
    return {shape for shape in shapes if "TemplateData" not in shape and "'plural'" not in shape}


def test_the_product_own_templates_are_what_a_stores_own_may_be():
    wrong = {
        (code, name): problems
        for code, locale in LOCALES.items()
        for name in NAMES
        if (problems := read(locale, name, built_in(locale, name)).problems)
    }
    assert wrong == {}


def test_every_fact_of_every_template_has_a_type_and_a_meaning():
    def walk(known: tuple[Variable, ...]) -> Iterator[Variable]:
        for one in known:
            yield one
            yield from walk(one.fields)

    assert {
        (name, one.name) for name in NAMES for one in walk(describe(name)) if not (one.meaning and one.kind)
    } == set()


def test_a_required_fact_that_is_missing_is_refused_and_never_left_blank():
    wrong = []
    for locale, situation, made in every_case():
        for name in _told(locale, situation):
            if getattr(situation.facts, name, None) in {None, ""} or not isinstance(
                getattr(situation.facts, name), str
            ):
                continue
            if name in {one.name for one in describe(situation.name or "") if one.is_optional}:
                continue
            without = replace(situation, facts=replace(situation.facts, **{name: " "}))  # type: ignore[type-var]  # facts are dataclasses
            try:
                drafted(without, language=locale.code)
            except NeedsPerson:
                continue
            wrong.append((named(locale, situation), name, made.markdown))
    assert wrong == []


def _told(locale: Locale, situation: Situation) -> set[str]:
    assert situation.name is not None
    reading = read(locale, situation.name, built_in(locale, situation.name))
    return {field for kind, field in reading.told if kind == type(situation.facts).__name__}


def test_both_parts_of_every_mail_say_the_same_and_keep_every_fact():
    wrong = []
    own = {code: tokens("\n".join(VOICE), locale) for code, locale in LOCALES.items()}
    for locale, situation, made in every_case():
        markdown = with_note(made.markdown, locale=made.locale, store_name=STORE.name)
        text, html = render_markdown(markdown, rtl=made.rtl, lang=made.locale)
        claimed = tokens(Text.of_markdown(markdown).seen, locale)
        is_good = (
            re.findall(r"\w+", text) == re.findall(r"\w+", text_of(html))
            and claimed == tokens(text, locale)
            and claimed <= fact_tokens(situation, locale) | own[locale.code]
            and not re.search(r"\\|\*\*|<p[^>]*></p>", text + html.replace("\\n", ""))
            and ('dir="rtl"' in html) == locale.rtl
        )
        if not is_good:
            wrong.append(named(locale, situation))
    assert wrong == []


def test_a_template_claims_nothing_of_its_own():
    """No digit and no link may stand in a template: all of them come from facts, and grounding relies on that."""
    for file in FILES:
        source = file.read_text(encoding="utf-8")
        for node in Environment().parse(source).find_all(nodes.TemplateData):
            assert not tokens(node.data, LOCALES[file.parent.name]), (file, node.data)
        assert "| safe" not in source
        assert not re.search(r"https?:", source)


def test_a_template_is_in_its_own_script_and_spelling():
    for file in FILES:
        source = file.read_text(encoding="utf-8")
        words = " ".join(node.data for node in Environment().parse(source).find_all(nodes.TemplateData))
        letters = [character for character in words if character.isalpha()]
        persian = sum("\u0600" <= character <= "\u06ff" for character in letters)
        assert persian == (len(letters) if file.parent.name == "fa" else 0), file
        assert not re.search("[يكةى٠-٩]", source), file
        if file.parent.name == "fr":
            assert not re.search(r" [:;!?»]|«[^\u00a0]|\w[;!?]", words), file
        if file.parent.name == "fa":
            # The prefixes of verbs and the endings of plurals hang on a zero-width non-joiner, never on a space.
            assert not re.search(r"(?<!\w)(?:ن?می) |\w (?:ها|های|هایی|تر|ترین|ایم|اید|اند)(?!\w)", words), (
                file
            )
            assert not re.search(r"\u200c(?:\s|$)|\s\u200c|\u200c{2}", words), file
            assert "," not in words, file
            assert "?" not in words, file


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("en", ("0 more tries", "one more try", "2 more tries", "5 more tries", "21 more tries")),
        (
            "de",
            (
                "noch 0 Versuche",
                "noch einen Versuch",
                "noch 2 Versuche",
                "noch 5 Versuche",
                "noch 21 Versuche",
            ),
        ),
        (
            "fr",
            ("reste 0 essai.", "reste un essai", "reste 2 essais.", "reste 5 essais.", "reste 21 essais."),
        ),
        (
            "es",
            (
                "quedan 0 intentos",
                "queda un intento",
                "quedan 2 intentos",
                "quedan 5 intentos",
                "quedan 21 intentos",
            ),
        ),
        ("fa", ("۰ بار دیگر", "یک بار دیگر", "۲ بار دیگر", "۵ بار دیگر", "۲۱ بار دیگر")),
    ],
)
def test_a_word_agrees_with_its_count(code: str, written: tuple[str, ...]):
    for count, words in zip((0, 1, 2, 5, 21), written, strict=True):
        made = drafted(Situation(Intent.ORDER_STATUS, "code_refused", CodeFacts(count)), language=code)
        assert words in made.markdown.replace("\u00a0", " "), made.markdown


@pytest.mark.parametrize(
    ("code", "one", "many"),
    [
        ("en", "within 1 minute,", "within 21 minutes,"),
        ("de", "von 1 Minute mit", "von 21 Minuten mit"),
        ("fr", "d'ici 1 minute,", "d'ici 21 minutes,"),
        ("es", "en 1 minuto y", "en 21 minutos y"),
        ("fa", "ظرف ۱ دقیقه", "ظرف ۲۱ دقیقه"),
    ],
)
def test_minutes_agree_with_their_count(code: str, one: str, many: str):
    for minutes, words in ((1, one), (21, many)):
        facts = UnknownOrderFacts("#1", minutes)
        made = drafted(Situation(Intent.ORDER_STATUS, "order_unknown", facts), language=code)
        assert words in made.markdown.replace("\u00a0", " ")


def test_what_is_about_an_order_or_a_product_names_it_at_once():
    """Several answers follow one another in one mail: the first paragraph of each says what it is about."""
    wrong = []
    for locale, situation, made in every_case():
        told = _told(locale, situation)
        name = next((str(getattr(situation.facts, one)) for one in ("number", "title") if one in told), None)
        is_quoted = isinstance(situation.facts, PolicyFacts | WaysToPayFacts)
        if name is None or is_quoted or "order_number" in built_in(locale, situation.name or ""):
            continue  # a policy is named where it is quoted, and what a customer wrote where it can be a number
        # German thanks for the mail first: what follows its greeting begins with a small letter.
        first = Text.of_markdown(made.markdown).seen.split("\n\n")[2 if locale.code == "de" else 1]
        if name not in first:
            wrong.append((named(locale, situation), first))
    assert wrong == []


def test_answers_that_follow_each_other_are_one_letter():
    answers = (
        "order_in_transit",
        "cancel_too_late",
        "product_available",
        "return_policy",
        "payment_received",
    )
    parts = [samples(name, TODAY)[0] for name in answers]
    for code, locale in LOCALES.items():
        made = drafted(*parts, language=code)
        alone = [drafted(part, language=code).markdown.split("\n\n") for part in parts]
        around = [one for one in alone[0] if all(one in other for other in alone)]
        whole = made.markdown.split("\n\n")
        assert made.situations == answers
        assert all(whole.count(one) == 1 for one in (around[0], around[-1], around[-2])), (
            locale.code,
            around,
        )
        assert [one for one in whole if one not in around] == [
            one for other in alone for one in other if one not in around
        ]


def test_the_samples_cover_every_optional_fact_as_known_and_as_unknown():
    for name in SITUATIONS:
        facts = [sample.facts for sample in samples(name, TODAY)]
        assert len(set(facts)) == len(facts) >= 2, name
        assert {type(fact) for fact in facts} == {type(facts[0])}
    parcels = [p for n in SITUATIONS for s in samples(n, TODAY) for p in getattr(s.facts, "parcels", ())]
    for field in fields(parcels[0]):
        values = {bool(getattr(parcel, field.name)) for parcel in parcels}
        assert values == {True, False}, field.name


def test_every_locale_has_all_its_files():
    for folder in TEMPLATES.iterdir():
        assert folder.name in LOCALES
        names = {Path(file).name for file in folder.iterdir()}
        assert names == {file.name for file in (TEMPLATES / "en").iterdir()}
