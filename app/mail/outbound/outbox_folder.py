"""Mails written into a folder in place of being sent: for trying out, and for a system that must not write to anybody."""

import asyncio
import contextlib
import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

from app.errors import Misconfigured, TryLater
from app.mail.outbound.compose import OutgoingMail
from app.mail.outbound.mime import build_message
from app.mail.outbound.port import OWNER_HAS_TO_MEND, Claim, Receipt, unclaimed

SERVICE = "The outbox folder"


class FolderSender:
    """Writes each mail as an `.eml` file of its own: it is there whole, or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def close(self) -> None:
        """Nothing is held."""

    async def send(self, mail: OutgoingMail, claim: Claim = unclaimed) -> Receipt:
        """Write a mail into the folder. Never in doubt.

        Raises:
            TryLater: the folder cannot be written to.
            NeedsPerson: as `build_message`.
        """
        content = build_message(mail)
        moment = datetime.now(UTC)
        mark = hashlib.sha256(content).hexdigest()[:12]
        name = f"{moment:%Y%m%d-%H%M%S-%f}-{mark}.eml"
        await claim()
        try:
            await asyncio.to_thread(_write, self._folder / name, content)
        except OSError as error:
            raise TryLater(
                f"The outbox folder cannot be written to ({error.strerror}).",
                service=SERVICE,
                code=OWNER_HAS_TO_MEND,
            ) from error
        return Receipt(name, mail.message_id)

    async def check(self) -> None:
        """Misconfigured where the folder cannot be written to."""
        try:
            await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
        except OSError as error:
            raise Misconfigured(f"The outbox folder cannot be made ({error.strerror}).") from error
        if not os.access(self._folder, os.W_OK | os.X_OK):
            raise Misconfigured("The outbox folder cannot be written to.")


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    try:
        # Customers' mails: for their owner's eyes alone.
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink()
        raise
