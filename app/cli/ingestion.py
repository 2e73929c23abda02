"""Takes emails from files into a mailbox, one transaction each."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from app.cli import files, runtime
from app.cli.database import open_database, open_url
from app.cli.lookup import get_mailbox
from app.db import Database
from app.errors import BadRequest
from app.intake.accept import MESSAGE, accept
from app.models import Mailbox


@dataclass
class Taken:
    """What became of the files. `skipped` names files of folders that are no emails; `refusals` are sentences."""

    new: int = 0
    known: int = 0
    skipped: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


def take_in(paths: list[Path], mailbox: str) -> Taken:
    """Take in every email of these files and folders into a mailbox (its address, or empty for the only one).

    Raises:
        PasokhError: There is no such mailbox, or no database; nothing was taken in.
    """
    settings = runtime.load()
    batches = [(path, [*files.walk(path)] if path.is_dir() else None) for path in paths]

    async def run(url: str) -> Taken:
        async with open_database(url) as database:
            async with database.transaction() as session:
                box = await get_mailbox(session, mailbox, how="with --mailbox")
            intake = _Intake(database, box, settings.max_message_bytes)
            for path, inside in batches:
                await intake.take(path, inside)
            return intake.taken

    with open_url(settings) as url:
        return asyncio.run(run(url))


class _Intake:
    def __init__(self, database: Database, mailbox: Mailbox, limit: int) -> None:
        self.taken = Taken()
        self._database, self._mailbox, self._limit = database, mailbox, limit

    async def take(self, path: Path, inside: list[Path] | None) -> None:
        """A file that was named, or the files inside a folder that was."""
        if inside is None:
            await self._take(path, is_named=True)
            return
        skipped = len(self.taken.skipped)
        for file in inside:
            await self._take(file, is_named=False)
        if len(inside) == len(self.taken.skipped) - skipped:
            self.taken.refusals.append(f"{path}: there is no email in this folder.")

    async def _take(self, path: Path, *, is_named: bool) -> None:
        """One file. Among others in a folder, a file without a mail's header is somebody's note, and no mail."""
        try:
            content = files.read(path, limit=self._limit)
        except BadRequest as error:
            self.taken.refusals.append(error.message)
            return
        if not files.has_mail_header(content):
            if is_named:
                self.taken.refusals.append(f"{path}: it has no header of an email.")
            else:
                self.taken.skipped.append(path.name)
            return
        accepted = await accept(self._database, self._mailbox, content, content_type=MESSAGE, source="ingest")
        self.taken.new += accepted.is_new
        self.taken.known += not accepted.is_new
