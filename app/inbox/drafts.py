"""What a person does with a reply: release it, change it, write one, take it back, throw it away, try again.

Releasing never sends: it schedules the reply for the end of the undo window, and the job that sends comes then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from app.access import StoreAccess
from app.crm.suppression import describe, find_suppression
from app.db import announce
from app.errors import Unprocessable
from app.inbox.grounds import grounds_of, grounds_of_conversation, require_told
from app.inbox.handling import (
    Stale,
    find_last_mail,
    find_replies,
    hold,
    lock_conversation,
    lock_draft,
    mark_reply,
    take_over,
    withdraw_telling,
)
from app.inbox.people import Person
from app.inbox.threads import LEAVING, OPEN_DRAFTS, was_thrown_away
from app.inbox.track_record import forget, record
from app.jobs import DELIVER_REPLY, defer_alone
from app.models import Answer, Conversation, Mailbox, Message, OrderProof, Reply, Store, Suppression
from app.models.columns import now
from app.replies.addressing import copy_of, reply_to
from app.replies.locales import choose_locale
from app.replies.outbox import step
from app.vocabulary import Outcome, ReplyOrigin, ReplyState, Verdict

_ANOTHER = "Another reply of this conversation is leaving just now. Take it back first, or wait."
LONGEST = 20_000
"""Characters of a reply."""


@dataclass(frozen=True)
class Release:
    """How a person's release leaves.

    Attributes:
        by: Who answers for it.
        undo_seconds: How long it can be taken back.
        seen: `Thread.seen` of what they looked at; None skips that check.
        despite_suppression: They know that mail to the address came back, and want to write there all the same.
        acknowledged: What of their words no fact backs, as they were shown it: see `grounds.require_told`.
    """

    by: Person
    undo_seconds: float
    seen: str | None = None
    acknowledged: str | None = None
    despite_suppression: bool = False


class Suppressed(Unprocessable):
    """Mail to this address came back, or its owner complained: whoever writes there has to say that they know."""

    code = "suppressed"


async def approve(access: StoreAccess, reply_id: UUID, release: Release) -> Reply:
    """Let a draft leave as it is.

    Raises:
        NotFound: There is no such reply in this store.
        Conflict: It does not wait for a person any more: somebody else was faster.
        Stale: The conversation has changed since the person looked.
        Suppressed: Mail to its address came back, and the person has not said that they know.
    """
    _, reply = await lock_draft(access, reply_id, release.seen)
    await schedule(access, reply, release)
    return reply


async def edit_and_send(access: StoreAccess, reply_id: UUID, markdown: str, release: Release) -> Reply:
    """Let a draft leave in a person's words. Changed words make the conversation theirs: the robot is silent.

    Raises:
        Unprocessable: The text is empty or too long.
        NotFound, Conflict, Stale: As `approve`.
        Unbacked: The facts do not back all that it says, and the person has not been told.
    """
    text = _clean(markdown)
    conversation, reply = await lock_draft(access, reply_id, release.seen)
    if text != _clean(reply.markdown):
        step(reply.state, ReplyState.APPROVED)  # before anything is changed
        await _reword(access, reply, text, release.acknowledged)
        reply.written_by = release.by.user_id
        conversation.person_answering = True
    await schedule(access, reply, release)
    return reply


async def reword(access: StoreAccess, reply_id: UUID, markdown: str, *, acknowledged: str | None) -> Reply:
    """Change a draft's words. It goes on waiting for a person.

    Raises:
        Unprocessable: The text is empty or too long.
        NotFound: There is no such reply in this store.
        Stale: It does not wait any more.
        Unbacked: The facts do not back all that it says, and that is not acknowledged.
    """
    text = _clean(markdown)
    _, reply = await lock_draft(access, reply_id)
    if reply.state not in OPEN_DRAFTS:
        raise Stale("This draft does not wait any more. Nothing was changed.")
    if text != _clean(reply.markdown):
        await _reword(access, reply, text, acknowledged)
        await announce(access.session, access.store_id)
    return reply


async def _reword(access: StoreAccess, reply: Reply, text: str, acknowledged: str | None) -> None:
    findings = (await grounds_of(access, reply)).look(text)
    require_told(findings, reply.findings, acknowledged, reply.conversation_id)
    reply.drafted_markdown = reply.markdown if reply.drafted_markdown is None else reply.drafted_markdown
    reply.markdown, reply.edited = text, True
    reply.findings = [finding.document() for finding in findings]


async def write(
    access: StoreAccess, conversation_id: UUID, markdown: str, release: Release, *, thread_key: bytes
) -> Reply:
    """Answer the newest mail in a person's own words. A draft that waits is thrown away.

    Args:
        access: The store's rows.
        conversation_id: Which conversation.
        markdown: The whole reply.
        release: Who, and how it leaves.
        thread_key: Signs our Message-IDs.

    Raises:
        Unprocessable: The text is empty or too long, or there is no mail to answer.
        Stale: The conversation has changed, or another reply is leaving just now.
        Unbacked: The facts that were looked up do not back all that it says, and the person has not been told.
        NotFound: There is no such conversation in this store.
        NeedsPerson: The mail has no address to answer.
    """
    text = _clean(markdown)
    conversation = await lock_conversation(access, conversation_id, release.seen)
    asked = await find_last_mail(access, conversation.id)
    if asked is None:
        raise Unprocessable("Nobody has written in this conversation, so there is no mail to answer.")
    await _refuse_second(access, conversation)
    findings = (await grounds_of_conversation(access, conversation_id)).look(text)
    require_told(findings, (), release.acknowledged, conversation_id)
    await discard_drafts(access, conversation.id, Verdict.REWRITTEN)
    await take_over(access, conversation.id, f"{release.by.name} wrote the reply.")
    reply = await _new_reply(access, conversation, asked, text, thread_key)
    reply.written_by, reply.origin = release.by.user_id, ReplyOrigin.PERSON
    reply.findings = [finding.document() for finding in findings]
    access.session.add(reply)
    await access.session.flush()
    conversation.person_answering = True
    await schedule(access, reply, release)
    return reply


async def discard(access: StoreAccess, reply_id: UUID, *, by: Person, seen: str | None = None) -> Reply:
    """Throw a draft away, or a reply that failed; the conversation waits for somebody's own words.

    Raises:
        NotFound, Stale: As `approve`. Stale too where the reply is on its way.
    """
    _, reply = await lock_draft(access, reply_id, seen)
    if reply.state not in OPEN_DRAFTS:
        raise Stale("This draft does not wait any more: a colleague was faster. Nothing was thrown away.")
    reply.state = step(reply.state, ReplyState.DISCARDED)
    await record(access, reply, Verdict.DISCARDED)
    await mark_reply(access, reply, Outcome.HANDED_OVER, f"{by.name} threw the draft away.")
    return reply


async def bring_back(
    access: StoreAccess, reply_id: UUID, *, by: Person, thread_key: bytes, seen: str | None = None
) -> Reply:
    """Have a draft that was thrown away wait again, as a draft of its own: the old one stays what it is.

    Raises:
        NotFound: There is no such reply in this store.
        Stale: The conversation has changed, the draft was no draft, or something has come in its place.
    """
    conversation, old = await lock_draft(access, reply_id, seen)
    is_draft = was_thrown_away(old) and not old.tells_of_person
    if not is_draft or await find_replies(access, conversation.id, (*OPEN_DRAFTS, *LEAVING)):
        raise Stale("Something has come in this draft's place. Nothing was brought back.")
    return await restore(access, conversation, old, by=by, thread_key=thread_key)


async def restore(
    access: StoreAccess, conversation: Conversation, old: Reply, *, by: Person, thread_key: bytes
) -> Reply:
    """As `bring_back`, where it is sure that nothing has come in its place."""
    mailbox = await access.get(Mailbox, conversation.mailbox_id)
    new = copy_of(old, mailbox, thread_key=thread_key, state=ReplyState.HELD)
    access.session.add(new)
    await access.session.flush()
    await forget(access, old, Verdict.DISCARDED)
    await access.session.execute(
        sa.update(OrderProof)
        .where(col(OrderProof.store_id) == access.store_id, col(OrderProof.reply_id) == old.id)
        .values(reply_id=new.id)
    )
    answer = await access.find(Answer, new.answer_id)
    why = " ".join(reason["sentence"] for reason in answer.reasons) if answer else ""
    outcome = Outcome.HANDED_OVER if new.origin is ReplyOrigin.START else Outcome.DRAFTED
    why = why or f"{by.name} brought the draft back."
    await mark_reply(access, new, outcome, why, conversation=conversation)
    return new


async def discard_drafts(access: StoreAccess, conversation_id: UUID, verdict: Verdict) -> Sequence[Reply]:
    """Throw away whatever waits in a conversation, and note why; the caller holds its lock."""
    drafts = await find_replies(access, conversation_id, OPEN_DRAFTS)
    for draft in drafts:
        draft.state = step(draft.state, ReplyState.DISCARDED)
        await record(access, draft, verdict)
    return drafts


async def undo(access: StoreAccess, reply_id: UUID, *, by: Person) -> Reply:
    """Take a reply back before it leaves; it waits for a person again. What only tells of a person is thrown away.

    Raises:
        NotFound: There is no such reply in this store.
        Conflict: It is leaving or has left.
    """
    reply = await access.get(Reply, reply_id, lock=True)
    if reply.tells_of_person:
        reply.state = step(reply.state, ReplyState.DISCARDED)
        reply.send_after, reply.error = None, f"{by.name} took it back before it left."
        return reply
    hold(reply)
    await mark_reply(access, reply, Outcome.DRAFTED, f"{by.name} took the reply back before it left.")
    return reply


async def send_again(access: StoreAccess, reply_id: UUID, release: Release) -> Reply:
    """Send a reply that failed, or of which a person has found out that it never left.

    Raises:
        NotFound: There is no such reply in this store.
        Stale: It is neither failed nor in doubt any more, or another reply of its conversation is leaving.
        Suppressed: As `approve`; what this reply itself came to, they have read.
    """
    reply = await access.get(Reply, reply_id, lock=True)
    if reply.state not in {ReplyState.FAILED, ReplyState.IN_DOUBT}:
        raise Stale("This reply is neither failed nor in doubt any more, so it is not sent again.")
    await refuse_second(access, reply)
    # What becomes known from now on is of another mail.
    reply.claimed_at, reply.provider_id, reply.smtp_id = None, None, None
    await schedule(access, reply, release, read=reply.id)
    return reply


async def get_doubtful(access: StoreAccess, reply_id: UUID) -> Reply:
    """A reply in doubt, or that counts as not sent for silence alone, locked, for whoever records that it did leave.

    Raises:
        NotFound: There is no such reply in this store.
        Stale: It is not in doubt any more: an event or a colleague has settled it.
    """
    reply = await access.get(Reply, reply_id, lock=True)
    if reply.state is not ReplyState.IN_DOUBT and not reply.is_assumed_unsent:
        raise Stale("This reply is not in doubt any more: a delivery event or a colleague has settled it.")
    return reply


async def schedule(access: StoreAccess, reply: Reply, release: Release, *, read: UUID | None = None) -> None:
    """Have a reply leave at the end of the undo window, as a person wants.

    Args:
        access: The store's rows.
        reply: The reply, locked, or its conversation is.
        release: Who, and how it leaves.
        read: A reply of which they have read what became of it.

    Raises:
        Conflict: It is not in a state that allows this.
        Suppressed: Mail to its address came back, and the person has not said that they know.
    """
    found = await find_evidence(access, reply)
    is_read = found is not None and found.reply_id is not None and found.reply_id == read
    if found is not None and not (is_read or release.despite_suppression):
        raise Suppressed(f"{describe(found)} To write there all the same, say so.")
    reply.known_evidence_at = found.happened_at if found is not None else None
    reply.state = step(step(reply.state, ReplyState.APPROVED), ReplyState.SCHEDULED)
    reply.automatic, reply.approved_by, reply.approved_at = False, release.by.user_id, now()
    reply.waiting_since, reply.error = None, ""
    reply.send_after = _later(release.undo_seconds)
    if not reply.tells_of_person:
        await withdraw_telling(access, reply.conversation_id, f"{release.by.name} was faster.")
    await defer_alone(access.session, DELIVER_REPLY, reply.id, at=reply.send_after)
    await mark_reply(access, reply, Outcome.WAITING, f"{release.by.name} released the reply; it leaves now.")


async def find_evidence(access: StoreAccess, reply: Reply) -> Suppression | None:
    """What speaks against writing to a reply's address."""
    conversation = await access.get(Conversation, reply.conversation_id)
    return await find_suppression(access, reply.to_address, contact_id=conversation.contact_id)


