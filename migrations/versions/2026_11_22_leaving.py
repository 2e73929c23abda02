"""What is due after a reply has left, and what whoever released it knew of its address."""

import sqlalchemy as sa
from alembic import op

revision = "leaving"
down_revision = "record"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reply", sa.Column("known_evidence_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("reply", sa.Column("copy_due", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("ix_reply_copy_due", "reply", ["sent_at"], postgresql_where=sa.text("copy_due"))
    op.add_column("order_proof", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_order_proof_due", "order_proof", ["due_at"], postgresql_where=sa.text("sent_at IS NULL")
    )


def downgrade() -> None:
    op.drop_index("ix_order_proof_due", table_name="order_proof")
    op.drop_column("order_proof", "due_at")
    op.drop_index("ix_reply_copy_due", table_name="reply")
    op.drop_column("reply", "copy_due")
    op.drop_column("reply", "known_evidence_at")
