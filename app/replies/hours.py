"""When a store's people work: its weekly opening times and closed days, by its own clock."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from app.errors import Unprocessable
from app.models import Store

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""As they are named in the store's settings, in the order of `date.weekday()`."""
MOST_CLOSED_DAYS = 400
_MOST_SPANS = 6
_DAY = timedelta(days=1)
_SPAN = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*[-\u2013\u2014]\s*(\d{1,2})(?::(\d{2}))?")


@dataclass(frozen=True, order=True)
class Span:
    """From one time of day to a later one, as the clock on the wall shows them. `end` may be 24 hours: midnight."""

    start: timedelta
    end: timedelta

    def __str__(self) -> str:
        return f"{_clock(self.start)}-{_clock(self.end)}"


@dataclass(frozen=True)
class OpeningHours:
    """When people work. Without any span in the week they always do, but for the closed days.

    A time that the clock skips or shows twice in the night that it is changed means what RFC 5545 (3.3.5) says: a skipped
    one counts as if the clock had not been changed yet, of two the first is meant. The moment of closing is open still,
    so that "by the end of the day" is a time when somebody is there.

    Attributes:
        timezone: The store's.
        week: Seven days from Monday on; the spans of each, in order and apart.
        closed: Days on which nobody works, whatever the week says.
    """

    timezone: ZoneInfo
    week: Sequence[Sequence[Span]] = ((),) * len(WEEKDAYS)
    closed: frozenset[date] = field(default_factory=frozenset)

    def is_open(self, moment: datetime) -> bool:
        """Whether somebody works at this aware point in time."""
        today = moment.astimezone(self.timezone).date()
        return any(
            start <= moment <= end
            for day in (today - _DAY, today)  # a skipped evening ends on the next day
            for start, end in self._intervals(day)
        )

    def after(self, moment: datetime, working: timedelta) -> datetime:
        """When people will have worked for this long since then: always an open moment.

        Args:
            moment: An aware point in time, open or not.
            working: Not negative; nothing means `moment` itself, or the next opening where it is closed.
        """
        left, reached = working, moment.astimezone(UTC)
        day = reached.astimezone(self.timezone).date() - _DAY
        while True:
            for opens, closes in self._intervals(day):
                start = max(opens, reached)
                if start > closes:
                    continue
                if left <= closes - start:
                    return (start + left).astimezone(self.timezone)
                left, reached = left - (closes - start), closes
            day += _DAY

    def works_on(self, day: date) -> bool:
        """Whether somebody works on this day at all."""
        return bool(self._spans(day))

    @property
    def is_always_open(self) -> bool:
        return not self.closed and not any(self.week)

    def _spans(self, day: date) -> Sequence[Span]:
        if day in self.closed:
            return ()
        return self.week[day.weekday()] if any(self.week) else (_WHOLE_DAY,)

    def _intervals(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        for span in self._spans(day):
            start, end = self._moment(day, span.start), self._moment(day, span.end)
            if start < end:
                yield start, end

    def _moment(self, day: date, clock: timedelta) -> datetime:
        local = datetime.combine(day, time()) + clock  # on the wall: midnight may be missing from a day
        return local.replace(tzinfo=self.timezone).astimezone(UTC)


_WHOLE_DAY = Span(timedelta(), _DAY)


def hours_of(store: Store) -> OpeningHours:
    """The opening hours that were set for a store."""
    return parse_hours(store.opening_hours, store.timezone)


def parse_hours(document: Mapping[str, Any], timezone: str) -> OpeningHours:
    """Opening hours as they are kept: `{"week": {"monday": ["09:00-12:30", …], …}, "closed": ["2026-12-25", …]}`.

    Args:
        document: Empty or without a week: always open. A weekday that is not named is closed.
        timezone: IANA name.

    Raises:
        Unprocessable: A day or a time is none, or times of one day overlap. The message names it.
    """
    week, closed = document.get("week") or {}, document.get("closed") or []
    if not isinstance(week, Mapping) or not isinstance(closed, list) or set(document) - {"week", "closed"}:
        raise Unprocessable("Opening hours are an object of “week” (times by weekday) and “closed” (days).")
    if unknown := set(week) - set(WEEKDAYS):
        raise Unprocessable(f"{min(map(str, unknown))!r} is no weekday. They are {', '.join(WEEKDAYS)}.")
    return OpeningHours(
        timezone=ZoneInfo(timezone),
        week=tuple(parse_spans(week.get(name, ()), name.capitalize()) for name in WEEKDAYS),
        closed=parse_days(closed),
    )


def parse_spans(texts: Any, day: str) -> tuple[Span, ...]:
    """Times of one day, such as `9-12:30` and `13:30-18:00`, in order.

    Raises:
        Unprocessable: One is no time, ends before it begins, or overlaps another; or there are too many.
    """
    if not isinstance(texts, list | tuple):
        raise Unprocessable(f'{day}: give a list of times, such as ["09:00-12:30", "13:30-18:00"].')
    spans = sorted(_parse_span(str(text).strip(), day) for text in texts)
    if len(spans) > _MOST_SPANS:
        raise Unprocessable(f"{day}: at most {_MOST_SPANS} times a day.")
    for before, span in pairwise(spans):
        if span.start < before.end:
            raise Unprocessable(f"{day}: {before} and {span} overlap. Join them, or change one.")
    return tuple(spans)


def parse_days(texts: Sequence[Any]) -> frozenset[date]:
    """Closed days, written `2026-12-25`.

    Raises:
        Unprocessable: One is no day, or there are too many.
    """
    if len(texts) > MOST_CLOSED_DAYS:
        raise Unprocessable(
            f"At most {MOST_CLOSED_DAYS} closed days are kept. Leave out those that have gone by."
        )
    return frozenset(map(_parse_day, texts))


def keep_hours(hours: OpeningHours) -> dict[str, Any]:
    """The document that `parse_hours` reads, in one spelling; empty where it is always open."""
    week = {
        name: [str(span) for span in spans] for name, spans in zip(WEEKDAYS, hours.week, strict=True) if spans
    }
    closed = sorted(day.isoformat() for day in hours.closed)
    return {name: value for name, value in (("week", week), ("closed", closed)) if value}


def _parse_day(text: Any) -> date:
    try:
        return date.fromisoformat(str(text).strip())
    except ValueError as error:
        raise Unprocessable(f"{str(text)[:40]!r} is no day. Write closed days as 2026-12-25.") from error


def _parse_span(text: str, day: str) -> Span:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise Unprocessable(f"{day}: {text[:40]!r} is no opening time. Write it as 09:00-17:30.")
    start, end = (_time(*found.group(one, two)) for one, two in ((1, 2), (3, 4)))
    if start is None or end is None:
        raise Unprocessable(f"{day}: {text} has no such time. The day goes from 00:00 to 24:00.")
    if end <= start:
        raise Unprocessable(
            f"{day}: {text} ends before it begins. Split a night at 24:00: it ends on the next day."
        )
    return Span(start, end)


def _time(hours: str, minutes: str | None) -> timedelta | None:
    clock = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return clock if int(minutes or 0) < 60 and clock <= _DAY else None


def _clock(moment: timedelta) -> str:
    hours, seconds = divmod(int(moment.total_seconds()), 3600)
    return f"{hours:02}:{seconds // 60:02}"
