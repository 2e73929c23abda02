"""An owner's pages about the texts of replies: which there are, a store's own wording of each, its versions, a live preview."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from app.access import StoreAccess
from app.errors import NotFound
from app.inbox.previews import Example, list_examples, takes_what
from app.inbox.wordings import (
    Outdated,
    Unusable,
    find_template,
    list_current,
    list_versions,
    restore_wording,
    save_wording,
)
from app.intents.titles import title_of
from app.models import Wording
from app.models.columns import now
from app.replies.locales import LOCALES, Locale
from app.replies.samples import INTENTS
from app.replies.sources import built_in, has_template
from app.replies.wording.cases import situations
from app.replies.wording.facts import NAMES, describe, known_here
from app.replies.wording.language import MAX_SOURCE
from app.vocabulary import Intent
from app.web.forms import Form, Posted
from app.web.pages import words
from app.web.pages.differences import Line, differences
from app.web.pages.view import go, render
from app.web.previews import Shown, show_preview
from app.web.session import Owner, Visitor, desk_of

router = APIRouter(prefix="/templates")

_FRAME_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
_EMPTY_FRAME = "<!DOCTYPE html><html><head><title>Preview</title></head><body></body></html>"
_AROUND = "Around every answer"


@dataclass(frozen=True)
class _Version:
    """A version as the page tells of it: what it changed of the one before."""

    row: Wording
    changes: Sequence[Line]


@dataclass(frozen=True)
class _Row:
    """A template in the list; `own`: the languages in which it is the store's own, with the version."""

    name: str
    title: str
    own: dict[str, Wording]
    locales: Sequence[Locale]


@router.get("")
async def show_templates(request: Request, visitor: Owner) -> Response:
    async with desk_of(request).db.transaction() as session:
        current = await list_current(StoreAccess(session, visitor.store.id))
    query, is_own_only = request.query_params.get("q", "").strip(), request.query_params.get("own") == "1"
    rows = [row for row in _rows(current) if _fits(row, query) and (row.own or not is_own_only)]
    groups: dict[str, list[_Row]] = {}
    for row in rows:
        groups.setdefault(_group(row.name), []).append(row)
    return render(
        request,
        "templates.html",
        visitor=visitor,
        groups=groups,
        locales=LOCALES.values(),
        changed=_changed(current),
        query=query,
        is_own_only=is_own_only,
    )


@router.get("/frame")
async def show_frame(_: Owner) -> Response:
    """The empty document that a preview is written into: it may have styles of its own, and nothing else."""
    headers = {"Content-Security-Policy": _FRAME_POLICY, "X-Frame-Options": "SAMEORIGIN"}
    return HTMLResponse(_EMPTY_FRAME, headers=headers)


@router.get("/{code}/{name}")
async def show_template(request: Request, code: str, name: str, visitor: Owner) -> Response:
    locale = find_template(code, name)
    return await _editor(request, visitor, locale, name)


@router.post("/{code}/{name}")
async def do_save(request: Request, code: str, name: str, visitor: Owner, form: Posted) -> Response:
    locale, source = find_template(code, name), form.text("source")
    try:
        async with desk_of(request).db.transaction() as session:
            await save_wording(
                StoreAccess(session, visitor.store.id),
                locale,
                name,
                source,
                seen=_number(form, "seen"),
                author=visitor.user.name,
                author_id=visitor.user.id,
            )
    except (Outdated, Unusable) as error:
        return await _editor(
            request, visitor, locale, name, form=form, refusal=error.message, status=error.status
        )
    return go(f"/templates/{code}/{name}", "worded")


@router.post("/{code}/{name}/restore")
async def do_restore(request: Request, code: str, name: str, visitor: Owner, form: Posted) -> Response:
    locale, version = find_template(code, name), _number(form, "version")
    try:
        async with desk_of(request).db.transaction() as session:
            restored = await restore_wording(
                StoreAccess(session, visitor.store.id),
                locale,
                name,
                version,
                seen=_number(form, "seen"),
                author=visitor.user.name,
                author_id=visitor.user.id,
            )
    except (Outdated, Unusable) as error:
        return await _editor(request, visitor, locale, name, refusal=error.message, status=error.status)
    return go(f"/templates/{code}/{name}", "worded" if restored.source is not None else "built-in")


