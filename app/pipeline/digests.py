"""send_digest: mail a member of staff what waits for a person in their store, once a period."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from app.access import open_store_of
from app.inbox import digests
from app.inbox.digests import Waiting, read_waiting
from app.inbox.due_words import format_due, format_span
from app.inbox.listing import COUNT_BOUND, Row
from app.jobs import SEND_DIGEST
from app.mail.outbound.markdown import escape_markdown
from app.models import Digest, Membership, Store, User
from app.models.columns import now
from app.pipeline.desk import Desk
from app.pipeline.patience import wait_longer
from app.pipeline.staff_mail import Leaving, Letter, address_letter, send_each
from app.replies.cleaning import clean_label
from app.vocabulary import DigestPace

log = logging.getLogger(__name__)

_LONGEST_SUBJECT = 100


async def plan_digests(desk: Desk) -> None:
    """Whoever is due one gets a row and a job; run it often."""
    async with desk.db.transaction() as session:
        await digests.plan_digests(session)


async def send_digest(desk: Desk, digest_id: UUID) -> None:
    """Run the job."""
    await send_each(lambda: _take(desk, digest_id), lambda _: _put_back(desk, digest_id))


async def digest_failed(desk: Desk, digest_id: UUID, error: Exception) -> None:
    """Wait for the way out for as long as for a reply; the next period has its own."""
    log.warning("digest_waits", extra={"digest": str(digest_id)}, exc_info=error)
    async with desk.db.transaction() as session:
        found = await open_store_of(session, Digest, digest_id, lock=True)
        if found is None or found[1].sent_at is not None:
            return
        if not await wait_longer(session, found[1], SEND_DIGEST, error, desk.settings):
            found[1].sent_at = now()


async def _take(desk: Desk, digest_id: UUID) -> Leaving | None:
    async with desk.db.transaction() as session:
        found = await open_store_of(session, Digest, digest_id, lock=True)
        if found is None or found[1].sent_at is not None:
            return None
        access, digest = found
        digest.sent_at = now()
        member = await session.get(Membership, (digest.user_id, access.store_id))
        user = await session.get(User, digest.user_id)
        if member is None or user is None or member.digest is DigestPace.OFF:
            return None
        waiting = await read_waiting(access)
        if not (waiting.overdue or (waiting.others and digest.period.startswith("day:"))):
            return None
        store = await session.get_one(Store, access.store_id)
        home = desk.settings.public_url.rstrip("/")
        letter = Letter(
            to=user.email,
            subject=_title(waiting),
            markdown=write_digest(waiting, home, now(), ZoneInfo(store.timezone)),
            about=("digest_id", digest.id),
        )
        return await address_letter(desk, access, letter)


async def _put_back(desk: Desk, digest_id: UUID) -> None:
    async with desk.db.transaction() as session:
        found = await open_store_of(session, Digest, digest_id, lock=True)
        if found is not None:
            found[1].sent_at = None


def _title(waiting: Waiting) -> str:
    parts = [f"{_count(waiting.overdue_count)} overdue"] if waiting.overdue_count else []
    return ", ".join([*parts, f"{_count(waiting.waiting_count)} waiting for a person"])


def _count(number: int) -> str:
    return f"more than {COUNT_BOUND}" if number > COUNT_BOUND else str(number)


def write_digest(waiting: Waiting, home: str, moment: datetime, zone: ZoneInfo) -> str:
    """The mail's text in Markdown; `home` is where our pages are."""
    blocks = [
        *_block("Overdue", waiting.overdue, home, moment, zone),
        *_block("Waiting", waiting.others, home, moment, zone),
        f"[Open the inbox](<{home}/inbox>) · [How often you get this](<{home}/me>)",
    ]
    return "\n\n".join(blocks) + "\n"


def _block(title: str, rows: Sequence[Row], home: str, moment: datetime, zone: ZoneInfo) -> Iterator[str]:
    if rows:
        yield f"**{title}**"
        yield "\n".join(_line(row, home, moment, zone) for row in rows)


def _line(row: Row, home: str, moment: datetime, zone: ZoneInfo) -> str:
    """A conversation; nothing that its customer wrote but the subject, and no link that they chose."""
    talk = row.conversation
    subject = escape_markdown(clean_label(talk.subject)[:_LONGEST_SUBJECT]) or "(no subject)"
    waits = f"waiting for {format_span(moment - (row.asked_at or talk.last_message_at))}"
    due = f", {format_due(talk.due_at, moment, zone)}" if talk.due_at else ""
    return f"- [{subject}](<{home}/conversations/{talk.id}>): {waits}{due}"
