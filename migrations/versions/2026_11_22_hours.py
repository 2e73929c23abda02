"""When a store answers, and when a conversation is due."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "hours"
down_revision = "proofs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("store", sa.Column("opening_hours", JSONB(), server_default="{}", nullable=False))


def downgrade() -> None:
    op.drop_column("store", "opening_hours")
