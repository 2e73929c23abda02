"""What owners have to know; what a store may spend on the model a day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "notices"
down_revision = "budgets"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("subject_key", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("mail_to", postgresql.JSONB(), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["seen_by"], ["app_user.id"], name=op.f("fk_notice_seen_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=op.f("fk_notice_store_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("store_id", "subject_key", name=op.f("uq_notice_store_id_subject_key")),
    )
    op.create_index(
        "ix_notice_unseen",
        "notice",
        ["store_id", "created_at"],
        unique=False,
        postgresql_where=sa.text("seen_at IS NULL"),
    )
    op.add_column(
        "store",
        sa.Column("model_usd_per_day", sa.Float(), server_default=sa.text("2"), nullable=False),
    )
    op.create_index("ix_answer_store_id_created_at", "answer", ["store_id", "created_at"], unique=False)
    op.drop_index("ix_answer_store_id", table_name="answer")


def downgrade() -> None:
    op.create_index("ix_answer_store_id", "answer", ["store_id"], unique=False)
    op.drop_index("ix_answer_store_id_created_at", table_name="answer")
    op.drop_column("store", "model_usd_per_day")
    op.drop_index("ix_notice_unseen", table_name="notice", postgresql_where=sa.text("seen_at IS NULL"))
    op.drop_table("notice")
