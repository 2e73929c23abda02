"""What an owner does with the store's own wordings of templates: read, save, go back. Nothing of their history is lost."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col

from app.access import StoreAccess
from app.errors import BadRequest, NotFound, Unprocessable
from app.inbox.stopping import lock_store
from app.models import Store, Wording
from app.replies.drafting import StoreVoice
from app.replies.locales import LOCALES, Locale
from app.replies.sources import NO_WORDINGS, Wordings, built_in, has_template
from app.replies.wording.facts import NAMES
from app.replies.wording.language import read


class Outdated(BadRequest):
    """Somebody else has saved the template since it was looked at. 409."""

    code = "outdated"
    status = 409


class Unusable(Unprocessable):
    """The text is no template: the message says where and why."""

    code = "unusable_wording"


async def load_wordings(
    access: StoreAccess,
    store: Store,
    locale: Locale,
    names: Iterable[str] | None = None,
    *,
    at: datetime | None = None,
) -> Wordings:
    """A store's own texts in a language, of these templates or of all, as they were at a moment or are now.

    One query, and none where the store never had any.
    """
    if not store.has_wordings:
        return NO_WORDINGS
    query = _newest(access).where(col(Wording.locale) == locale.code)
    if names is not None:
        query = query.where(col(Wording.name).in_([*names]))
    if at is not None:
        query = query.where(col(Wording.created_at) <= at)
    rows = (await access.session.execute(query)).scalars()
    return {(row.locale, row.name): row.source for row in rows if row.source is not None}


async def list_current(access: StoreAccess) -> Sequence[Wording]:
    """The newest version of every template that the store has ever worded itself, in every language."""
    return (await access.session.execute(_newest(access))).scalars().all()


async def list_versions(access: StoreAccess, locale: Locale, name: str) -> Sequence[Wording]:
    """Every version of a template, newest first; none: it has always been the product's own."""
    query = (
        access.select(Wording)
        .where(col(Wording.locale) == locale.code, col(Wording.name) == name)
        .order_by(col(Wording.version).desc())
    )
    return (await access.session.execute(query)).scalars().all()


async def save_wording(
    access: StoreAccess,
    locale: Locale,
    name: str,
    source: str | None,
    *,
    seen: int,
    author: str,
    author_id: UUID | None = None,
    restored_from: int | None = None,
) -> Wording:
    """Make this the store's text of a template from now on; None: the product's own again. Always a new version.

    Args:
        access: The store's rows.
        locale: Of which language.
        name: Of which template.
        source: The text.
        seen: The newest version that the author has looked at; 0: none.
        author: Who saves it, by name.
        author_id: Who, where it is a person.
        restored_from: The version that this brings back.

    Raises:
        Outdated: There is a newer version than `seen`.
        Unusable: The text is no template.
    """
    text = clean_source(source) if source is not None else None
    if text is not None:
        problems = read(locale, name, text).problems
        if not text or problems:
            raise Unusable(
                str(problems[0])
                if problems
                else "There is no text. Write one, or go back to the product's own."
            )
    store = await lock_store(access)
    newest = next(iter(await list_versions(access, locale, name)), None)
    if (newest.version if newest else 0) != seen:
        raise Outdated(_who_was_faster(newest))
    wording = Wording(
        store_id=access.store_id,
        locale=locale.code,
        name=name,
        version=seen + 1,
        source=text,
        built_in=built_in(locale, name),
        restored_from=restored_from,
        author=author,
        author_id=author_id,
    )
    access.session.add(wording)
    store.has_wordings = True
    await access.session.flush()
    return wording


async def restore_wording(
    access: StoreAccess,
    locale: Locale,
    name: str,
    version: int,
    *,
    seen: int,
    author: str,
    author_id: UUID | None = None,
) -> Wording:
    """Bring an earlier version back, as a new one; 0: the product's own.

    Raises:
        NotFound: There is no such version.
        Outdated, Unusable: As `save_wording`: what was a template once may be none for the facts of today.
    """
    versions = {row.version: row for row in await list_versions(access, locale, name)}
    if version and version not in versions:
        raise NotFound("There is no such version of this template.")
    source = versions[version].source if version else None
    return await save_wording(
        access,
        locale,
        name,
        source,
        seen=seen,
        author=author,
        author_id=author_id,
        restored_from=version or None,
    )


def voice_of(store: Store, wordings: Wordings = NO_WORDINGS) -> StoreVoice:
    """How a store speaks."""
    return StoreVoice(store.name, store.signature, store.default_locale, store.timezone, wordings)


def find_template(code: str, name: str) -> Locale:
    """The language of a template that a store may word itself.

    Raises:
        NotFound: There is no such template.
    """
    locale = LOCALES.get(code)
    if locale is None or name not in NAMES or not has_template(locale, name):
        raise NotFound("There is no such template. The page Templates lists all of them.")
    return locale


def clean_source(source: str) -> str:
    """A text as it is kept: with plain ends of lines, as forms send others, and without what PostgreSQL cannot keep."""
    lines = source.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").splitlines()
    return "\n".join(line.rstrip() for line in lines).rstrip("\n")


def _newest(access: StoreAccess) -> "sa.Select[Any]":
    """The newest version of each template in each language."""
    keys = (col(Wording.locale), col(Wording.name))
    return access.select(Wording).ext(distinct_on(*keys)).order_by(*keys, col(Wording.version).desc())


def _who_was_faster(newest: Wording | None) -> str:
    if newest is None:
        return "This template has no version of that number. Load it again."
    return (
        f"{newest.author} has saved version {newest.version} of this template since you looked at it. "
        "Nothing of yours was saved: look at theirs, and save yours again if it is still what you want."
    )
