"""`python -m tools.gallery`: every reply in every language as static pages, and the tables of docs/templates.md.

What stands in the pages is what the mail's own code makes of the sample facts: no test, no preview and no page has others.
The styles that stand inline in a mail are written once a page here, under the same elements.
"""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.intents.situation import Situation
from app.intents.titles import TITLES
from app.mail.outbound.markdown import render_markdown
from app.replies.drafting import StoreVoice, draft, with_note
from app.replies.locales import LOCALES, Locale
from app.replies.rendering import render
from app.replies.samples import SITUATIONS, samples
from app.replies.sources import built_in
from app.replies.wording.facts import LAYOUT, NOTE, Variable, describe, facts_class
from app.replies.wording.language import read

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "docs" / "templates.md"
FOLDER = ROOT / "docs" / "templates"

TODAY = date(2026, 10, 5)
NOW = datetime(2026, 10, 5, 12, 0, tzinfo=UTC)
STORE = StoreVoice(
    name="Nima & Söhne", signature="Sara\nNima & Söhne", default_locale="en", timezone="Europe/Berlin"
)
NAMES = {
    "en": "Anna Schmidt",
    "de": "Anna Schmidt",
    "fr": "Camille Dubois",
    "es": "Lucía Romero",
    "fa": "سارا احمدی",
}
TOGETHER = ("order_in_transit", "invoice_requested", "product_available")

_BODY = re.compile(r"<body>\s*<div[^>]*?style=\"([^\"]*)\">\s*(.*?)\s*</div>\s*</body>", re.DOTALL)
_STYLED = re.compile(r"(<(\w+)[^>]*?) style=\"([^\"]*)\"([^>]*)")
_GENERATED = re.compile(r"(<!-- (\w+) -->\n).*?(<!-- /\2 -->)", re.DOTALL)


@dataclasses.dataclass(frozen=True)
class Section:
    """A situation: the mail for its fullest facts, and what the answer to other facts says."""

    name: str
    facts: str
    html: str
    text: str
    others: tuple[str, ...] = ()


class Page:
    """The pages' mails of one language. `styles` is what stands inline in them, by element."""

    def __init__(self, locale: Locale) -> None:
        self._locale = locale
        self._direction = "rtl" if locale.rtl else "ltr"
        self.styles: dict[str, str] = {}

    def sections(self) -> Iterator[Section]:
        together = [samples(name, TODAY)[0] for name in TOGETHER]
        note = with_note(self._draft(*together), locale=self._locale.code, store_name=STORE.name)
        yield self._section("several_requests", "answered by itself", note)
        code = {
            "store_name": STORE.name,
            "number": "#4711",
            "asker": "anna@example.org",
            "code": "402913",
            "minutes": 30,
        }
        yield self._section("code", "a code to the address of an order", render(self._locale, "code", code))
        for name in SITUATIONS:
            first, *others = samples(name, TODAY)
            answers = dict.fromkeys(self._html(self._answer(other)) for other in others)
            section = self._section(name, type(first.facts).__name__, self._draft(first))
            yield dataclasses.replace(section, others=tuple(answers))

    def _draft(self, *situations: Situation) -> str:
        name = NAMES[self._locale.code]
        made = draft(situations, language=self._locale.code, store=STORE, customer_name=name, now=NOW)
        return made.markdown

    def _answer(self, situation: Situation) -> str:
        """What stands between the layout's words, which the first mail shows."""
        before, after = built_in(self._locale, LAYOUT).split("{{ body }}")
        paragraphs = self._draft(situation).split("\n\n")
        return "\n\n".join(paragraphs[_paragraphs(before) : -_paragraphs(after)])

    def _section(self, name: str, facts: str, markdown: str) -> Section:
        text, _ = render_markdown(markdown, rtl=self._locale.rtl, lang=self._locale.code)
        return Section(name, facts, self._html(markdown), text.rstrip("\n"))

    def _html(self, markdown: str) -> str:
        _, document = render_markdown(markdown, rtl=self._locale.rtl, lang=self._locale.code)
        found = _BODY.search(document)
        if found is None:
            raise ValueError("a mail is built in another way than this page takes apart")
        self.styles[".mail"] = found[1].replace("&#x27;", "'")
        body = found[2].replace(' rel="noopener noreferrer"', "").replace(f' dir="{self._direction}"', "")
        return _STYLED.sub(self._styled, body)

    def _styled(self, element: re.Match[str]) -> str:
        """An element without its style. One that runs the other way has a style of its own."""
        start, tag, style, rest = element.groups()
        turned = "[dir]" if rest.startswith(" dir=") else ""
        self.styles[f".mail {tag}{turned}"] = style
        return f"{start}{rest}"


