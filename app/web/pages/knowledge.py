"""What drafts are written from: the shop's policies as they were read, and the store's own articles, which owners write."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.access import StoreAccess
from app.errors import BadRequest
from app.inbox.automation import get_store
from app.jobs import READ_POLICIES, defer_alone
from app.knowledge.articles import (
    LONGEST_BODY,
    LONGEST_TITLE,
    Writing,
    add_article,
    edit_article,
    list_articles,
    set_archived,
)
from app.knowledge.languages import LANGUAGES
from app.knowledge.policies import list_policies
from app.knowledge.searching import search
from app.models import Article, Policy
from app.replies.locales import find_locale
from app.web.forms import Form, Posted
from app.web.pages.view import go, render
from app.web.session import Agent, Owner, Visitor, desk_of

router = APIRouter(prefix="/knowledge")


@router.get("")
async def show_knowledge(request: Request, visitor: Agent) -> Response:
    """The list; with `q`, what a customer's question would find; with `archived`, what was put away."""
    question = request.query_params.get("q", "").strip()[:1_000]
    archived = request.query_params.get("archived") == "yes"
    async with desk_of(request).db.transaction() as session:
        access = StoreAccess(session, visitor.store.id)
        store = await get_store(access)
        articles = await list_articles(access, archived=archived)
        policies = await list_policies(access)
        found = await search(access, [question], most=10) if question else ()
    return render(
        request,
        "knowledge.html",
        visitor=visitor,
        store=store,
        articles=articles,
        policies=policies,
        found=found,
        question=question,
        archived=archived,
        languages=LANGUAGES,
    )


@router.get("/policies/{policy_id}")
async def show_policy(request: Request, policy_id: UUID, visitor: Agent) -> Response:
    async with desk_of(request).db.transaction() as session:
        policy = await StoreAccess(session, visitor.store.id).get(Policy, policy_id)
    return render(request, "policy.html", visitor=visitor, policy=policy, languages=LANGUAGES)


@router.post("/policies/read")
async def read_policies_again(request: Request, visitor: Owner, _: Posted) -> Response:
    async with desk_of(request).db.transaction() as session:
        await defer_alone(session, READ_POLICIES, visitor.store.id)
    return go("/knowledge", "reading")


@router.get("/articles/new")
async def show_new(request: Request, visitor: Owner) -> Response:
    locale = find_locale(visitor.store.default_locale)
    language = locale.code if locale and locale.code in LANGUAGES else "en"
    return _article_page(request, visitor, Writing("", "", language))


@router.post("/articles")
async def add(request: Request, visitor: Owner, form: Posted) -> Response:
    writing = _writing(form)
    try:
        async with desk_of(request).db.transaction() as session:
            await add_article(StoreAccess(session, visitor.store.id), writing, by=visitor.person.user_id)
    except BadRequest as error:
        return _article_page(request, visitor, writing, problem=error)
    return go("/knowledge", "article-saved")


@router.get("/articles/{article_id}")
async def show_article(request: Request, article_id: UUID, visitor: Agent) -> Response:
    async with desk_of(request).db.transaction() as session:
        article = await StoreAccess(session, visitor.store.id).get(Article, article_id)
    writing = Writing(article.title, article.body, article.language)
    return _article_page(request, visitor, writing, article=article)


@router.post("/articles/{article_id}")
async def edit(request: Request, article_id: UUID, visitor: Owner, form: Posted) -> Response:
    writing, desk = _writing(form), desk_of(request)
    try:
        async with desk.db.transaction() as session:
            access = StoreAccess(session, visitor.store.id)
            await edit_article(access, article_id, writing, by=visitor.person.user_id)
    except BadRequest as error:
        async with desk.db.transaction() as session:
            article = await StoreAccess(session, visitor.store.id).get(Article, article_id)
        return _article_page(request, visitor, writing, article=article, problem=error)
    return go(f"/knowledge/articles/{article_id}", "article-saved")


@router.post("/articles/{article_id}/archive")
async def archive(request: Request, article_id: UUID, visitor: Owner, _: Posted) -> Response:
    return await _set_archived(request, article_id, visitor, archived=True)


@router.post("/articles/{article_id}/restore")
async def restore(request: Request, article_id: UUID, visitor: Owner, _: Posted) -> Response:
    return await _set_archived(request, article_id, visitor, archived=False)


async def _set_archived(request: Request, article_id: UUID, visitor: Visitor, *, archived: bool) -> Response:
    async with desk_of(request).db.transaction() as session:
        access = StoreAccess(session, visitor.store.id)
        await set_archived(access, article_id, archived=archived, by=visitor.person.user_id)
    return go("/knowledge", "article-archived" if archived else "article-restored")


def _article_page(
    request: Request,
    visitor: Visitor,
    writing: Writing,
    *,
    article: Article | None = None,
    problem: BadRequest | None = None,
) -> Response:
    """An article, or a form for one; what was written is never lost where it cannot be kept."""
    return render(
        request,
        "article.html",
        visitor=visitor,
        status=problem.status if problem else 200,
        article=article,
        writing=writing,
        problem=problem.message if problem else "",
        languages=LANGUAGES,
        longest_title=LONGEST_TITLE,
        longest_body=LONGEST_BODY,
    )


def _writing(form: Form) -> Writing:
    return Writing(form.text("title"), form.text("body"), form.text("language"))
