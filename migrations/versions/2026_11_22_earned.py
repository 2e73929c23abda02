"""What became of replies, counted, and automation that was earned."""

import sqlalchemy as sa
from alembic import op

revision = "earned"
down_revision = "knowledge"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reply", sa.Column("drafted_markdown", sa.Text(), nullable=True))
    op.add_column("store", sa.Column("vip_orders", sa.Integer(), nullable=True))
    op.add_column("store", sa.Column("vip_spent", sa.Float(), nullable=True))
    op.add_column("store", sa.Column("vip_tag", sa.String(), server_default="", nullable=False))
    op.add_column("store", sa.Column("repeat_hours", sa.Integer(), server_default="24", nullable=False))
    op.add_column(
        "store", sa.Column("automatic_hours", sa.String(32), server_default="always", nullable=False)
    )
    op.create_table(
        "track_entry",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("store_id", sa.Uuid(), sa.ForeignKey("store.id", ondelete="CASCADE"), nullable=False),
        sa.Column("reply_id", sa.Uuid(), sa.ForeignKey("reply.id", ondelete="CASCADE"), nullable=False),
        sa.Column("intent", sa.String(32), nullable=False),
        sa.Column("situation", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(32), nullable=False),
        sa.Column("changed", sa.Float(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("reply_id", "intent", "situation", "verdict"),
        sa.Index(
            "ix_track_entry_store_id_intent_situation_created_at",
            "store_id",
            "intent",
            "situation",
            "created_at",
        ),
    )
    op.create_table(
        "mode_change",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("store_id", sa.Uuid(), sa.ForeignKey("store.id", ondelete="CASCADE"), nullable=False),
        sa.Column("intent", sa.String(32), nullable=False),
        sa.Column("situation", sa.String(), nullable=False),
        sa.Column("mode", sa.String(32), nullable=False),
        sa.Column("is_fall_back", sa.Boolean(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column(
            "conversation_id", sa.Uuid(), sa.ForeignKey("conversation.id", ondelete="SET NULL"), nullable=True
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Index("ix_mode_change_store_id_created_at", "store_id", "created_at"),
        sa.Index("ix_mode_change_conversation_id", "conversation_id"),
    )


def downgrade() -> None:
    op.drop_table("mode_change")
    op.drop_table("track_entry")
    for name in ("automatic_hours", "repeat_hours", "vip_tag", "vip_spent", "vip_orders"):
        op.drop_column("store", name)
    op.drop_column("reply", "drafted_markdown")
