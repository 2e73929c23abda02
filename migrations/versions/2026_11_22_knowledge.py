"""A store's own articles and what was read of its policies, and drafts that the model wrote."""

revision = "knowledge"
down_revision = "wordings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
