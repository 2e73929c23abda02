"""What threading keeps."""

revision = "threads"
down_revision = "mailboxes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
