"""When a store answers, when a conversation is due, and who is told of what waits."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "hours"
down_revision = "proofs"
branch_labels = None
depends_on = None

_STORE: tuple[sa.Column[Any], ...] = (
    sa.Column("opening_hours", JSONB(), server_default="{}", nullable=False),
    sa.Column("answer_within_hours", sa.Float(), server_default="8", nullable=False),
    sa.Column("tells_of_person", sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column("undo_seconds", sa.Integer(), nullable=True),
    sa.Column("undo_by_hand_seconds", sa.Integer(), nullable=True),
)
_MEMBERSHIP: tuple[sa.Column[Any], ...] = (
    sa.Column("digest", sa.String(length=32), server_default="daily", nullable=False),
    sa.Column("digest_hour", sa.Integer(), server_default="8", nullable=False),
)


def upgrade() -> None:
    for column in _STORE:
        op.add_column("store", column)
    for column in _MEMBERSHIP:
        op.add_column("membership", column)
    op.add_column(
        "reply", sa.Column("tells_of_person", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("conversation", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("conversation", sa.Column("assigned_to", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_conversation_assigned_to"),
        "conversation",
        "app_user",
        ["assigned_to"],
        ["id"],
        ondelete="SET NULL",
    )
    # What waits for a person is due by the clock that a store without opening hours has.
    op.execute(
        "UPDATE conversation SET due_at = last_message_at + interval '8 hours' "
        "WHERE state = 'open' AND outcome IN ('drafted', 'handed_over', 'failed')"
    )
    op.create_index(
        "ix_conversation_due",
        "conversation",
        ["store_id", "state", "outcome", sa.text("COALESCE(due_at, last_message_at)"), "id"],
    )
    op.create_table(
        "digest",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=op.f("fk_digest_store_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app_user.id"], name=op.f("fk_digest_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest")),
        sa.UniqueConstraint("user_id", "store_id", "period", name=op.f("uq_digest_user_id_store_id_period")),
    )
    op.create_index(op.f("ix_digest_store_id"), "digest", ["store_id"])
    op.create_index("ix_digest_unsent", "digest", ["created_at"], postgresql_where=sa.text("sent_at IS NULL"))


def downgrade() -> None:
    op.drop_table("digest")
    op.drop_index("ix_conversation_due", table_name="conversation")
    op.drop_column("conversation", "assigned_to")
    op.drop_column("conversation", "due_at")
    op.drop_column("reply", "tells_of_person")
    for column in reversed(_MEMBERSHIP):
        op.drop_column("membership", column.name)
    for column in reversed(_STORE):
        op.drop_column("store", column.name)
