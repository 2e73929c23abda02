"""What the reading of a mail found out and needs to know: forwarding confirmations, and whose checks are believed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "reading"
down_revision = "bell"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("inbound_mail", sa.Column("forwarding_check", postgresql.JSONB(), nullable=True))
    op.add_column(
        "mailbox",
        sa.Column("trusted_hosts", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("mailbox", "trusted_hosts")
    op.drop_column("inbound_mail", "forwarding_check")
