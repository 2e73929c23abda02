"""The contract of every template: each situation, each sample, each locale."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from app.intents.situation import PolicyFacts, ProductTextFacts, Situation, WaysToPayFacts
from app.mail.outbound.markdown import render_markdown
from app.replies.grounding import fact_tokens
from app.replies.locales import LOCALES, Locale
from app.replies.plain import Text
from app.replies.samples import SITUATIONS, samples
from app.replies.sources import TEMPLATES, has_template
from app.replies.tokens import TokenKind, tokens
from tests.replies.voices import TODAY, VOICE, drafted

CASES = [
    pytest.param(situation, id=f"{name}-{index}")
    for name in SITUATIONS
    for index, situation in enumerate(samples(name, TODAY))
]
FILES = sorted(TEMPLATES.rglob("*.md"))
every_locale = pytest.mark.parametrize("locale", LOCALES.values(), ids=LOCALES)
every_file = pytest.mark.parametrize("file", FILES, ids=[str(file.relative_to(TEMPLATES)) for file in FILES])


@every_locale
def test_every_situation_has_a_template_and_no_template_is_left_over(locale: Locale):
    assert all(has_template(locale, name) for name in SITUATIONS)
    files = {file.stem for file in (TEMPLATES / locale.code).glob("[a-z]*.md")}
    assert files == {*SITUATIONS, "layout", "automatic", "automatic_told", "code", "code_subject"}


@every_locale
@pytest.mark.parametrize("situation", CASES)
def test_a_sample_renders_without_holes(situation: Situation, locale: Locale):
    text = drafted(situation, language=locale.code).markdown
    assert "None" not in text
    assert not re.search(r"\{\{|\}\}|\{%|%\}|\bundefined\b|Decimal|datetime", text)
    assert not re.search(r"[^\S\n]{2}|\n{3}|[^\S\n]\n|\(\s*\)| [.,:;،؛](?:\s|$)|\*\*\*\*|“”|„“|«»", text)
    assert not re.search(r"^-\s*$", text, re.MULTILINE)


@every_locale
@pytest.mark.parametrize("situation", CASES)
def test_a_sample_says_the_same_facts_in_every_locale(situation: Situation, locale: Locale):
    def facts(language: Locale):
        found = tokens(Text.of_markdown(drafted(situation, language=language.code).markdown).seen, language)
        return {token for token in found if not _is_policy_number(situation, token)}

    assert facts(locale) == facts(LOCALES["en"])


def _is_policy_number(situation: Situation, token) -> bool:
    """The shop's own words stand in its language in every reply; how their amounts read depends on the locale."""
    is_quoted = isinstance(situation.facts, PolicyFacts | WaysToPayFacts | ProductTextFacts)
    return is_quoted and token.kind is TokenKind.MONEY


@every_locale
@pytest.mark.parametrize("situation", CASES)
def test_both_parts_of_the_mail_can_be_made_and_keep_every_fact(situation: Situation, locale: Locale):
    draft = drafted(situation, language=locale.code)
    text, html = render_markdown(draft.markdown, rtl=draft.rtl, lang=draft.locale)
    claimed = tokens(Text.of_markdown(draft.markdown).seen, locale)
    assert claimed == tokens(text, locale)
    assert claimed <= fact_tokens(situation, locale) | tokens("\n".join(VOICE), locale)
    assert "\\" not in text
    assert "**" not in text
    assert ('dir="rtl"' in html) == locale.rtl


@every_file
def test_a_template_claims_nothing_of_its_own(file: Path):
    """No digit and no link may stand in a template: all of them come from facts, and grounding relies on that."""
    source = file.read_text(encoding="utf-8")
    for node in Environment().parse(source).find_all(nodes.TemplateData):
        assert not tokens(node.data, LOCALES[file.parent.name]), node.data
    assert "| safe" not in source
    assert not re.search(r"https?:", source)


@every_file
def test_a_template_is_in_its_own_script(file: Path):
    words = " ".join(
        node.data
        for node in Environment().parse(file.read_text(encoding="utf-8")).find_all(nodes.TemplateData)
    )
    letters = [character for character in words if character.isalpha()]
    persian = sum("\u0600" <= character <= "\u06ff" for character in letters)
    assert persian == (len(letters) if file.parent.name == "fa" else 0)


@every_file
def test_persian_is_written_with_persian_letters(file: Path):
    assert not re.search("[يكةى٠-٩]", file.read_text(encoding="utf-8"))


def test_the_samples_cover_every_optional_fact_as_known_and_as_unknown():
    for name in SITUATIONS:
        facts = [sample.facts for sample in samples(name, TODAY)]
        assert len(set(facts)) == len(facts) >= 2, name
        assert {type(fact) for fact in facts} == {type(facts[0])}
    parcels = [p for n in SITUATIONS for s in samples(n, TODAY) for p in getattr(s.facts, "parcels", ())]
    for field in fields(parcels[0]):
        values = {bool(getattr(parcel, field.name)) for parcel in parcels}
        assert values == {True, False}, field.name
