"""Runs the migrations over the address that the caller put into the configuration."""

from alembic import context
from sqlalchemy import create_engine, pool
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel

import app.models  # registers the tables

QUEUE_PREFIX = "procrastinate_"


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """The queue's tables come from its own package, and are no drift of ours."""
    return kind != "table" or not (name or "").startswith(QUEUE_PREFIX)


def run() -> None:
    url = make_url(context.config.attributes["url"]).set(drivername="postgresql+psycopg")
    with create_engine(url, poolclass=pool.NullPool).begin() as connection:
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            compare_type=True,
            include_name=include_name,
        )
        with context.begin_transaction():
            context.run_migrations()


assert app.models.__all__
run()
