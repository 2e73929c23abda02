"""Words, numbers and dates of a search string."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation

_TOKEN = re.compile(r"\w+")
_PARTIAL_DATE = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?")


def tokenize(text: str) -> list[str]:
    """Words without case, accents kept: `Bo.Wang@example.com` → bo, wang, example, com."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())


def parse_number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def parse_span(text: str, now: datetime) -> tuple[datetime, datetime] | None:
    """From when until when (exclusive) a date of a search string lasts; None if it is none.

    `2026`, `2026-03` and `2026-03-01` are whole years, months and days, a time is one second, `now` is now.
    Without a zone it is UTC.
    """
    if text.lower() == "now":
        return now, now + timedelta(seconds=1)
    partial = _PARTIAL_DATE.fullmatch(text)
    try:
        if partial:
            return _partial_span(*(int(part) if part else None for part in partial.groups()))
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment, moment + timedelta(seconds=1)


def _partial_span(year: int | None, month: int | None, day: int | None) -> tuple[datetime, datetime]:
    assert year is not None  # the pattern begins with it
    start = datetime(year, month or 1, day or 1, tzinfo=UTC)
    if day:
        return start, start + timedelta(days=1)
    if month:
        return start, (start + timedelta(days=31)).replace(day=1)
    return start, start.replace(year=year + 1)
