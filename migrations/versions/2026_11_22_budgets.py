"""What the budgets of automatic mail count."""

revision = "budgets"
down_revision = "threads"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
