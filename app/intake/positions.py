"""How far a folder has been read, and from when on its mails are ours to answer."""

from datetime import date, datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from app.mail.inbound.imap import Listed, Opened
from app.models import ImapAccount, ImapFolder
from app.models.columns import now

GRACE = timedelta(minutes=5)
"""Clocks differ: what a server got this long before a mailbox was added is taken for new."""
_OVERLAP = timedelta(days=2)
"""Read again, beyond the newest mail that we know, where UIDs have lost their meaning. Mails that we have are not kept twice."""
_ANY_ZONE = timedelta(days=1)
"""A server compares days, in a time zone of its own (RFC 9051, 6.4.4: SINCE)."""


async def find_position(
    session: AsyncSession, account: ImapAccount, name: str, opened: Opened, *, is_sent: bool
) -> ImapFolder:
    """The position in a folder that was just opened: as it was left, at the start, or to be read again."""
    known = await session.get(ImapFolder, (account.mailbox_id, name))
    if known is not None and is_renumbered(known, opened):
        account.note = (
            f"On {now():%Y-%m-%d} the server numbered the mails of “{name}” anew. Pasokh looked through the newest ones again; what it "
            "had already was not taken twice."
        )
    position = expect(account, known, name, opened, is_sent=is_sent)
    session.add(position)
    return position


def expect(
    account: ImapAccount, known: ImapFolder | None, name: str, opened: Opened, *, is_sent: bool
) -> ImapFolder:
    """As `find_position`, with the row that there is already, if any; it is changed."""
    if known is None:
        return ImapFolder(
            mailbox_id=account.mailbox_id,
            name=name,
            uidvalidity=opened.uidvalidity,
            last_uid=0,
            read_since=_begin(account.created_at if is_sent else account.read_since),
        )
    if is_renumbered(known, opened):
        start_over(known, opened)
    return known


def is_renumbered(position: ImapFolder, opened: Opened) -> bool:
    """Whether UIDs mean other mails now (RFC 9051, 2.3.1.1).

    Where the next one would be one that was given out before, a restored backup kept its UIDVALIDITY, against the rule.
    """
    return position.uidvalidity != opened.uidvalidity or 0 < opened.uidnext <= position.last_uid


def _begin(moment: datetime | None) -> datetime | None:
    return moment - GRACE if moment else None


def start_over(position: ImapFolder, opened: Opened) -> None:
    """Go by dates until everything new is found."""
    known = position.last_date or position.read_since
    position.rescan_since = known - _OVERLAP if known else None
    position.uidvalidity, position.last_uid = opened.uidvalidity, 0


def reads_from(position: ImapFolder) -> datetime | None:
    """From when on mails are read; None where all are."""
    bounds = [moment for moment in (position.read_since, position.rescan_since) if moment]
    return max(bounds) if bounds else None


def search_day(position: ImapFolder) -> date | None:
    """The day to ask the server for, which is early enough whatever its time zone."""
    since = reads_from(position)
    return (since - _ANY_ZONE).date() if since else None


def is_ours(position: ImapFolder, mail: Listed) -> bool:
    """Whether a mail is to be read; older ones may be moved into a folder, and get new UIDs there, at any time."""
    since = reads_from(position)
    return since is None or mail.received_at >= since
