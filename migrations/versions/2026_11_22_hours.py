"""When a store answers, and when a conversation is due."""

revision = "hours"
down_revision = "proofs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
