"""How reading a mailbox fares: recorded where readers meet trouble, and told in words that an owner understands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.access import StoreAccess
from app.errors import PasokhError
from app.inbox.notices import raise_notice
from app.mail.inbound.imap import ServerDown, SignInRefused
from app.mail.inbound.providers import PROVIDERS
from app.models import ImapAccount, ReadingState
from app.models.columns import now

_UNHEARD = timedelta(minutes=3)
"""Without a sign of life for so long, no worker is running."""
_BRIEF, _LONG = timedelta(minutes=5), timedelta(hours=1)
"""A server that is away for less is nothing to show to an owner, or to write to one about."""


def record(account: ImapAccount, state: ReadingState, reason: str = "") -> None:
    """Note a state; since when it holds is that of its first time."""
    if account.state is not state:
        account.state, account.state_since = state, now()
    account.state_reason = reason


def state_of(error: PasokhError) -> ReadingState:
    if isinstance(error, SignInRefused):
        return ReadingState.REFUSED
    return ReadingState.UNREACHABLE if isinstance(error, ServerDown) else ReadingState.WRONG


def needs_owner(account: ImapAccount) -> bool:
    """Whether it is in a trouble that does not pass by itself, or has not for an hour."""
    if account.state is ReadingState.UNREACHABLE:
        return now() - account.state_since > _LONG
    return account.state in {ReadingState.REFUSED, ReadingState.WRONG}


async def tell_owners(access: StoreAccess, account: ImapAccount, address: str) -> None:
    """Of a trouble, once, however often it is met."""
    health = describe(account, clock=lambda moment: f"{moment:%Y-%m-%d %H:%M} UTC", ago=str)
    await raise_notice(
        access,
        f"mailbox:{account.mailbox_id}:{account.state_since.isoformat()}",
        title=f"The mail of {address} does not come in",
        text=f"{health.sentence} {health.advice}".strip(),
    )


@dataclass(frozen=True, slots=True)
class Health:
    """What to tell. `tone`: good, busy, needs, bad or quiet. `advice`: what to do; empty where nothing is."""

    tone: str
    sentence: str
    advice: str = ""


def describe(
    account: ImapAccount, *, clock: Callable[[datetime], str], ago: Callable[[datetime], str]
) -> Health:
    """An account's health.

    Args:
        account: As it is in the database.
        clock: A point in time as its reader's clock shows it: "Sun 22 Nov, 14:05".
        ago: How long ago a point in time was: "3 min".
    """
    if account.paused_at is not None:
        by = f" by {account.paused_by}" if account.paused_by else ""
        return Health(
            "quiet",
            f"Paused{by} since {clock(account.paused_at)}.",
            "New mail stays in the mailbox. It is read once you resume.",
        )
    if account.lease_until is None or now() - account.lease_until > _UNHEARD:
        return _unread(account, clock)
    return _TELLERS[account.state](account, clock, ago)


def _unread(account: ImapAccount, clock: Callable[[datetime], str]) -> Health:
    if now() - account.changed_at < _UNHEARD:
        return Health("busy", "About to be read for the first time.")
    since = f" since {clock(account.checked_at)}" if account.checked_at else ""
    return Health("bad", f"Nobody has read it{since}.", "Start `pasokh serve` or `pasokh worker`.")


def _new(_account: ImapAccount, _clock: Callable[[datetime], str], _ago: Callable[[datetime], str]) -> Health:
    return Health("busy", "Signing in for the first time.")


def _reading(
    account: ImapAccount, _clock: Callable[[datetime], str], ago: Callable[[datetime], str]
) -> Health:
    if account.backlog:
        return Health("busy", f"Reading; {account.backlog:,} mails still wait.", account.note)
    if account.last_mail_at is None:
        return Health("good", "Reading; no mail has come yet.", account.note)
    passed = ago(account.last_mail_at)
    when = "just now" if passed == "now" else f"{passed} ago"
    return Health("good", f"Reading; last mail {when}.", account.note)


def _unreachable(
    account: ImapAccount, clock: Callable[[datetime], str], _ago: Callable[[datetime], str]
) -> Health:
    if now() - account.state_since < _BRIEF:
        return Health("busy", f"Connecting again. {account.state_reason}")
    return Health(
        "bad",
        f"Out of reach since {clock(account.state_since)}: {account.state_reason}",
        "Nothing is lost: mail waits in the mailbox, and Pasokh tries again every few minutes.",
    )


def _refused(
    account: ImapAccount, clock: Callable[[datetime], str], _ago: Callable[[datetime], str]
) -> Health:
    thing = "sign-in" if account.is_oauth else "password"
    return Health(
        "bad",
        f"Cannot sign in since {clock(account.state_since)}: the provider refused the {thing}. {account.state_reason}",
        how_to_sign_in_again(account),
    )


def how_to_sign_in_again(account: ImapAccount) -> str:
    """What an owner does about a sign-in that is refused."""
    again = f"`pasokh mailbox add … --replace --imap {account.preset or account.host}`"
    if account.is_oauth:
        return f"Give your consent again, then {again} with the new refresh token."
    provider = PROVIDERS.get(account.preset)
    make = provider.sign_in if provider else "Look up the password, or make a new one for Pasokh."
    return f"{make} Then {again}, which asks for it."


def _wrong(account: ImapAccount, clock: Callable[[datetime], str], _ago: Callable[[datetime], str]) -> Health:
    return Health(
        "bad",
        f"Not everything is read since {clock(account.state_since)}: {account.state_reason}",
        "Correct it with `pasokh mailbox add … --replace`; `pasokh mailbox test` shows what there is.",
    )


_TELLERS = {
    ReadingState.NEW: _new,
    ReadingState.READING: _reading,
    ReadingState.UNREACHABLE: _unreachable,
    ReadingState.REFUSED: _refused,
    ReadingState.WRONG: _wrong,
}
