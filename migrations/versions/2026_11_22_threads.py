"""What threading keeps: whether a mailbox's host takes plus addresses."""

import sqlalchemy as sa
from alembic import op

revision = "threads"
down_revision = "mailboxes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "mailbox", sa.Column("plus_addressing", sa.Boolean(), nullable=False, server_default=sa.true())
    )


def downgrade() -> None:
    op.drop_column("mailbox", "plus_addressing")
