"""Whether everything that an email needs answers and lets us in, asked all at once."""

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from app.cli import database
from app.cli.configuration import OPENAI_KEY, SECRET_KEY, SENDGRID_KEY, STAND_IN
from app.cli.findings import Finding, Verdict
from app.errors import Misconfigured, NeedsPerson, PasokhError, TryLater
from app.intake.health import describe
from app.models import ImapAccount, Mailbox, Store
from app.models.columns import now
from app.pipeline.desk import Desk, open_desk
from app.settings import Settings
from app.shopify.errors import AccessDenied
from app.shopify.scopes import OPTIONAL_SCOPES, REQUIRED_SCOPES
from app.vocabulary import Outbound

log = logging.getLogger(__name__)

_PATIENCE_SECONDS = 10.0
_HEALS = frozenset({"try_later", "shopify_throttled"})
"""Codes of an outage. Any other one (a refused key, an unknown model) never heals by waiting."""
_WAITS = "Mail waits, and goes on by itself."


@dataclass(frozen=True)
class Probe:
    """One service to ask. `if_down` and `if_refused` say what to do."""

    name: str
    ask: Callable[[], Awaitable[None]]
    fine: str
    if_down: str
    if_refused: str


def check_connections(settings: Settings, url: str) -> None:
    """Misconfigured where somebody refuses us. Who is merely down is logged, and stops nothing."""
    found = asyncio.run(examine_connections(settings, url))
    for finding in found:
        if finding.verdict is Verdict.NO:
            raise Misconfigured(finding.sentence)
    for finding in found:
        if finding.verdict is Verdict.DOWN:
            log.warning("dependency_down", extra={"dependency": finding.name, "why": finding.sentence})


async def examine_connections(
    settings: Settings, url: str | None, *, unusable: frozenset[str] = frozenset()
) -> list[Finding]:
    """Every connection: the database, OpenAI, SendGrid, then each shop with its mailboxes.

    Args:
        settings: The settings; secrets that are named in `unusable` may be missing.
        url: The database's address; None where there is no database to ask.
        unusable: Names of secrets, as in the environment. What needs one of them is not asked.
    """
    desk = open_desk(_for_checks(settings, unusable), url or "postgresql://")
    try:
        probes = [
            probe
            for key, probe in ((OPENAI_KEY, _openai(desk)), (SENDGRID_KEY, _sendgrid(desk)))
            if key not in unusable and not (key == SENDGRID_KEY and _lacks_sendgrid(settings))
        ]
        stored, *services = await asyncio.gather(
            _examine_database(desk, can_unseal=SECRET_KEY not in unusable) if url else _nothing(),
            *(_run(desk, probe) for probe in probes),
        )
        return [*stored[:1], *(finding for found in services for finding in found), *stored[1:]]
    finally:
        await desk.close()


def _lacks_sendgrid(settings: Settings) -> bool:
    return not settings.sendgrid_api_key.get_secret_value()


def _for_checks(settings: Settings, unusable: frozenset[str]) -> Settings:
    fields = {"secret_key": SECRET_KEY, "openai_api_key": OPENAI_KEY, "sendgrid_api_key": SENDGRID_KEY}
    stand_ins = {field: STAND_IN for field, name in fields.items() if name in unusable}
    patience = min(settings.call_timeout_seconds, _PATIENCE_SECONDS)
    return settings.model_copy(update={"call_timeout_seconds": patience, **stand_ins})


def _openai(desk: Desk) -> Probe:
    return Probe(
        "OpenAI",
        desk.model_check,
        fine=f"knows the key and the model {desk.settings.openai_model}.",
        if_down=f"{_WAITS} If it stays so, look at OPENAI_BASE_URL and at the network.",
        if_refused="Correct it in .env (or OPENAI_BASE_URL, if that is not OpenAI's own).",
    )


def _sendgrid(desk: Desk) -> Probe:
    return Probe(
        "SendGrid",
        desk.sendgrid.check,
        fine="knows the key, and lets it send mail.",
        if_down=f"{_WAITS} If it stays so, look at SENDGRID_BASE_URL and at the network.",
        if_refused="Correct SENDGRID_API_KEY in .env.",
    )


