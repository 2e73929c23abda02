"""A store's own wordings of replies."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from app.models.columns import created, key, link, mention, prose


class Wording(SQLModel, table=True):
    """One version of a store's own text of a template. Rows are added and never changed: the newest is what counts."""

    __tablename__ = "wording"
    __table_args__ = (
        # Two people who save at once cannot both make the next version.
        sa.UniqueConstraint("store_id", "locale", "name", "version", name="uq_wording_version"),
    )

    id: UUID = key()
    store_id: UUID = link("store.id", index=False)
    locale: str
    """Code of the language, as in app/replies/locales.py."""
    name: str
    """The situation, or another template that stores may word."""
    version: int
    """From 1 on, by locale and name."""
    source: str | None = prose(default=None, nullable=True)
    """The text; None: from here on the product's own again."""
    built_in: str = prose()
    """The product's own text when this was saved: a later one that differs is shown to the owner."""
    restored_from: int | None = None
    """The version that this one brings back."""
    author_id: UUID | None = mention("app_user.id", default=None)
    author: str
    """Who saved it, by the name of that day."""
    created_at: datetime = created()
