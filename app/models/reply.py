"""How a mail was understood and decided, and the reply that came of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.models.columns import created, document, key, link, mention, moment, prose, word
from app.vocabulary import Outbound, ReplyOrigin, ReplyState

SUPERSEDED = "superseded"
"""The action of an answer that was overtaken before it was decided on."""


class Answer(SQLModel, table=True):
    """The why: what was asked, what the model said and cost, what was looked up, what was decided."""

    __tablename__ = "answer"
    # What the store has spent on the model today.
    __table_args__ = (sa.Index("ix_answer_store_id_created_at", "store_id", "created_at"),)

    id: UUID = key()
    store_id: UUID = link("store.id", index=False)
    conversation_id: UUID = link("conversation.id")
    created_at: datetime = created()

    triage: dict[str, Any] = document(dict)
    """language, sentiment, urgency, summary, requests; empty where the model could not be used."""
    problems: list[Any] = document(list)
    """What code refused of the model's answer, in sentences."""
    corrected_by: UUID | None = mention("app_user.id", default=None)
    model: str = ""
    prompt_version: str = ""
    prompt_hash: str = ""
    model_calls: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0
    model_ms: int = 0
    composed: dict[str, Any] = document(dict)
    """What the model wrote, or why it wrote nothing: see app/pipeline/composing.py; empty where it was not asked to.
    `grounds`: what may be told beside the templates' facts."""

    lookups: list[Any] = document(list)
    """tool, arguments, outcome, ownership, facts of each look-up."""
    situations: list[Any] = document(list)
    """intent, name, person (why a person has to look) and facts of each request: see app/intents/keeping.py."""
    action: str = ""
    """send, hold or hand_over; `SUPERSEDED`; empty while it is under way."""
    reasons: list[Any] = document(list)
    """code and sentence of each rule that spoke."""
    passed: list[Any] = document(list)
    """Names of the rules that had nothing to say, in their order."""


class Reply(SQLModel, table=True):
    """An email that we want to send: its text, its recipient, and where it stands."""

    __tablename__ = "reply"
    __table_args__ = (
        sa.Index("ix_reply_store_id_state", "store_id", "state"),
        # What the budgets of automatic mail count.
        sa.Index(
            "ix_reply_automatic_recipient",
            "store_id",
            "recipient_key",
            "created_at",
            postgresql_where=sa.text("automatic"),
        ),
        sa.Index(
            "ix_reply_automatic_domain",
            "store_id",
            "recipient_domain",
            "created_at",
            postgresql_where=sa.text("automatic"),
        ),
        sa.Index(
            "ix_reply_automatic_store",
            "store_id",
            "is_proven",
            "created_at",
            postgresql_where=sa.text("automatic"),
        ),
        # What the sweep looks through.
        sa.Index(
            "ix_reply_leaving", "send_after", postgresql_where=sa.text("state IN ('scheduled', 'sending')")
        ),
        sa.Index("ix_reply_copy_due", "sent_at", postgresql_where=sa.text("copy_due")),
        sa.Index("ix_reply_in_doubt", "claimed_at", postgresql_where=sa.text("state = 'in_doubt'")),
        # Of how many later ones a provider has told.
        sa.Index("ix_reply_store_id_claimed_at", "store_id", "claimed_at"),
    )

    id: UUID = key()
    store_id: UUID = link("store.id", index=False)
    conversation_id: UUID = link("conversation.id")
    answer_id: UUID | None = mention("answer.id", default=None)
    state: ReplyState = word(ReplyState)
    automatic: bool
    """Leaves without a person's approval."""
    tells_of_person: bool = False
    """It only tells that a person will answer: no mail is answered by it, and nobody waits for what becomes of it."""
    to_address: str = prose()
    recipient_key: str = prose(default="")
    """One spelling for all that reach the same mailbox: see app/mail/domains.py."""
    recipient_domain: str = prose(default="")
    """The domain whose owner the recipient answers to; empty at a provider where everybody has a mailbox."""
    is_proven: bool = False
    """SPF, DKIM or DMARC back every mail that it answers."""
    subject: str = prose()
    locale: str
    markdown: str = prose()
    template_version: str = ""
    situations: list[Any] = document(list)
    findings: list[Any] = document(list)
    """What grounding could not trace to a fact: see `Finding`. Rows of before hold sentences instead of objects."""
    origin: ReplyOrigin = word(ReplyOrigin, default=ReplyOrigin.TEMPLATE)
    """Who wrote its first text; one that the model had a part in never leaves by itself."""
    sources: list[Any] = document(list)
    """text, facts (id, name, value), passages (id, title, url, text) of each paragraph that the model wrote."""
    in_reply_to: str | None = prose(default=None)
    references: list[Any] = document(list)
    rfc_message_id: str = prose()
    edited: bool = False
    drafted_markdown: str | None = prose(default=None)
    """What Pasokh had written, where a person changed it."""
    written_by: UUID | None = mention("app_user.id", default=None)
    approved_by: UUID | None = mention("app_user.id", default=None)
    approved_at: datetime | None = moment(default=None)
    known_evidence_at: datetime | None = moment(default=None)
    """The newest evidence against its address that whoever released it was shown: see app/crm/suppression.py."""
    send_after: datetime | None = moment(default=None)
    claimed_at: datetime | None = moment(default=None)
    """When its first byte was about to leave: empty, and nothing of this attempt has."""
    way: Outbound | None = word(Outbound, default=None, nullable=True)
    """By which way its last attempt went."""
    waiting_since: datetime | None = moment(default=None)
    sent_at: datetime | None = moment(default=None)
    copy_due: bool = False
    """A copy of it is still to be put into the folder of sent mails."""
    provider_id: str | None = prose(default=None)
    """By what the way out knows it: SendGrid's X-Message-Id, what a mail server answered, a file's name."""
    smtp_id: str | None = prose(default=None, index=True)
    """The Message-ID that the mail really bears: SendGrid sets its own and tells it in the `processed` event."""
    error: str = prose(default="")
    acknowledged_at: datetime | None = moment(default=None)
    """When a person has seen that it came back, and left it at that."""
    acknowledged_by: UUID | None = mention("app_user.id", index=False, default=None)
    created_at: datetime = created()

    @property
    def is_assumed_unsent(self) -> bool:
        """It counts as not sent for the provider's silence alone: see app/inbox/silence.py. Whatever tells of it counts more."""
        is_claimed = self.way is Outbound.SENDGRID and self.claimed_at is not None
        return is_claimed and self.state is ReplyState.FAILED


class DeliveryEvent(SQLModel, table=True):
    """What the mail provider told about a reply, once per event."""

    __tablename__ = "delivery_event"

    event_id: str = Field(primary_key=True)
    reply_id: UUID = link("reply.id")
    kind: str
    reason: str = prose(default="")
    occurred_at: datetime = moment()
    created_at: datetime = created()
    """When we were told."""
    payload: dict[str, Any] = document(dict)
