"""Other ways out, and addresses that are not written to again."""

import sqlalchemy as sa
from alembic import op

revision = "outbound"
down_revision = "earned"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mailbox", sa.Column("outbound", sa.String(32), server_default="sendgrid", nullable=False))
    for name in ("track_opens", "track_clicks"):
        op.add_column("store", sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("touchpoint", sa.Column("event", sa.String(), server_default="", nullable=False))
    op.add_column("reply", sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("reply", sa.Column("acknowledged_by", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_reply_acknowledged_by"),
        "reply",
        "app_user",
        ["acknowledged_by"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_table(
        "smtp_account",
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("preset", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("tls", sa.String(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("is_oauth", sa.Boolean(), nullable=False),
        sa.Column("keeps_copy", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_smtp_account_mailbox_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=op.f("fk_smtp_account_store_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mailbox_id", name=op.f("pk_smtp_account")),
    )
    op.create_index(op.f("ix_smtp_account_store_id"), "smtp_account", ["store_id"])
    op.create_table(
        "suppression",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("address_key", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("cause", sa.String(32), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("reply_id", sa.Uuid(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_suppression_contact_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["lifted_by"], ["app_user.id"], name=op.f("fk_suppression_lifted_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["reply_id"], ["reply.id"], name=op.f("fk_suppression_reply_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=op.f("fk_suppression_store_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppression")),
        sa.UniqueConstraint("store_id", "address_key", name=op.f("uq_suppression_store_id_address_key")),
    )
    op.create_index(op.f("ix_suppression_contact_id"), "suppression", ["contact_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_suppression_contact_id"), table_name="suppression")
    op.drop_table("suppression")
    op.drop_index(op.f("ix_smtp_account_store_id"), table_name="smtp_account")
    op.drop_table("smtp_account")
    op.drop_constraint(op.f("fk_reply_acknowledged_by"), "reply", type_="foreignkey")
    op.drop_column("reply", "acknowledged_by")
    op.drop_column("reply", "acknowledged_at")
    op.drop_column("touchpoint", "event")
    for name in ("track_clicks", "track_opens"):
        op.drop_column("store", name)
    op.drop_column("mailbox", "outbound")
