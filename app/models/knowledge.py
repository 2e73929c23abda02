"""What a store knows beside its orders: its policies as Shopify tells them, and articles of its own."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlmodel import Field, SQLModel

from app.models.columns import created, document, key, link, mention, moment, prose


class Article(SQLModel, table=True):
    """A text of the owner's, from which drafts may be written. An archived one is kept, and no draft uses it."""

    __tablename__ = "article"
    __table_args__ = (sa.Index("ix_article_store_id_created_at", "store_id", "created_at"),)

    id: UUID = key()
    store_id: UUID = link("store.id", index=False)
    title: str = prose()
    body: str = prose()
    """Markdown or plain text."""
    language: str
    """A key of `app.knowledge.languages.LANGUAGES`."""
    created_at: datetime = created()
    updated_at: datetime = created()
    updated_by: UUID | None = mention("app_user.id", default=None)
    archived_at: datetime | None = moment(default=None)


class Policy(SQLModel, table=True):
    """A policy of the shop as it was last read. Nobody edits it here: Shopify's next reading replaces it."""

    __tablename__ = "policy"
    __table_args__ = (sa.UniqueConstraint("store_id", "kind"),)

    id: UUID = key()
    store_id: UUID = link("store.id", index=False)
    kind: str
    """Shopify's `ShopPolicyType`."""
    title: str = prose()
    url: str = prose(default="")
    paragraphs: list[Any] = document(list)
    """Plain text, in order."""
    language: str
    read_at: datetime = created()


class Passage(SQLModel, table=True):
    """A piece of an article or of a policy that can answer a question by itself."""

    __tablename__ = "passage"
    __table_args__ = (
        sa.CheckConstraint("num_nonnulls(article_id, policy_id) = 1", name="source"),
        sa.Index("ix_passage_search", "search", postgresql_using="gin"),
    )

    id: UUID = key()
    store_id: UUID = link("store.id")
    article_id: UUID | None = link("article.id", default=None, nullable=True)
    policy_id: UUID | None = link("policy.id", default=None, nullable=True)
    place: int
    """Counts from 0 within its source."""
    heading: str = prose(default="")
    text: str = prose()
    language: str
    search: Any = Field(sa_type=TSVECTOR)
    """Words by its language, and topics: see app/knowledge/words.py."""
