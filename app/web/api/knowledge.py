"""`/api/v1/knowledge`: what drafts are written from. Articles can be written, the shop's policies only be read."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from app.inbox.automation import get_store
from app.knowledge.articles import Writing, add_article, edit_article, list_articles, set_archived
from app.knowledge.policies import list_policies
from app.knowledge.searching import search
from app.models import Article
from app.web.api.keys import Access

router = APIRouter(prefix="/knowledge")

_LONGEST_QUESTION = 4_000


class ArticleIn(BaseModel):
    """`language`: en, de, fr, es or fa. `body`: Markdown or plain text."""

    title: str
    body: str
    language: str


class ArticleOut(ArticleIn, from_attributes=True):
    id: UUID
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None
    """Since when no draft uses it."""


class PolicyOut(BaseModel, from_attributes=True):
    id: UUID
    kind: str
    """Shopify's `ShopPolicyType`."""
    title: str
    url: str
    paragraphs: list[str]
    language: str
    read_at: datetime


class PoliciesOut(BaseModel):
    """`error`: why the last reading failed; empty where it did not."""

    tried_at: datetime | None
    error: str
    policies: list[PolicyOut]


class PassageOut(BaseModel, from_attributes=True):
    """`score` compares the passages of one search."""

    title: str
    heading: str
    text: str
    language: str
    url: str
    article_id: UUID | None
    policy_id: UUID | None
    score: float


@router.get("/articles")
async def get_articles(access: Access, *, archived: bool = False) -> list[ArticleOut]:
    return [ArticleOut.model_validate(one) for one in await list_articles(access, archived=archived)]


@router.post("/articles", status_code=201)
async def post_article(access: Access, article: ArticleIn) -> ArticleOut:
    return _out(await add_article(access, _writing(article), by=None))


@router.get("/articles/{article_id}")
async def get_article(access: Access, article_id: UUID) -> ArticleOut:
    return _out(await access.get(Article, article_id))


@router.put("/articles/{article_id}")
async def put_article(access: Access, article_id: UUID, article: ArticleIn) -> ArticleOut:
    return _out(await edit_article(access, article_id, _writing(article), by=None))


@router.put("/articles/{article_id}/archived")
async def archive_article(access: Access, article_id: UUID) -> ArticleOut:
    """No draft uses it any more."""
    return _out(await set_archived(access, article_id, archived=True))


@router.delete("/articles/{article_id}/archived")
async def restore_article(access: Access, article_id: UUID) -> ArticleOut:
    """Drafts use it again."""
    return _out(await set_archived(access, article_id, archived=False))


@router.get("/policies")
async def get_policies(access: Access) -> PoliciesOut:
    store = await get_store(access)
    return PoliciesOut(
        tried_at=store.policies_tried_at,
        error=store.policies_error,
        policies=[PolicyOut.model_validate(one) for one in await list_policies(access)],
    )


@router.get("/search")
async def get_passages(access: Access, q: str, language: str | None = None) -> list[PassageOut]:
    """What a question finds, best first."""
    found = await search(access, [q[:_LONGEST_QUESTION]], language=language, most=10)
    return [PassageOut.model_validate(one) for one in found]


def _writing(article: ArticleIn) -> Writing:
    return Writing(article.title, article.body, article.language)


def _out(article: Article) -> ArticleOut:
    return ArticleOut.model_validate(article)
