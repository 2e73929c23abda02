"""`GET /api/v1/conversations/{id}`: its messages, its replies, and why each was decided as it was."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, model_validator
from sqlmodel import col

from app.access import StoreAccess
from app.inbox.briefs import in_two_lines
from app.inbox.due import is_overdue
from app.inbox.links import LinkReason, find_links
from app.inbox.proofs import ProofStatus, read_proofs
from app.models import Answer, Conversation, Message, Reply
from app.models.columns import now
from app.vocabulary import ConversationState, Direction, Outcome, ReplyOrigin, ReplyState
from app.web.api.keys import Access

router = APIRouter()

Row = TypeVar("Row", Message, Answer, Reply)


class MessageOut(BaseModel, from_attributes=True):
    id: UUID
    direction: Direction
    created_at: datetime
    from_name: str
    from_address: str
    to_addresses: list[str]
    subject: str
    text: str
    new_text: str
    attachments: list[dict[str, Any]]
    reply_id: UUID | None
    """Of what went out: the reply that was sent; None where staff sent it from their own mail program."""


class AnswerOut(BaseModel, from_attributes=True):
    """The why: what was understood, looked up and decided, and what it cost."""

    id: UUID
    created_at: datetime
    triage: dict[str, Any]
    problems: list[str]
    lookups: list[dict[str, Any]]
    situations: list[dict[str, Any]]
    action: str
    reasons: list[dict[str, Any]]
    passed: list[str]
    model: str
    prompt_version: str
    prompt_hash: str
    model_calls: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    cost_usd: float
    model_ms: int
    composed: dict[str, Any]
    """What the model wrote where no template fits (paragraphs, unanswered, problems), or `obstacle`: why it wrote nothing.
    `grounds`: the facts that may be told beside those of `situations`."""
    corrected_by: UUID | None


class FindingOut(BaseModel):
    """A claim of a reply that no fact backs: see docs/grounding.md. Those of before have their sentence alone."""

    kind: str = ""
    value: str = ""
    start: int | None = None
    """Its first character in `markdown`; `end` is behind its last."""
    end: int | None = None
    text: str = ""
    because: str | None = None
    sentence: str

    @model_validator(mode="before")
    @classmethod
    def _of_before(cls, value: Any) -> Any:
        return {"sentence": value} if isinstance(value, str) else value


class ReplyOut(BaseModel, from_attributes=True):
    id: UUID
    answer_id: UUID | None
    state: ReplyState
    automatic: bool
    tells_of_person: bool
    """It only tells that a person will answer."""
    to_address: str
    subject: str
    locale: str
    markdown: str
    template_version: str
    situations: list[str]
    findings: list[FindingOut]
    origin: ReplyOrigin
    sources: list[dict[str, Any]]
    """Of each paragraph that the model wrote: text, facts and passages."""
    edited: bool
    approved_by: UUID | None
    approved_at: datetime | None
    send_after: datetime | None
    sent_at: datetime | None
    error: str


class LinkOut(BaseModel, from_attributes=True):
    """Another conversation of the same thread; `is_origin`: a mail that refers to it began this one."""

    id: UUID
    is_origin: bool
    reason: LinkReason


class ProofOut(BaseModel, from_attributes=True):
    """A code by which whoever wrote from another address proves an order to be theirs."""

    id: UUID
    reply_id: UUID | None
    """The reply that tells of it."""
    order_number: str
    """As the customer wrote it."""
    status: ProofStatus
    tries_left: int
    sent_at: datetime | None
    proven_at: datetime | None


class ConversationOut(BaseModel):
    id: UUID
    contact_id: UUID
    subject: str
    state: ConversationState
    outcome: Outcome
    reason: str
    intents: list[str]
    language: str | None
    created_at: datetime
    last_message_at: datetime
    due_at: datetime | None
    """By when a person is to have answered; null where nobody waits for one."""
    is_overdue: bool
    person_answering: bool
    assigned_to: UUID | None
    """Who has said that they answer here."""
    summary: str
    """What waits for a person, in two lines: what is asked, and why it is theirs; empty where nothing waits."""
    links: list[LinkOut]
    proofs: list[ProofOut]
    messages: list[MessageOut]
    answers: list[AnswerOut]
    replies: list[ReplyOut]


@router.get("/conversations/{conversation_id}")
async def get_conversation(access: Access, conversation_id: UUID) -> ConversationOut:
    conversation = await access.get(Conversation, conversation_id)
    messages = await _rows(access, Message, conversation_id)
    answers = await _rows(access, Answer, conversation_id)
    fields = ConversationOut.model_fields.keys() - {
        "is_overdue",
        "summary",
        "links",
        "proofs",
        "messages",
        "answers",
        "replies",
    }
    return ConversationOut(
        **conversation.model_dump(include=set(fields)),
        is_overdue=is_overdue(conversation, now()),
        links=[LinkOut.model_validate(link) for link in await find_links(access, conversation)],
        proofs=[
            ProofOut.model_validate(proof) for proof in await read_proofs(access, conversation_id, now())
        ],
        summary=in_two_lines(conversation, answers, messages),
        messages=[MessageOut.model_validate(row) for row in messages],
        answers=[AnswerOut.model_validate(row) for row in answers],
        replies=[ReplyOut.model_validate(row) for row in await _rows(access, Reply, conversation_id)],
    )


async def _rows(access: StoreAccess, model: type[Row], conversation_id: UUID) -> Sequence[Row]:
    query = (
        access.select(model)
        .where(col(model.conversation_id) == conversation_id)
        .order_by(col(model.created_at), col(model.id))
    )
    found: Sequence[Row] = (await access.session.execute(query)).scalars().all()
    return found
