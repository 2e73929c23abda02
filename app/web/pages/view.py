"""Templates to pages: one Jinja environment that escapes everything, its filters, and the headers of every answer."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_datetime, format_timedelta
from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.datastructures import MutableHeaders

from app.classifier.mentions import find_mentions
from app.identity import normalise_address
from app.inbox.due import is_overdue, needs_person
from app.inbox.due_words import format_due
from app.inbox.proofs import Proof
from app.inbox.threads import ThreadMessage
from app.intents.titles import title_of
from app.models.columns import now
from app.replies.locales import choose_locale
from app.replies.starts import promises, start_of
from app.vocabulary import Direction
from app.web.forms import CSRF_FIELD
from app.web.pages import marks, words
from app.web.pages.facts import (
    fact_line,
    format_fact,
    format_stamp,
    in_order,
    is_told,
    label_of,
    language_name,
    one_line,
)
from app.web.session import Visitor, csrf_token, desk_of

TEMPLATES = Path(__file__).parent.parent / "templates"

_LONGEST_SEARCHED = 5_000
"""Characters of a mail in which mentions are looked for while its page is made."""

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURE_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not `no-referrer`: browsers would then say `Origin: null` on our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


def secure(headers: MutableHeaders) -> None:
    """Add what every answer bears, unless the answer has a stricter one of its own."""
    for name, value in SECURE_HEADERS.items():
        headers.setdefault(name, value)


def render(
    request: Request, template: str, *, visitor: Visitor | None, status: int = 200, **context: Any
) -> HTMLResponse:
    """A page for a visitor (None: nobody is signed in)."""
    token = csrf_token(desk_of(request).sealer, visitor.token) if visitor else ""
    page = _ENVIRONMENT.get_template(template).render(
        visitor=visitor,
        csrf=csrf_field(token),
        zone=zone_of(visitor.store.timezone if visitor else "UTC"),
        path=request.url.path,
        done=words.DONE.get(request.query_params.get("done", "")),
        words=words,
        **context,
    )
    response = HTMLResponse(page, status_code=status)
    secure(response.headers)
    return response


def csrf_field(token: str) -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(CSRF_FIELD, token)


def go(path: str, done: str = "") -> RedirectResponse:
    """The answer to a form that did its work: look at the result (303), with a word about what was done."""
    separator = "&" if "?" in path else "?"
    return RedirectResponse(f"{path}{separator}done={done}" if done else path, status_code=303)


def zone_of(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def format_ago(moment: datetime) -> str:
    """`3 min`, `2 hr`, `5 days`; `now` for less than a minute."""
    passed = max(now() - moment, timedelta())
    if passed < timedelta(minutes=1):
        return "now"
    return format_timedelta(passed, granularity="minute", threshold=1.5, format="short", locale="en")


def format_clock(moment: datetime, zone: ZoneInfo) -> str:
    return format_datetime(moment.astimezone(zone), "HH:mm:ss", locale="en")


def format_size(size: Any) -> str:
    """Bytes as people read them."""
    number = float(size) if isinstance(size, int | float) else 0.0
    for unit in ("bytes", "KB", "MB"):
        if number < 1000:
            return f"{number:.0f} {unit}" if unit == "bytes" or number >= 10 else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} GB"


def mentions_of(mail: ThreadMessage) -> list[str]:
    """What a customer's mail mentions that staff may want to copy: parcels with their carriers, addresses, phones."""
    if mail.direction is not Direction.INBOUND:
        return []
    found = find_mentions(mail.shown[:_LONGEST_SEARCHED])
    own = normalise_address(mail.from_address)
    tracked = [f"{carrier} {number}" for number, carrier in found.tracking_numbers]
    return [*tracked, *(one for one in found.emails if one != own), *found.phones]


def _proof(proof: Proof, zone: ZoneInfo) -> str:
    time = format_datetime(proof.sent_at.astimezone(zone), "HH:mm", locale="en") if proof.sent_at else ""
    return words.PROOFS[proof.status].format(number=proof.order_number, time=time)


def _direction(locale: str) -> str:
    """How a reply of a locale runs when it is mailed, so that what is reviewed is what is sent."""
    return "rtl" if choose_locale(locale, locale).rtl else "ltr"


# What a receiving server says of a mail that it took is nothing that anybody needs to read.
_WELL = frozenset({"processed", "delivered", "open", "click"})

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.tests |= {
    "needing_person": needs_person,
    "overdue": lambda conversation: is_overdue(conversation, now()),
    "troubling": lambda event: bool(event.reason) and event.kind not in _WELL,
}
_ENVIRONMENT.filters |= {
    "ago": format_ago,
    "stamp": format_stamp,
    "clock": format_clock,
    "due": lambda moment, zone: format_due(moment, now(), zone),
    "size": format_size,
    "direction": _direction,
    "fact": format_fact,
    "in_order": in_order,
    "label": label_of,
    "language": language_name,
    "is_told": is_told,
    "fact_line": fact_line,
    "one_line": one_line,
    "markdown": marks.show,
    "marked": marks.show_marked,
    "mentions": mentions_of,
    "proof": _proof,
    "start_of": start_of,
    "promises": promises,
    "humanise": words.humanise,
    "title_of": title_of,
}
