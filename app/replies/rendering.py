"""Templates to Markdown: Jinja2's sandbox in which nothing unescaped, undefined, empty or None can be printed.

Every printed value passes `_finalize`: a string is escaped for Markdown unless a filter made it. None and the empty string
are refused there, so that a missing fact stops the reply instead of leaving a hole in it.

A store's own wording is compiled only once it has been read as the small language that templates are
(`app.replies.wording.language`): that bounds the time it can take. What it prints is counted while it is made.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateError, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from app.errors import NeedsPerson
from app.replies.filters import EmptyValueError, Markdown, filters, is_order_number, text_markdown
from app.replies.locales import Locale
from app.replies.sources import NO_WORDINGS, TEMPLATES, Wordings
from app.replies.wording.expressions import JINJA_TESTS
from app.replies.wording.kinds import JINJA_FILTERS
from app.replies.wording.language import SYNTAX, read

MAX_CHARACTERS = 20_000


class TooLongError(TemplateError):
    """A template prints more than an answer bears."""


def render(
    locale: Locale, name: str, context: Mapping[str, Any], wordings: Wordings = NO_WORDINGS
) -> Markdown:
    """A template filled in: the store's own wording of it, or the product's own.

    Raises:
        NeedsPerson: The template does not fit these facts, or the text became too long to be an answer.
    """
    source = wordings.get((locale.code, name))
    whose = "text for" if source is None else "store's own wording of"
    try:
        return _tidy(_bounded(_template(locale, name, source), context))
    except TooLongError as error:
        raise NeedsPerson(
            f"The {whose} “{name}” became too long for an answer.", code="reply_too_long"
        ) from error
    except (TemplateError, ArithmeticError, TypeError, ValueError) as error:
        raise NeedsPerson(
            f"The {whose} “{name}” could not be written from these facts ({error}).", code="template_failed"
        ) from error


def _bounded(template: Template, context: Mapping[str, Any]) -> str:
    pieces: list[str] = []
    length = 0
    for piece in template.generate(context):
        length += len(piece)
        if length > MAX_CHARACTERS:
            raise TooLongError("the text is too long")
        pieces.append(piece)
    return "".join(pieces)


def _template(locale: Locale, name: str, source: str | None) -> Template:
    if source is None:
        return _environment(locale).get_template(f"{name}.md")
    return _own(locale, name, source)


@lru_cache(maxsize=512)
def _own(locale: Locale, name: str, source: str) -> Template:
    """A store's own wording, compiled. It is read again here: rules and facts may have changed since it was saved.

    Raises:
        TemplateError: It is not in the language of templates.
    """
    reading = read(locale, name, source)
    if reading.problems:
        raise TemplateError(str(reading.problems[0]))
    return _environment(locale).from_string(source)


@lru_cache
def _environment(locale: Locale) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES / locale.code),
        undefined=StrictUndefined,
        finalize=lambda value: _finalize(value, locale),
        autoescape=False,  # this is not HTML: `_finalize` escapes for Markdown
        auto_reload=False,
        **SYNTAX,
    )
    environment.globals.clear()  # `range` and the like: no template needs them
    environment.filters = {name: environment.filters[name] for name in JINJA_FILTERS} | filters(locale)
    environment.tests = {name: environment.tests[name] for name in JINJA_TESTS}
    environment.tests["order_number"] = is_order_number
    return environment


def _finalize(value: Any, locale: Locale) -> Any:
    if isinstance(value, Markdown | Undefined):
        return value  # printing an undefined one raises
    if not isinstance(value, str) or not value:
        raise EmptyValueError(f"a value to print is {value!r}")
    return text_markdown(value, locale)


def _tidy(text: str) -> Markdown:
    lines = [line.rstrip() for line in text.splitlines()]
    return Markdown(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip())
