"""Other ways out, and addresses that are not written to again."""

revision = "outbound"
down_revision = "earned"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
