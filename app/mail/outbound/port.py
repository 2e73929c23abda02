"""What every way out promises, whichever it is: one attempt a call, and an honest word about how it ended.

No way out knows an idempotency key. So every failure is one of three: nothing left (`TryLater`), the mail is refused
(`NeedsPerson`), or nobody can tell (`InDoubt`), and the last is the default.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from app.mail.outbound.compose import OutgoingMail, clean_header

OWNER_HAS_TO_MEND = "provider_key"
"""Code of a TryLater that no waiting heals: the key, the password or the sender is refused."""

Claim = Callable[[], Awaitable[None]]
"""Awaited once an attempt, when somebody waits for the mail and no byte of it has been written; then the first one is, at once.

What it raises ends the attempt: nothing has left. Whoever sends notes there that from now on nobody can know.
"""

_ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+")


@dataclass(frozen=True, slots=True)
class Receipt:
    """Somebody took the mail.

    Attributes:
        provider_id: By what they know it: SendGrid's X-Message-Id (the first part of its events' `sg_message_id`), what
            a mail server answered, a file's name.
        message_id: The Message-ID that it left with; None where the provider sets one of its own.
    """

    provider_id: str
    message_id: str | None = None


async def unclaimed() -> None:
    """For what may be sent without a note of it."""


class Sender(Protocol):
    """A way out, with all that it needs to sign in. Safe to use by many tasks at once."""

    async def send(self, mail: OutgoingMail, claim: Claim = unclaimed) -> Receipt:
        """Try to send a mail, once.

        Args:
            mail: What to send.
            claim: See `Claim`. Not awaited where it fails before: nobody is there, or lets us in.

        Raises:
            TryLater: Nothing was sent, surely, and a later try may succeed. With the code `OWNER_HAS_TO_MEND` where it
                will not before somebody has mended something.
            NeedsPerson: This mail will never be taken, with the provider's words.
            InDoubt: It may have been sent.
        """

    async def check(self) -> None:
        """Make sure, without sending, that it is there and lets us in.

        Raises:
            Misconfigured: It refuses us.
            TryLater: It is away.
        """

    def close(self) -> None:
        """Let go of what is held. Nothing may be sent any more."""


def provider_words(text: str) -> str:
    """What a provider said, fit to be shown and logged: on one line, not long, without addresses."""
    return _ADDRESS.sub("[address]", clean_header(text))


def reason_given(text: str) -> str:
    """The same as the end of a sentence."""
    return f"{provider_words(text).rstrip('. ') or 'it gives no reason'}."
