"""Sign in to a mailbox and look around, without changing anything there or here."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import httpx

from app.intake.credentials import get_credentials
from app.intake.positions import expect, is_ours, search_day
from app.intake.reader import choose_folders, server_of
from app.mail.inbound.imap import Connection, Login, Opened, Unusable
from app.models import ImapAccount, ImapFolder
from app.sealing import Sealer

_SILENCE = 15.0
_MOST_FOLDERS = 100
_MOST_LISTED = 2_000


@dataclass(frozen=True, slots=True)
class Seen:
    """One folder. `new`: mails that a reader would take now; None where it is not read, or cannot be opened."""

    name: str
    mails: int
    new: int | None
    is_sent: bool


@dataclass(frozen=True, slots=True)
class Probe:
    """What is there. `problems` stop nothing but the folders that they name."""

    has_idle: bool
    folders: tuple[Seen, ...]
    problems: tuple[str, ...]
    renewed: bytes | None
    """The sealed secret to keep from now on, where the provider replaced it by our asking."""


async def probe(
    account: ImapAccount, positions: Sequence[ImapFolder], sealer: Sealer, http: httpx.AsyncClient
) -> Probe:
    """Look around in an account, which need not be stored.

    Raises:
        SignInRefused, ServerDown, Unusable: with what to tell.
    """
    credentials = await get_credentials(account, sealer, http)
    known = {position.name: position for position in positions}
    seen = await asyncio.to_thread(_look, account, credentials.login, known)
    return Probe(*seen, credentials.renewed)


def _look(
    account: ImapAccount, login: Login, known: Mapping[str, ImapFolder]
) -> tuple[bool, tuple[Seen, ...], tuple[str, ...]]:
    connection = Connection(server_of(account, _SILENCE))
    try:
        connection.sign_in(login)
        folders = connection.folders()
        chosen, sent = choose_folders(account, folders)
        there = [folder.name for folder in folders if folder.is_selectable]
        read = [*chosen, *([sent] if sent else [])]
        found, problems = [], []
        for name in dict.fromkeys([*read, *there[:_MOST_FOLDERS]]):
            try:
                found.append(
                    _look_into(connection, account, name, known.get(name), name in read, name == sent)
                )
            except Unusable as error:
                problems.append(error.message)
        return connection.has_idle, tuple(found), tuple(problems)
    finally:
        connection.sign_out()


def _look_into(
    connection: Connection,
    account: ImapAccount,
    name: str,
    known: ImapFolder | None,
    is_read: bool,
    is_sent: bool,
) -> Seen:
    opened = connection.open(name)
    new = (
        _count(connection, expect(account, known, name, opened, is_sent=is_sent), opened) if is_read else None
    )
    return Seen(name, opened.exists, new, is_sent)


def _count(connection: Connection, position: ImapFolder, opened: Opened) -> int:
    uids = connection.uids_after(position.last_uid, opened, since=search_day(position))
    if len(uids) > _MOST_LISTED:
        return len(uids)
    return sum(is_ours(position, mail) for mail in connection.list_mails([*uids]))
