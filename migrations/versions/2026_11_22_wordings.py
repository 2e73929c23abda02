"""A store's own wordings of replies, with their versions."""

revision = "wordings"
down_revision = "hours"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