async def refuse_second(access: StoreAccess, reply: Reply) -> None:
    """As `write`, for a reply that is to leave once more. The caller holds its lock.

    Raises:
        Stale: Another reply is leaving just now.
    """
    conversation = await lock_conversation(access, reply.conversation_id)
    if await find_replies(access, conversation.id, LEAVING):
        raise Stale(_ANOTHER)


async def _refuse_second(access: StoreAccess, conversation: Conversation) -> None:
    if await find_replies(access, conversation.id, LEAVING):
        raise Stale(_ANOTHER)
    if await find_replies(access, conversation.id, (ReplyState.IN_DOUBT,)):
        raise Stale("It is not certain whether an earlier reply left. Settle that first, then write.")


async def _new_reply(
    access: StoreAccess, conversation: Conversation, asked: Message, text: str, thread_key: bytes
) -> Reply:
    mailbox = await access.get(Mailbox, conversation.mailbox_id)
    store = await access.session.get_one(Store, access.store_id)
    return reply_to(
        asked,
        mailbox,
        thread_key=thread_key,
        state=ReplyState.DRAFTED,
        automatic=False,
        locale=choose_locale(conversation.language, store.default_locale).code,
        markdown=text,
    )


def _later(seconds: float) -> datetime:
    return now() + timedelta(seconds=seconds)


def as_kept(markdown: str) -> str:
    """A text as it is kept: LF line ends, and no NULs, which PostgreSQL refuses."""
    return markdown.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip()


def _clean(markdown: str) -> str:
    text = as_kept(markdown)
    if not text:
        raise Unprocessable("The reply is empty. Write something first.")
    if len(text) > LONGEST:
        raise Unprocessable(f"The reply is longer than {LONGEST:,} characters. Shorten it.")
    return text
