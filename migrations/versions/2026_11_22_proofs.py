"""Codes by which somebody proves that an order is theirs, though they write from another address."""

import sqlalchemy as sa
from alembic import op

revision = "proofs"
down_revision = "notices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "order_proof",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("reply_id", sa.Uuid(), nullable=True),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("order_key", sa.Text(), nullable=False),
        sa.Column("claimant", sa.Text(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answer.id"], name=op.f("fk_order_proof_answer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_order_proof_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reply_id"], ["reply.id"], name=op.f("fk_order_proof_reply_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=op.f("fk_order_proof_store_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_proof")),
    )
    op.create_index("ix_order_proof_order_key", "order_proof", ["store_id", "order_key", "created_at"])
    op.create_index("ix_order_proof_owner", "order_proof", ["store_id", "owner", "sent_at"])
    op.create_index(op.f("ix_order_proof_conversation_id"), "order_proof", ["conversation_id"])
    op.create_index(op.f("ix_order_proof_reply_id"), "order_proof", ["reply_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_order_proof_reply_id"), table_name="order_proof")
    op.drop_index(op.f("ix_order_proof_conversation_id"), table_name="order_proof")
    op.drop_index("ix_order_proof_owner", table_name="order_proof")
    op.drop_index("ix_order_proof_order_key", table_name="order_proof")
    op.drop_table("order_proof")