@router.post("/{code}/{name}/preview")
async def do_preview(request: Request, code: str, name: str, visitor: Owner, form: Posted) -> Response:
    """What is being written, as the mail that it would make: as JSON for the page's script, else as the page."""
    locale = find_template(code, name)
    shown = await _preview(request, visitor, locale, name, form)
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse(shown.as_json())
    return await _editor(request, visitor, locale, name, form=form, shown=shown)


async def _editor(
    request: Request,
    visitor: Visitor,
    locale: Locale,
    name: str,
    *,
    form: Form | None = None,
    shown: Shown | None = None,
    refusal: str = "",
    status: int = 200,
) -> Response:
    """The page of one template; with `form`, what was written stands in it and nothing is lost."""
    async with desk_of(request).db.transaction() as session:
        access = StoreAccess(session, visitor.store.id)
        versions = await list_versions(access, locale, name)
        examples = await list_examples(access, name)
    newest = versions[0] if versions else None
    own, product = newest.source if newest else None, built_in(locale, name)
    source = form.text("source") if form else own or product
    if shown is None:
        shown = await _preview(request, visitor, locale, name, form or Form((("source", source),)))
    is_outdated = own is not None and newest is not None and newest.built_in != product
    return render(
        request,
        "template.html",
        visitor=visitor,
        status=status,
        locale=locale,
        locales=[one for one in LOCALES.values() if has_template(one, name)],
        name=name,
        title=_title(name),
        intent=_group(name),
        newest=newest,
        is_own=own is not None,
        source=source,
        versions=_told(versions, product),
        product_changes=differences(newest.built_in, product) if newest and is_outdated else (),
        from_product=differences(product, own) if own is not None else (),
        variables=[one for one in describe(name) if one.name in known_here(name)],
        unknown=[one for one in describe(name) if one.name not in known_here(name)],
        most=MAX_SOURCE,
        refusal=refusal,
        shown=shown,
        note=" ".join(one for one in (shown.note, shown.preview.obstacle) if one),
        **_choices(examples, name, form),
    )


def _choices(examples: Sequence[Example], name: str, form: Form | None) -> dict[str, Any]:
    return {
        "samples": len(situations(name, now().date())),
        "examples": examples,
        "takes": takes_what(name),
        "chosen": form.text("facts") if form else "",
        "named": form.text("named") if form else "",
    }


async def _preview(request: Request, visitor: Visitor, locale: Locale, name: str, form: Form) -> Shown:
    desk = desk_of(request)
    return await show_preview(
        desk,
        visitor.store,
        locale,
        name,
        form.text("source"),
        facts=form.text("facts"),
        named=form.text("named"),
    )


def _told(versions: Sequence[Wording], product: str) -> list[_Version]:
    texts = [row.source if row.source is not None else product for row in versions]
    before = [*texts[1:], *(row.built_in for row in versions[-1:])]
    return [
        _Version(row, differences(old, new)) for row, new, old in zip(versions, texts, before, strict=True)
    ]


def _rows(current: Sequence[Wording]) -> list[_Row]:
    own: dict[str, dict[str, Wording]] = {}
    for row in current:
        if row.source is not None:
            own.setdefault(row.name, {})[row.locale] = row
    return [
        _Row(
            name,
            _title(name),
            own.get(name, {}),
            [one for one in LOCALES.values() if has_template(one, name)],
        )
        for name in NAMES
    ]


def _changed(current: Sequence[Wording]) -> frozenset[tuple[str, str]]:
    """The own wordings whose product's text has changed since."""
    return frozenset(
        (row.locale, row.name)
        for row in current
        if row.source is not None
        and row.locale in LOCALES
        and row.name in NAMES
        and has_template(LOCALES[row.locale], row.name)
        and row.built_in != built_in(LOCALES[row.locale], row.name)
    )


def _fits(row: _Row, query: str) -> bool:
    told = f"{row.title} {row.name} {_group(row.name)}".casefold()
    return all(word in told for word in query.casefold().split())


def _group(name: str) -> str:
    intent: Intent | None = INTENTS.get(name)
    return words.INTENTS[intent] if intent else _AROUND


def _title(name: str) -> str:
    around = {"layout": "Greeting and closing", "automatic": "Note under automatic replies"}
    return around.get(name) or title_of(name)


def _number(form: Form, field: str) -> int:
    text = form.text(field)
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise NotFound("There is no such version of this template.")
    return int(text)