async def _run(desk: Desk, probe: Probe) -> list[Finding]:
    """Ask a service, and say what its answer means."""
    patience = desk.settings.call_timeout_seconds
    try:
        async with asyncio.timeout(patience):
            await probe.ask()
    except TimeoutError:
        sentence = f"{probe.name} did not answer within {patience:g} seconds. {probe.if_down}"
        return [Finding(probe.name, Verdict.DOWN, sentence)]
    except NeedsPerson:
        sentence = f"{probe.name} did not answer as it documents. {probe.if_down}"
        return [Finding(probe.name, Verdict.DOWN, sentence)]
    except PasokhError as error:
        is_outage = isinstance(error, TryLater) and error.code in _HEALS
        sentence = f"{error.message} {probe.if_down if is_outage else probe.if_refused}"
        return [Finding(probe.name, Verdict.DOWN if is_outage else Verdict.NO, sentence)]
    return [Finding(probe.name, Verdict.OK, probe.fine)]


async def _nothing() -> list[Finding]:
    return []


async def _examine_database(desk: Desk, *, can_unseal: bool) -> list[Finding]:
    """The database first, then what stands in it."""
    try:
        await database.check(desk.db)
    except Misconfigured as error:
        return [Finding("database", Verdict.NO, error.message)]
    fine = Finding("database", Verdict.OK, "answers, and is up to date.")
    async with desk.db.transaction() as session:
        stores = (await session.exec(select(Store).order_by(col(Store.slug)))).all()
        mailboxes = (await session.exec(select(Mailbox).order_by(col(Mailbox.address)))).all()
        accounts = {one.mailbox_id: one for one in (await session.exec(select(ImapAccount))).all()}
    if not stores:
        return [fine, Finding("stores", Verdict.LOOK, "there is none yet. Add one: `pasokh store add`.")]
    shops = await _examine_shops(desk, stores) if can_unseal else []
    ways = await _ways_out(desk, mailboxes) if can_unseal else []
    return [fine, *shops, *_mailboxes(stores, mailboxes, accounts), *ways]


async def _ways_out(desk: Desk, mailboxes: Sequence[Mailbox]) -> list[Finding]:
    """Whether each mailbox's mails can leave; SendGrid itself is asked once for all."""
    found = []
    by_sendgrid = [mailbox for mailbox in mailboxes if mailbox.outbound is Outbound.SENDGRID]
    if by_sendgrid and _lacks_sendgrid(desk.settings):
        sentence = (
            f"{SENDGRID_KEY} is not set, and {by_sendgrid[0].address} sends by SendGrid. Put it in .env, or have the mailbox "
            "send by its own provider: `pasokh mailbox add … --replace --smtp …`."
        )
        found.append(Finding(SENDGRID_KEY, Verdict.NO, sentence))
    for mailbox in mailboxes:
        if mailbox.outbound is Outbound.FOLDER:
            sentence = "writes its mails into the outbox folder: nothing is sent."
            found.append(Finding(f"mailbox {mailbox.address}", Verdict.LOOK, sentence))
        elif mailbox.outbound is Outbound.SMTP:
            found += await _smtp(desk, mailbox)
    return found


async def _smtp(desk: Desk, mailbox: Mailbox) -> list[Finding]:
    """One that refuses us stops nobody else's mail."""
    async with desk.db.transaction() as session:
        sender = await desk.senders.get(session, mailbox)
    probe = Probe(
        f"mailbox {mailbox.address}",
        sender.check,
        fine="its mail server lets it send.",
        if_down=f"{_WAITS} `pasokh mailbox test {mailbox.address}` tries it again.",
        if_refused=f"To give it another password: `pasokh mailbox add {mailbox.address} --replace --smtp-password …`.",
    )
    found = await _run(desk, probe)
    return [replace(one, verdict=Verdict.LOOK) if one.verdict is Verdict.NO else one for one in found]


