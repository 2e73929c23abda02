"""Mailboxes that are read over IMAP: where, how, how far and how they fare."""

revision = "mailboxes"
down_revision = "reading"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