def _paragraphs(source: str) -> int:
    return len([one for one in source.split("\n\n") if one.strip()])


def pages() -> dict[Path, str]:
    """Every file that this writes, with its text."""
    made = {FOLDER / f"{code}.html": _page(locale) for code, locale in LOCALES.items()}
    intro = "What customers receive, for the sample facts of every situation, in each language that replies are written in."
    return made | {
        FOLDER / "index.html": _html("Replies", intro=intro),
        DOCUMENT: _document(DOCUMENT.read_text("utf-8")),
    }


def _page(locale: Locale) -> str:
    page = Page(locale)
    sections = [*page.sections()]
    intro = (
        "Each mail as it is received, with its plain text beside it; below it, what other facts make of the answer. "
        "Made by make gallery from the samples."
    )
    return _html(
        f"Replies: {locale.babel.get_display_name('en')}",
        intro=intro,
        sections=sections,
        styles=[
            (selector, style.replace("max-width:600px", "max-width:632px"))
            for selector, style in page.styles.items()
        ],
        lang=locale.code,
        dir="rtl" if locale.rtl else "ltr",
    )


def _html(title: str, **variables: object) -> str:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    languages = [(code, locale.babel.get_display_name()) for code, locale in LOCALES.items()]
    known = {"sections": [], "styles": [], "languages": languages, "title": title}
    return environment.get_template("gallery.html").render(known | variables)


def _document(text: str) -> str:
    """The document with its tables as the code has them now."""
    tables = {"situations": _situations(), "facts": _classes()}
    return _GENERATED.sub(lambda found: f"{found[1]}{tables[found[2]]}{found[3]}", text)


def _situations() -> str:
    rows = []
    for name in (*SITUATIONS, LAYOUT, NOTE):
        reading = read(LOCALES["en"], name, built_in(LOCALES["en"], name))
        owner = facts_class(name).__name__
        told = sorted(field for kind, field in reading.told if kind == owner)
        title = TITLES.get(name, "")
        rows.append(
            (f"`{name}`", title, f"[{owner}](#{owner.lower()})", ", ".join(f"`{one}`" for one in told))
        )
    return _table(("template", "what people read", "facts", "says"), rows)


def _classes() -> str:
    described: dict[str, tuple[Variable, ...]] = {}
    for name in (*SITUATIONS, LAYOUT, NOTE):
        described.setdefault(facts_class(name).__name__, describe(name))
    return "\n".join(f"### {owner}\n{_table(_HEAD, _fields(known))}" for owner, known in described.items())


_HEAD = ("fact", "type", "may be unknown", "meaning")


def _fields(known: Iterable[Variable], before: str = "") -> Iterator[tuple[str, ...]]:
    for one in known:
        yield f"`{before}{one.name}`", one.kind, "yes" if one.is_optional else "", one.meaning
        yield from _fields(one.fields, f"{before}{one.name}.") if not before else ()


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def write(made: Mapping[Path, str]) -> None:
    """Write what `pages` made."""
    FOLDER.mkdir(exist_ok=True)
    for path, text in made.items():
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write(pages())
