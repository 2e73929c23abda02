"""What it takes to tell what SendGrid's silence about a reply means."""

import sqlalchemy as sa
from alembic import op

revision = "silence"
down_revision = "leaving"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "delivery_event",
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    )
    op.add_column(
        "reply",
        sa.Column("way", sa.Enum("sendgrid", "smtp", "folder", native_enum=False, length=32), nullable=True),
    )
    # From now on it stands for what may have left; a provider's refusal says that nothing has.
    op.execute("UPDATE reply SET claimed_at = NULL WHERE state = 'failed'")
    op.create_index("ix_reply_store_id_claimed_at", "reply", ["store_id", "claimed_at"])
    op.create_index(
        "ix_reply_in_doubt", "reply", ["claimed_at"], postgresql_where=sa.text("state = 'in_doubt'")
    )


def downgrade() -> None:
    op.drop_index("ix_reply_in_doubt", table_name="reply")
    op.drop_index("ix_reply_store_id_claimed_at", table_name="reply")
    op.drop_column("reply", "way")
    op.drop_column("delivery_event", "created_at")
