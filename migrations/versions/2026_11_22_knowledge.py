"""A store's own articles and what was read of its policies, and drafts that the model wrote."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "knowledge"
down_revision = "wordings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _add_columns()
    _create_articles()
    _create_policies()
    _create_passages()
    op.execute("UPDATE reply SET origin = 'person' WHERE answer_id IS NULL")


def _add_columns() -> None:
    op.add_column("store", sa.Column("tone", sa.String(), server_default="", nullable=False))
    op.add_column("store", sa.Column("policies_tried_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("store", sa.Column("policies_error", sa.String(), server_default="", nullable=False))
    op.add_column(
        "answer",
        sa.Column("composed", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
    )
    op.add_column(
        "reply",
        sa.Column(
            "origin",
            sa.Enum("template", "model", "person", name="replyorigin", native_enum=False, length=32),
            server_default="template",
            nullable=False,
        ),
    )
    op.add_column(
        "reply",
        sa.Column("sources", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
    )


def _create_articles() -> None:
    op.create_table(
        "article",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=op.f("fk_article_store_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["updated_by"], ["app_user.id"], name=op.f("fk_article_updated_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
    )
    op.create_index("ix_article_store_id_created_at", "article", ["store_id", "created_at"])
    op.create_index(op.f("ix_article_updated_by"), "article", ["updated_by"])


def _create_policies() -> None:
    op.create_table(
        "policy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("paragraphs", postgresql.JSONB(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=op.f("fk_policy_store_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy")),
        sa.UniqueConstraint("store_id", "kind", name=op.f("uq_policy_store_id_kind")),
    )


def _create_passages() -> None:
    op.create_table(
        "passage",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("article_id", sa.Uuid(), nullable=True),
        sa.Column("policy_id", sa.Uuid(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("search", postgresql.TSVECTOR(), nullable=False),
        sa.CheckConstraint("num_nonnulls(article_id, policy_id) = 1", name=op.f("ck_passage_source")),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=op.f("fk_passage_store_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_passage_article_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policy.id"], name=op.f("fk_passage_policy_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passage")),
    )
    op.create_index(op.f("ix_passage_store_id"), "passage", ["store_id"])
    op.create_index(op.f("ix_passage_article_id"), "passage", ["article_id"])
    op.create_index(op.f("ix_passage_policy_id"), "passage", ["policy_id"])
    op.create_index("ix_passage_search", "passage", ["search"], postgresql_using="gin")


def downgrade() -> None:
    for table in ("passage", "policy", "article"):
        op.drop_table(table)
    op.drop_column("reply", "sources")
    op.drop_column("reply", "origin")
    op.drop_column("answer", "composed")
    for column in ("policies_error", "policies_tried_at", "tone"):
        op.drop_column("store", column)
