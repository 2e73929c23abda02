"""`/api/v1/templates`: the texts of replies, a store's own wordings of them, and what they would look like."""

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from app.access import StoreAccess
from app.inbox.automation import get_store
from app.inbox.wordings import find_template, list_current, list_versions, restore_wording, save_wording
from app.models import Wording
from app.pipeline.desk import Desk
from app.replies.locales import LOCALES
from app.replies.samples import INTENTS
from app.replies.sources import built_in, has_template
from app.replies.wording.facts import NAMES, describe
from app.replies.wording.language import MAX_SOURCE
from app.vocabulary import Intent
from app.web.api.keys import Access
from app.web.previews import show_preview

router = APIRouter()

_BY = "A program with a key to the API"


class TemplateOut(BaseModel):
    """`version`: the newest of the store's own, 0 where it never had one. `is_own`: it counts instead of the product's text."""

    locale: str
    name: str
    intent: Intent | None
    is_own: bool
    version: int
    is_outdated: bool
    """The product's own text has changed since the store's was written."""


class TemplatesOut(BaseModel):
    templates: list[TemplateOut]


class VersionOut(BaseModel, from_attributes=True):
    version: int
    source: str | None
    """None: from here on the product's own again."""
    restored_from: int | None
    author: str
    created_at: datetime


class VariableOut(BaseModel, from_attributes=True):
    """A fact that the text may use."""

    name: str
    kind: str
    meaning: str
    is_optional: bool
    example: str
    fields: list["VariableOut"]


class WholeTemplateOut(TemplateOut):
    source: str
    """The text that counts."""
    built_in: str
    variables: list[VariableOut]
    versions: list[VersionOut]


class SourceIn(BaseModel):
    """`version`: the newest that the writer has seen; 409 where there is a newer one."""

    source: str = Field(max_length=2 * MAX_SOURCE)
    version: int = Field(ge=0)


class PreviewIn(BaseModel):
    """`facts`: `sample:0`, `answer:<id of an answer>`, or `named` with an order number or a product in `named`."""

    source: str = Field(max_length=2 * MAX_SOURCE)
    facts: str = Field(default="", max_length=100)
    named: str = Field(default="", max_length=100)


class ProblemOut(BaseModel):
    line: int
    sentence: str


class PreviewOut(BaseModel):
    """`problems` keep the text from being saved, `warnings` do not; `findings` hold a reply like this one for a person."""

    problems: list[ProblemOut]
    warnings: list[str]
    findings: list[str]
    facts: str
    note: str
    text: str
    html: str


@router.get("/templates")
async def get_templates(access: Access) -> TemplatesOut:
    newest = {(row.locale, row.name): row for row in await list_current(access)}
    return TemplatesOut(
        templates=[
            _out(code, name, newest.get((code, name)))
            for code, locale in LOCALES.items()
            for name in NAMES
            if has_template(locale, name)
        ]
    )


@router.get("/templates/{code}/{name}")
async def get_template(access: Access, code: str, name: str) -> WholeTemplateOut:
    return await _whole(access, code, name)


@router.put("/templates/{code}/{name}")
async def put_template(
    request: Request, access: Access, code: str, name: str, wanted: SourceIn
) -> WholeTemplateOut:
    locale = find_template(code, name)
    desk: Desk = request.app.state.desk
    async with desk.db.transaction() as session:
        own = StoreAccess(session, access.store_id)
        await save_wording(own, locale, name, wanted.source, seen=wanted.version, author=_BY)
        return await _whole(own, code, name)


@router.delete("/templates/{code}/{name}")
async def delete_template(
    request: Request, access: Access, code: str, name: str, version: int
) -> WholeTemplateOut:
    """Back to the product's own text; the store's stays among the versions."""
    locale = find_template(code, name)
    desk: Desk = request.app.state.desk
    async with desk.db.transaction() as session:
        own = StoreAccess(session, access.store_id)
        await restore_wording(own, locale, name, 0, seen=version, author=_BY)
        return await _whole(own, code, name)


@router.post("/templates/{code}/{name}/preview")
async def post_preview(
    request: Request, access: Access, code: str, name: str, wanted: PreviewIn
) -> PreviewOut:
    """A text as the mail that it would make, and what is to be said of it. Nothing is saved and nothing is sent."""
    locale = find_template(code, name)
    desk: Desk = request.app.state.desk
    store = await get_store(access)
    shown = await show_preview(
        desk, store, locale, name, wanted.source, facts=wanted.facts, named=wanted.named
    )
    return PreviewOut.model_validate(shown.as_json())


def _out(code: str, name: str, newest: Wording | None) -> TemplateOut:
    is_own = newest is not None and newest.source is not None
    return TemplateOut(
        locale=code,
        name=name,
        intent=INTENTS.get(name),
        is_own=is_own,
        version=newest.version if newest else 0,
        is_outdated=newest is not None and is_own and newest.built_in != built_in(LOCALES[code], name),
    )


async def _whole(access: StoreAccess, code: str, name: str) -> WholeTemplateOut:
    locale = find_template(code, name)
    versions = await list_versions(access, locale, name)
    newest = versions[0] if versions else None
    product = built_in(locale, name)
    return WholeTemplateOut(
        **_out(code, name, newest).model_dump(),
        source=(newest.source if newest else None) or product,
        built_in=product,
        variables=[VariableOut.model_validate(one) for one in describe(name)],
        versions=[VersionOut.model_validate(row) for row in versions],
    )
