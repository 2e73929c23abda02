"""The readable why of a reply."""

revision = "record"
down_revision = "outbound"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
