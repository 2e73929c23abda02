"""Where the texts of templates come from: the product's own files, and a store's wordings that take their place."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from app.replies.locales import Locale

TEMPLATES = Path(__file__).parent / "templates"

Wordings = Mapping[tuple[str, str], str]
"""A store's own texts: code of the locale and name of the template, to the source. What is not in it is the product's own."""

NO_WORDINGS: Wordings = MappingProxyType({})


def has_template(locale: Locale, name: str) -> bool:
    return (TEMPLATES / locale.code / f"{name}.md").is_file()


@lru_cache(maxsize=1024)
def built_in(locale: Locale, name: str) -> str:
    """The product's own text of a template, or of a partial such as `_parcels`.

    Raises:
        FileNotFoundError: There is none in this locale.
    """
    return (TEMPLATES / locale.code / f"{name}.md").read_text(encoding="utf-8")


@lru_cache
def partials(locale: Locale) -> tuple[str, ...]:
    """Names of the files that templates of a locale share: `_parcels.md`."""
    return tuple(sorted(file.name for file in (TEMPLATES / locale.code).glob("_*.md")))


def template_version(locale: Locale, names: Iterable[str], wordings: Wordings = NO_WORDINGS) -> str:
    """A digest of all text that a reply of these situations is made from: 12 hex digits."""
    stems = [*(file.removesuffix(".md") for file in partials(locale)), "layout", *sorted(set(names))]
    digest = sha256()
    for stem in stems:
        content = (wordings.get((locale.code, stem)) or built_in(locale, stem)).encode()
        digest.update(f"{stem}.md {len(content)} ".encode() + content)
    return digest.hexdigest()[:12]
