"""Every table of ours, from the first day scoped to a store.

Deploy rules: a migration runs before the code that needs it, while the code before it still serves. So add columns
nullable or with a server default; drop them one release after the code stopped using them; build indexes on
big tables CONCURRENTLY, in a migration of their own.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "tables"
down_revision = "queue"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "app_user",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_user")),
        sa.UniqueConstraint("email", name=op.f("uq_app_user_email")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_hash", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index(
        op.f("ix_sign_in_attempt_subject_hash"), "sign_in_attempt", ["subject_hash"], unique=False
    )
    op.create_table(
        "store",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("shop_domain", sa.String(), nullable=False),
        sa.Column("shop_token_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("default_locale", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("modes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_store")),
        sa.UniqueConstraint("slug", name=op.f("uq_store_slug")),
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=op.f("fk_api_key_store_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_key_key_hash")),
    )
    op.create_index(op.f("ix_api_key_store_id"), "api_key", ["store_id"], unique=False)
    op.create_table(
        "contact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column(
            "lead_source",
            sa.Enum(
                "search",
                "referral",
                "ad",
                "social",
                "email",
                "direct",
                "unknown",
                name="leadsource",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("lead_detail", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "journey_stage",
            sa.Enum(
                "awareness",
                "consideration",
                "purchase",
                "use",
                "loyalty",
                name="journeystage",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=op.f("fk_contact_store_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index(op.f("ix_contact_store_id"), "contact", ["store_id"], unique=False)
    op.create_table(
        "mailbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("from_name", sa.String(), nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("parse_public_key", sa.String(), nullable=True),
        sa.Column("raw_token_hash", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=op.f("fk_mailbox_store_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_mailbox_key_hash")),
    )
    op.create_index(op.f("ix_mailbox_address"), "mailbox", ["address"], unique=False)
    op.create_index(op.f("ix_mailbox_store_id"), "mailbox", ["store_id"], unique=False)
    op.create_table(
        "membership",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role", sa.Enum("owner", "agent", name="role", native_enum=False, length=32), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=op.f("fk_membership_store_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app_user.id"], name=op.f("fk_membership_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "store_id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_store_id"), "membership", ["store_id"], unique=False)
    op.create_table(
        "web_session",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=op.f("fk_web_session_store_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app_user.id"], name=op.f("fk_web_session_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_web_session")),
    )
    op.create_index(op.f("ix_web_session_store_id"), "web_session", ["store_id"], unique=False)
    op.create_index(op.f("ix_web_session_user_id"), "web_session", ["user_id"], unique=False)
    op.create_table(
        "contact_address",
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_contact_address_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=op.f("fk_contact_address_store_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("store_id", "address", name=op.f("pk_contact_address")),
    )
    op.create_index(op.f("ix_contact_address_contact_id"), "contact_address", ["contact_id"], unique=False)
    op.create_table(
        "conversation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("related_id", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "closed", name="conversationstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "outcome",
            sa.Enum(
                "waiting",
                "answered",
                "drafted",
                "handed_over",
                "ignored",
                "merged",
                "failed",
                name="outcome",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("intents", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("person_answering", sa.Boolean(), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_message_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_conversation_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_conversation_mailbox_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["related_id"], ["conversation.id"], name=op.f("fk_conversation_related_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=op.f("fk_conversation_store_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
    )
    op.create_index(op.f("ix_conversation_contact_id"), "conversation", ["contact_id"], unique=False)
    op.create_index(
        "ix_conversation_inbox", "conversation", ["store_id", "state", "last_message_at", "id"], unique=False
    )
    op.create_index(op.f("ix_conversation_mailbox_id"), "conversation", ["mailbox_id"], unique=False)
    op.create_index(
        "ix_conversation_outcome",
        "conversation",
        ["store_id", "state", "outcome", "last_message_at", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_conversation_related_id"), "conversation", ["related_id"], unique=False)
    op.create_table(
        "answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("triage", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("problems", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("corrected_by", sa.Uuid(), nullable=True),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("prompt_version", sa.String(), nullable=False),
        sa.Column("prompt_hash", sa.String(), nullable=False),
        sa.Column("model_calls", sa.Integer(), nullable=False),
        sa.Column("input_tokens", sa.Integer(), nullable=False),
        sa.Column("cached_tokens", sa.Integer(), nullable=False),
        sa.Column("output_tokens", sa.Integer(), nullable=False),
        sa.Column("cost_usd", sa.Float(), nullable=False),
        sa.Column("model_ms", sa.Integer(), nullable=False),
        sa.Column("lookups", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("situations", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_answer_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["corrected_by"], ["app_user.id"], name=op.f("fk_answer_corrected_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=op.f("fk_answer_store_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
    )
    op.create_index(op.f("ix_answer_conversation_id"), "answer", ["conversation_id"], unique=False)
    op.create_index(op.f("ix_answer_corrected_by"), "answer", ["corrected_by"], unique=False)
    op.create_index(op.f("ix_answer_store_id"), "answer", ["store_id"], unique=False)
    op.create_table(
        "inbound_mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("dedup_key", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rfc_message_id", sa.Text(), nullable=True),
        sa.Column("from_name", sa.Text(), nullable=False),
        sa.Column("from_address", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "customer",
                "auto_reply",
                "out_of_office",
                "bounce",
                "complaint",
                "list",
                "loop",
                "own",
                "shop_notification",
                "forwarding_check",
                "spam",
                name="mailkind",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("problems", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "authenticity",
            sa.Enum(
                "authenticated",
                "unauthenticated",
                "failed",
                name="authenticity",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("authenticity_reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "waiting",
                "answered",
                "drafted",
                "handed_over",
                "ignored",
                "merged",
                "failed",
                name="outcome",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("outcome_reason", sa.Text(), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_inbound_mail_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_inbound_mail_mailbox_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=op.f("fk_inbound_mail_store_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_mail")),
        sa.UniqueConstraint("mailbox_id", "dedup_key", name=op.f("uq_inbound_mail_mailbox_id_dedup_key")),
    )
    op.create_index(
        op.f("ix_inbound_mail_conversation_id"), "inbound_mail", ["conversation_id"], unique=False
    )
    op.create_index(op.f("ix_inbound_mail_rfc_message_id"), "inbound_mail", ["rfc_message_id"], unique=False)
    op.create_index(
        "ix_inbound_mail_store_id_outcome_received_at",
        "inbound_mail",
        ["store_id", "outcome", "received_at"],
        unique=False,
    )
    op.create_index(
        "ix_inbound_mail_waiting",
        "inbound_mail",
        ["received_at"],
        unique=False,
        postgresql_where=sa.text("outcome = 'waiting'"),
    )
    op.create_table(
        "raw_mail",
        sa.Column("inbound_id", sa.Uuid(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inbound_id"], ["inbound_mail.id"], name=op.f("fk_raw_mail_inbound_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("inbound_id", name=op.f("pk_raw_mail")),
    )
    op.create_table(
        "reply",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "drafted",
                "held",
                "approved",
                "scheduled",
                "sending",
                "sent",
                "delivered",
                "bounced",
                "failed",
                "in_doubt",
                "discarded",
                name="replystate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("to_address", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("markdown", sa.Text(), nullable=False),
        sa.Column("template_version", sa.String(), nullable=False),
        sa.Column("situations", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("in_reply_to", sa.Text(), nullable=True),
        sa.Column("references", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rfc_message_id", sa.Text(), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("send_after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("smtp_id", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answer.id"], name=op.f("fk_reply_answer_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["app_user.id"], name=op.f("fk_reply_approved_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_reply_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=op.f("fk_reply_store_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["app_user.id"], name=op.f("fk_reply_written_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
    )
    op.create_index(op.f("ix_reply_answer_id"), "reply", ["answer_id"], unique=False)
    op.create_index(op.f("ix_reply_approved_by"), "reply", ["approved_by"], unique=False)
    op.create_index(
        "ix_reply_automatic",
        "reply",
        ["store_id", sa.literal_column("lower(to_address)"), "created_at"],
        unique=False,
        postgresql_where=sa.text("automatic"),
    )
    op.create_index(op.f("ix_reply_conversation_id"), "reply", ["conversation_id"], unique=False)
    op.create_index(
        "ix_reply_leaving",
        "reply",
        ["send_after"],
        unique=False,
        postgresql_where=sa.text("state IN ('scheduled', 'sending')"),
    )
    op.create_index(op.f("ix_reply_smtp_id"), "reply", ["smtp_id"], unique=False)
    op.create_index("ix_reply_store_id_state", "reply", ["store_id", "state"], unique=False)
    op.create_index(op.f("ix_reply_written_by"), "reply", ["written_by"], unique=False)
    op.create_table(
        "delivery_event",
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("reply_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["reply_id"], ["reply.id"], name=op.f("fk_delivery_event_reply_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_delivery_event")),
    )
    op.create_index(op.f("ix_delivery_event_reply_id"), "delivery_event", ["reply_id"], unique=False)
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "direction",
            sa.Enum("inbound", "outbound", name="direction", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("inbound_id", sa.Uuid(), nullable=True),
        sa.Column("reply_id", sa.Uuid(), nullable=True),
        sa.Column("rfc_message_id", sa.Text(), nullable=True),
        sa.Column("references", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("from_name", sa.Text(), nullable=False),
        sa.Column("from_address", sa.Text(), nullable=False),
        sa.Column("to_addresses", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reply_to_address", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("new_text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("attachments", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answer.id"], name=op.f("fk_message_answer_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_message_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["inbound_id"], ["inbound_mail.id"], name=op.f("fk_message_inbound_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reply_id"], ["reply.id"], name=op.f("fk_message_reply_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=op.f("fk_message_store_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index(op.f("ix_message_answer_id"), "message", ["answer_id"], unique=False)
    op.create_index(
        "ix_message_conversation_id_created_at", "message", ["conversation_id", "created_at"], unique=False
    )
    op.create_index(op.f("ix_message_inbound_id"), "message", ["inbound_id"], unique=True)
    op.create_index(op.f("ix_message_reply_id"), "message", ["reply_id"], unique=True)
    op.create_index(
        "ix_message_store_id_rfc_message_id", "message", ["store_id", "rfc_message_id"], unique=False
    )
    op.create_table(
        "touchpoint",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column(
            "direction",
            sa.Enum("inbound", "outbound", name="direction", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("channel", sa.Enum("email", name="channel", native_enum=False, length=32), nullable=False),
        sa.Column(
            "lead_source",
            sa.Enum(
                "search",
                "referral",
                "ad",
                "social",
                "email",
                "direct",
                "unknown",
                name="leadsource",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "lead_method",
            sa.Enum("email", "contact_form", name="leadmethod", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "journey_stage",
            sa.Enum(
                "awareness",
                "consideration",
                "purchase",
                "use",
                "loyalty",
                name="journeystage",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("intents", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("situations", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("response_seconds", sa.Integer(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_touchpoint_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_touchpoint_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_touchpoint_message_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=op.f("fk_touchpoint_store_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_touchpoint")),
    )
    op.create_index(
        "ix_touchpoint_contact_id_occurred_at", "touchpoint", ["contact_id", "occurred_at"], unique=False
    )
    op.create_index(op.f("ix_touchpoint_conversation_id"), "touchpoint", ["conversation_id"], unique=False)
    op.create_index(op.f("ix_touchpoint_message_id"), "touchpoint", ["message_id"], unique=True)
    op.create_index(
        "ix_touchpoint_store_id_occurred_at", "touchpoint", ["store_id", "occurred_at", "id"], unique=False
    )


def downgrade() -> None:

    op.drop_index("ix_touchpoint_store_id_occurred_at", table_name="touchpoint")
    op.drop_index(op.f("ix_touchpoint_message_id"), table_name="touchpoint")
    op.drop_index(op.f("ix_touchpoint_conversation_id"), table_name="touchpoint")
    op.drop_index("ix_touchpoint_contact_id_occurred_at", table_name="touchpoint")
    op.drop_table("touchpoint")
    op.drop_index("ix_message_store_id_rfc_message_id", table_name="message")
    op.drop_index(op.f("ix_message_reply_id"), table_name="message")
    op.drop_index(op.f("ix_message_inbound_id"), table_name="message")
    op.drop_index("ix_message_conversation_id_created_at", table_name="message")
    op.drop_index(op.f("ix_message_answer_id"), table_name="message")
    op.drop_table("message")
    op.drop_index(op.f("ix_delivery_event_reply_id"), table_name="delivery_event")
    op.drop_table("delivery_event")
    op.drop_index(op.f("ix_reply_written_by"), table_name="reply")
    op.drop_index("ix_reply_store_id_state", table_name="reply")
    op.drop_index(op.f("ix_reply_smtp_id"), table_name="reply")
    op.drop_index(
        "ix_reply_leaving", table_name="reply", postgresql_where=sa.text("state IN ('scheduled', 'sending')")
    )
    op.drop_index(op.f("ix_reply_conversation_id"), table_name="reply")
    op.drop_index("ix_reply_automatic", table_name="reply", postgresql_where=sa.text("automatic"))
    op.drop_index(op.f("ix_reply_approved_by"), table_name="reply")
    op.drop_index(op.f("ix_reply_answer_id"), table_name="reply")
    op.drop_table("reply")
    op.drop_table("raw_mail")
    op.drop_index(
        "ix_inbound_mail_waiting", table_name="inbound_mail", postgresql_where=sa.text("outcome = 'waiting'")
    )
    op.drop_index("ix_inbound_mail_store_id_outcome_received_at", table_name="inbound_mail")
    op.drop_index(op.f("ix_inbound_mail_rfc_message_id"), table_name="inbound_mail")
    op.drop_index(op.f("ix_inbound_mail_conversation_id"), table_name="inbound_mail")
    op.drop_table("inbound_mail")
    op.drop_index(op.f("ix_answer_store_id"), table_name="answer")
    op.drop_index(op.f("ix_answer_corrected_by"), table_name="answer")
    op.drop_index(op.f("ix_answer_conversation_id"), table_name="answer")
    op.drop_table("answer")
    op.drop_index(op.f("ix_conversation_related_id"), table_name="conversation")
    op.drop_index("ix_conversation_outcome", table_name="conversation")
    op.drop_index(op.f("ix_conversation_mailbox_id"), table_name="conversation")
    op.drop_index("ix_conversation_inbox", table_name="conversation")
    op.drop_index(op.f("ix_conversation_contact_id"), table_name="conversation")
    op.drop_table("conversation")
    op.drop_index(op.f("ix_contact_address_contact_id"), table_name="contact_address")
    op.drop_table("contact_address")
    op.drop_index(op.f("ix_web_session_user_id"), table_name="web_session")
    op.drop_index(op.f("ix_web_session_store_id"), table_name="web_session")
    op.drop_table("web_session")
    op.drop_index(op.f("ix_membership_store_id"), table_name="membership")
    op.drop_table("membership")
    op.drop_index(op.f("ix_mailbox_store_id"), table_name="mailbox")
    op.drop_index(op.f("ix_mailbox_address"), table_name="mailbox")
    op.drop_table("mailbox")
    op.drop_index(op.f("ix_contact_store_id"), table_name="contact")
    op.drop_table("contact")
    op.drop_index(op.f("ix_api_key_store_id"), table_name="api_key")
    op.drop_table("api_key")
    op.drop_table("store")
    op.drop_index(op.f("ix_sign_in_attempt_subject_hash"), table_name="sign_in_attempt")
    op.drop_table("sign_in_attempt")
    op.drop_table("app_user")