async def _examine_shops(desk: Desk, stores: Sequence[Store]) -> list[Finding]:
    """Each shop. One of several that refuses its token stops nobody else's mail."""
    try:
        for store in stores:
            desk.sealer.open(store.shop_token_sealed)
    except Misconfigured as error:
        return [Finding(SECRET_KEY, Verdict.NO, error.message)]
    found = [
        finding
        for shop in await asyncio.gather(*(_shop(desk, store) for store in stores))
        for finding in shop
    ]
    if len(stores) == 1:
        return found
    return [replace(one, verdict=Verdict.DOWN) if one.verdict is Verdict.NO else one for one in found]


async def _shop(desk: Desk, store: Store) -> list[Finding]:
    scopes: set[str] = set()
    renew = f"pasokh store add {store.slug} --replace --shop {store.shop_domain}"
    probe = Probe(
        f"shop {store.slug}",
        functools.partial(_ask_shop, desk, store, scopes),
        fine="knows the token, and grants what is needed.",
        if_down=f"{_WAITS} If it stays so, look at the network and at {store.shop_domain}.",
        if_refused=f"To give the store “{store.slug}” another token: `{renew}`.",
    )
    found = await _run(desk, probe)
    if found[0].verdict is Verdict.OK:
        found += [
            Finding(probe.name, Verdict.LOOK, f"without the scope {scope} it does not show {opens}.")
            for scope, opens in OPTIONAL_SCOPES.items()
            if scope not in scopes
        ]
        found += await _customer_data(desk, store, probe)
    return found


async def _customer_data(desk: Desk, store: Store, probe: Probe) -> list[Finding]:
    """Whether Shopify has approved the app for what an answer needs of customers: no scope tells that."""
    try:
        async with asyncio.timeout(desk.settings.call_timeout_seconds):
            await desk.shop(store).check_customer_data()
    except AccessDenied as error:
        return [Finding(probe.name, Verdict.LOOK, error.message)]
    except (TimeoutError, PasokhError):
        return []  # it answered a moment ago: an outage is the next check's to tell
    return []


async def _ask_shop(desk: Desk, store: Store, scopes: set[str]) -> None:
    """Collects the granted scopes in `scopes`."""
    shop = desk.shop(store)
    scopes |= await shop.granted_scopes()
    missing = [f"{scope} ({opens})" for scope, opens in REQUIRED_SCOPES.items() if scope not in scopes]
    if missing:
        raise Misconfigured(
            f"The app's token lacks the scopes {', '.join(missing)}. Grant them in Shopify's admin, at the app."
        )
    await shop.get_shop()


def _mailboxes(
    stores: Sequence[Store], mailboxes: Sequence[Mailbox], accounts: Mapping[UUID, ImapAccount]
) -> list[Finding]:
    found = [
        Finding(f"shop {store.slug}", Verdict.LOOK, "has no mailbox yet. Add one: `pasokh mailbox add`.")
        for store in stores
        if all(mailbox.store_id != store.id for mailbox in mailboxes)
    ]
    for mailbox in mailboxes:
        name = f"mailbox {mailbox.address}"
        if mailbox.id in accounts:
            found.append(_reading(name, accounts[mailbox.id]))
        if mailbox.parse_public_key or mailbox.raw_token_hash:
            found.append(Finding(name, Verdict.OK, "has a webhook that is verified."))
        if mailbox.id in accounts or mailbox.parse_public_key or mailbox.raw_token_hash:
            continue
        command = f"pasokh mailbox add {mailbox.address} --replace --parse-key …"
        found.append(Finding(name, Verdict.LOOK, f"both of its webhooks are off. To open one: `{command}`."))
    return found


def _reading(name: str, account: ImapAccount) -> Finding:
    """What its reader met last; `pasokh mailbox test` tries it now."""
    health = describe(account, clock=lambda moment: f"{moment:%Y-%m-%d %H:%M} UTC", ago=_ago)
    if health.tone != "bad":
        return Finding(name, Verdict.OK, f"over IMAP: {health.sentence}")
    return Finding(name, Verdict.LOOK, f"over IMAP: {health.sentence} {health.advice}")


def _ago(moment: datetime) -> str:
    return f"{(now() - moment).total_seconds() / 60:,.0f} minutes"
