"""The mailboxes that mail has lately come to, so that accepting one more needs no look-up."""

import contextlib
from collections.abc import Callable
from functools import partial

from app.access import find_mailbox
from app.db import Database
from app.errors import PasokhError
from app.intake.accept import Accepted, MailboxChanged, accept
from app.jobs import wake
from app.models import Mailbox
from app.sealing import digest

Check = Callable[[Mailbox], object]
"""Raises where a mailbox's secrets do not let somebody in."""


class Mailboxes:
    """What one process remembers of mailboxes by their webhook keys.

    It needs no expiry, because it is never trusted: whom it lets in is served only if the mailbox is still the same, by
    the very statement that stores the mail; whom it would refuse is held against the database first.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, Mailbox] = {}

    async def admit(self, key: str, check: Check) -> Mailbox:
        """The mailbox of a webhook key, if it passes the check.

        Raises:
            NotFound: no mailbox has this key.
            PasokhError: what `check` raises.
        """
        known = self._known.get(digest(key))
        if known is not None:
            with contextlib.suppress(PasokhError):
                check(known)
                return known
        return await self._admit_afresh(key, check)

    async def accept(
        self, key: str, check: Check, content: bytes, *, content_type: str, source: str
    ) -> Accepted:
        """Keep a mail that came under a webhook key.

        Raises:
            PasokhError: as `admit` and `accept` do.
        """
        keep = partial(accept, self._database, content=content, content_type=content_type, source=source)
        try:
            accepted = await keep(await self.admit(key, check))
        except MailboxChanged:
            accepted = await keep(await self._admit_afresh(key, check))
        if accepted.is_new:
            wake(self._database)
        return accepted

    async def _admit_afresh(self, key: str, check: Check) -> Mailbox:
        self._known.pop(digest(key), None)
        async with self._database.transaction() as session:
            mailbox = await find_mailbox(session, key)
        self._known[digest(key)] = mailbox
        check(mailbox)
        return mailbox
