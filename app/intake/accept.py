"""Accept one email: its bytes, one row under a natural key, and the job that reads it, in one transaction."""

import hashlib
import json
from dataclasses import dataclass
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from app.errors import Unprocessable
from app.jobs import QUEUE, RECEIVE_MESSAGE
from app.mail.inbound.fingerprint import dedup_key, fingerprint
from app.mail.inbound.sendgrid import form_fingerprint, split_form
from app.models import Mailbox
from app.models.columns import now
from app.vocabulary import Authenticity, Outcome

MESSAGE = "message/rfc822"

# One statement, one round trip: the bytes and the job are written only where the row is new.
_STORE = sa.text("""
WITH stored AS (
    INSERT INTO inbound_mail (id, store_id, mailbox_id, dedup_key, source, size, received_at, from_name, from_address,
        subject, reasons, problems, authenticity, authenticity_reasons, outcome, outcome_reason)
    VALUES (:id, :store_id, :mailbox_id, :dedup_key, :source, :size, :received_at, '', '', '', '[]', '[]',
        :authenticity, '[]', :outcome, 'It has just come in.')
    ON CONFLICT (mailbox_id, dedup_key) DO NOTHING
    RETURNING id
), kept AS (
    INSERT INTO raw_mail (inbound_id, content_type, content) SELECT id, :content_type, :content FROM stored
), job AS (
    SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(:queue, :task, 0, :lock, NULL, CAST(:args AS jsonb), NULL)
        ::procrastinate_job_to_defer_v1]) FROM stored
)
SELECT stored.id FROM stored, job
""")


@dataclass(frozen=True)
class Accepted:
    """The answer to whoever brought a mail. `is_new` is False for a mail that we had."""

    inbound_id: UUID | None
    is_new: bool


async def accept(
    session: AsyncSession, mailbox: Mailbox, content: bytes, *, content_type: str, source: str
) -> Accepted:
    """Keep an email, once.

    Args:
        session: The caller's unit of work; it commits before the caller is answered.
        mailbox: Which mailbox it came to; whoever brought it has been verified.
        content: The bytes as they came: a mail, or the body of an Inbound Parse post.
        content_type: `message/rfc822`, or the post's own content type.
        source: sendgrid, raw or ingest.

    Raises:
        Unprocessable: it is an Inbound Parse post that is not multipart at all: no mail can be in it.
    """
    inbound_id, identity = uuid4(), _identify(mailbox.id, content, content_type)
    values = {
        "id": inbound_id,
        "store_id": mailbox.store_id,
        "mailbox_id": mailbox.id,
        "dedup_key": identity.key,
        "source": source,
        "size": len(content),
        "received_at": now(),
        "authenticity": Authenticity.UNAUTHENTICATED.value,
        "outcome": Outcome.WAITING.value,
        "content_type": content_type,
        "content": content,
        "queue": QUEUE,
        "task": RECEIVE_MESSAGE,
        "lock": identity.lock,
        "args": json.dumps({"subject": str(inbound_id)}),
    }
    stored = (await session.execute(_STORE, values)).scalar_one_or_none()
    return Accepted(inbound_id if stored else None, is_new=stored is not None)


@dataclass(frozen=True)
class _Identity:
    """Of a mail: `key` is unique in its mailbox; mails of one `lock` are read one by one, in the order they came."""

    key: str
    lock: str


def _identify(mailbox_id: UUID, content: bytes, content_type: str) -> _Identity:
    if content_type == MESSAGE:
        found = fingerprint(content)
    elif content_type.lower().startswith("multipart/form-data"):
        try:
            found = form_fingerprint(split_form(content, content_type))
        except Unprocessable:
            # It was signed, so a mail is in it somewhere: a person will see it, and the provider need not come again.
            digest = hashlib.sha256(content).hexdigest()
            return _Identity(digest, f"mail:{digest}")
    else:
        raise Unprocessable("This endpoint takes SendGrid's Inbound Parse posts, which are multipart/form-data.")
    # Mails in a row refer to one another: the second must not be read before the first.
    sender = hashlib.sha256(f"{mailbox_id}:{found.from_address}".encode("utf-8", "surrogatepass")).hexdigest()
    return _Identity(dedup_key(mailbox_id, found), f"sender:{sender}")
