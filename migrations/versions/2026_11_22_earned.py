"""What became of replies, counted, and automation that was earned."""

revision = "earned"
down_revision = "knowledge"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
