"""What the budgets of automatic mail count, and why a store's automatic mail is switched off."""

import sqlalchemy as sa
from alembic import op

revision = "budgets"
down_revision = "threads"
branch_labels = None
depends_on = None

_AUTOMATIC = sa.text("automatic")


def upgrade() -> None:
    for name in ("recipient_key", "recipient_domain"):
        op.add_column("reply", sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.add_column("reply", sa.Column("is_proven", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("store", sa.Column("stop_reason", sa.String(), server_default="", nullable=False))
    # What was sent within the last hours is counted by its plain address; no domain is budgeted for it.
    op.execute("UPDATE reply SET recipient_key = lower(to_address) WHERE automatic")
    op.drop_index("ix_reply_automatic", table_name="reply")
    for name, columns in (
        ("ix_reply_automatic_recipient", ["store_id", "recipient_key", "created_at"]),
        ("ix_reply_automatic_domain", ["store_id", "recipient_domain", "created_at"]),
        ("ix_reply_automatic_store", ["store_id", "is_proven", "created_at"]),
    ):
        op.create_index(name, "reply", columns, postgresql_where=_AUTOMATIC)


def downgrade() -> None:
    for name in ("ix_reply_automatic_store", "ix_reply_automatic_domain", "ix_reply_automatic_recipient"):
        op.drop_index(name, table_name="reply")
    op.create_index(
        "ix_reply_automatic",
        "reply",
        ["store_id", sa.text("lower(to_address)"), "created_at"],
        postgresql_where=_AUTOMATIC,
    )
    op.drop_column("store", "stop_reason")
    for name in ("is_proven", "recipient_domain", "recipient_key"):
        op.drop_column("reply", name)
