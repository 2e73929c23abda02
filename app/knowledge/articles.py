"""What an owner does with the store's articles. Their passages follow in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from app.access import StoreAccess
from app.errors import Unprocessable
from app.knowledge.languages import LANGUAGES
from app.knowledge.splitting import Piece, split_markdown
from app.knowledge.words import search_vector
from app.models import Article, Passage, Policy
from app.models.columns import now

LONGEST_TITLE = 200
LONGEST_BODY = 20_000
MOST_ARTICLES = 500


@dataclass(frozen=True)
class Writing:
    """An article as its writer gives it."""

    title: str
    body: str
    language: str


async def list_articles(access: StoreAccess, *, archived: bool = False) -> Sequence[Article]:
    """By title; those that are archived, or those that are not."""
    is_archived = col(Article.archived_at).is_not(None)
    query = (
        access.select(Article)
        .where(is_archived if archived else ~is_archived)
        .order_by(sa.func.lower(col(Article.title)), col(Article.id))
        .limit(MOST_ARTICLES)
    )
    return (await access.session.execute(query)).scalars().all()


async def add_article(access: StoreAccess, writing: Writing, *, by: UUID | None) -> Article:
    """A new article, which drafts may use from now on.

    Raises:
        Unprocessable: A part is empty or too long, the language is unknown, or the store has too many articles.
    """
    checked = _checked(writing)
    count = sa.select(sa.func.count()).where(col(Article.store_id) == access.store_id)
    if (await access.session.execute(count)).scalar_one() >= MOST_ARTICLES:
        raise Unprocessable(
            f"A store has {MOST_ARTICLES} articles at most, archived ones included. Put several into one."
        )
    article = Article(
        store_id=access.store_id,
        title=checked.title,
        body=checked.body,
        language=checked.language,
        updated_by=by,
    )
    access.session.add(article)
    await access.session.flush()
    await _cut_up(access, article)
    return article


async def edit_article(
    access: StoreAccess, article_id: UUID, writing: Writing, *, by: UUID | None
) -> Article:
    """Other words for an article.

    Raises:
        NotFound: There is no such article in this store.
        Unprocessable: As `add_article`.
    """
    checked = _checked(writing)
    article = await access.get(Article, article_id, lock=True)
    article.title, article.body, article.language = checked.title, checked.body, checked.language
    article.updated_at, article.updated_by = now(), by
    await _cut_up(access, article)
    return article


async def set_archived(
    access: StoreAccess, article_id: UUID, *, archived: bool, by: UUID | None = None
) -> Article:
    """Put an article away, or take it out again.

    Raises:
        NotFound: There is no such article in this store.
    """
    article = await access.get(Article, article_id, lock=True)
    if (article.archived_at is not None) is not archived:
        article.archived_at = now() if archived else None
        article.updated_at, article.updated_by = now(), by
        await _cut_up(access, article)
    return article


async def replace_passages(
    access: StoreAccess, source: Article | Policy, pieces: Sequence[Piece], *, language: str
) -> None:
    """The passages of an article or of a policy, in place of those that it had."""
    link = Passage.article_id if isinstance(source, Article) else Passage.policy_id
    await access.session.execute(
        sa.delete(Passage).where(col(Passage.store_id) == access.store_id, col(link) == source.id)
    )
    for place, piece in enumerate(pieces):
        access.session.add(
            Passage(
                store_id=access.store_id,
                article_id=source.id if isinstance(source, Article) else None,
                policy_id=source.id if isinstance(source, Policy) else None,
                place=place,
                heading=piece.heading,
                text=piece.text,
                language=language,
                search=search_vector(piece, source.title, language),
            )
        )
    await access.session.flush()


async def _cut_up(access: StoreAccess, article: Article) -> None:
    await access.session.flush()
    pieces = split_markdown(article.body) if article.archived_at is None else ()
    await replace_passages(access, article, pieces, language=article.language)


def _checked(writing: Writing) -> Writing:
    title = " ".join(writing.title.replace("\0", "").split())
    body = writing.body.replace("\r\n", "\n").replace("\0", "").strip()
    if not title:
        raise Unprocessable("Give the article a title: it is what colleagues see beside a draft.")
    if len(title) > LONGEST_TITLE:
        raise Unprocessable(f"The title is longer than {LONGEST_TITLE} characters. Shorten it.")
    if len(body) > LONGEST_BODY:
        raise Unprocessable(
            f"The text is longer than {LONGEST_BODY:,} characters. Make several articles of it, one a subject."
        )
    if not split_markdown(body):
        raise Unprocessable("The article says nothing yet. Write what a customer should be told.")
    if writing.language not in LANGUAGES:
        names = ", ".join(one.name for one in LANGUAGES.values())
        raise Unprocessable(f"Choose the language of the article: {names}.")
    return Writing(title, body, writing.language)
