"""Accept one email: its bytes, one row under a natural key, and the job that reads it, in one transaction."""

import hashlib
import json
from dataclasses import dataclass
from uuid import UUID, uuid4

from app.db import Database
from app.errors import NotFound, Unprocessable
from app.jobs import QUEUE, RECEIVE_MESSAGE
from app.mail.inbound.fingerprint import dedup_key, fingerprint
from app.mail.inbound.sendgrid import form_fingerprint, split_form
from app.models import Mailbox
from app.models.columns import now
from app.models.inbound import SENT
from app.vocabulary import Authenticity, Outcome

MESSAGE = "message/rfc822"

# One statement, one round trip, and a transaction by itself. The mailbox has to be as it was when whoever brought the
# mail was verified; the bytes and the job are written only where the row is new.
_STORE = """
WITH mailbox_now AS (
    SELECT id, store_id FROM mailbox WHERE id = %(mailbox_id)s AND key_hash = %(key_hash)s
        AND parse_public_key IS NOT DISTINCT FROM %(parse_public_key)s::text
        AND raw_token_hash IS NOT DISTINCT FROM %(raw_token_hash)s::text
), stored AS (
    INSERT INTO inbound_mail (id, store_id, mailbox_id, dedup_key, source, size, received_at, from_name, from_address,
        subject, reasons, problems, authenticity, authenticity_reasons, outcome, outcome_reason)
    SELECT %(id)s, store_id, id, %(dedup_key)s, %(source)s, %(size)s, %(received_at)s, '', '', '', '[]'::jsonb,
        '[]'::jsonb, %(authenticity)s, '[]'::jsonb, %(outcome)s, 'It has just come in.' FROM mailbox_now
    ON CONFLICT (mailbox_id, dedup_key) DO NOTHING
    RETURNING id
), kept AS (
    INSERT INTO raw_mail (inbound_id, content_type, content) SELECT id, %(content_type)s, %(content)b FROM stored
), silence AS (
    SELECT set_config('pasokh.bell', 'off', true) FROM stored
), job AS (
    INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args)
    SELECT %(queue)s, %(task)s, %(lock)s, %(args)s::jsonb FROM silence
)
SELECT EXISTS (SELECT FROM mailbox_now), (SELECT id FROM stored)
"""


class MailboxChanged(NotFound):
    """The mailbox is gone, or its secrets are others by now: read it again, and verify again."""


@dataclass(frozen=True)
class Accepted:
    """The answer to whoever brought a mail. `is_new` is False for a mail that we had."""

    inbound_id: UUID | None
    is_new: bool


async def accept(
    database: Database, mailbox: Mailbox, content: bytes, *, content_type: str, source: str
) -> Accepted:
    """Keep an email, once. It is committed when this returns; to `wake` the workers for its job is the caller's.

    Args:
        database: Where to.
        mailbox: Which mailbox it came to, as it was read some time ago; whoever brought it has been verified by it.
        content: The bytes as they came: a mail, or the body of an Inbound Parse post.
        content_type: `message/rfc822`, or the post's own content type.
        source: sendgrid, raw, ingest, imap, or sent: the staff's own, seen in the folder of sent mails.

    Raises:
        MailboxChanged: the mailbox is not what it was; nothing was kept.
        Unprocessable: it is an Inbound Parse post that is not multipart at all: no mail can be in it.
    """
    inbound_id, identity = uuid4(), _identify(mailbox.id, content, content_type, source)
    values = {
        "id": inbound_id,
        "mailbox_id": mailbox.id,
        "key_hash": mailbox.key_hash,
        "parse_public_key": mailbox.parse_public_key,
        "raw_token_hash": mailbox.raw_token_hash,
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
    async with database.bare_connection() as connection:
        row = await (await connection.execute(_STORE, values)).fetchone()
    assert row is not None  # a SELECT without FROM has one
    is_as_it_was, stored = row
    if not is_as_it_was:
        raise MailboxChanged("This mailbox was changed just now.")
    return Accepted(stored, is_new=stored is not None)


@dataclass(frozen=True)
class _Identity:
    """Of a mail: `key` is unique in its mailbox; mails of one `lock` are read one by one, in the order they came."""

    key: str
    lock: str


def _identify(mailbox_id: UUID, content: bytes, content_type: str, source: str) -> _Identity:
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
        raise Unprocessable(
            "This endpoint takes SendGrid's Inbound Parse posts, which are multipart/form-data."
        )
    # Mails in a row refer to one another: the second must not be read before the first.
    sender = hashlib.sha256(f"{mailbox_id}:{found.from_address}".encode("utf-8", "surrogatepass")).hexdigest()
    key = dedup_key(mailbox_id, found)
    # A copy in the Sent folder proves what a BCC of the same mail does not: the one must not stand for the other.
    return _Identity(f"{SENT}:{key}" if source == SENT else key, f"sender:{sender}")
