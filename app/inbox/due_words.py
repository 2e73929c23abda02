"""A due time in words: how much is left while that is little, then the day and the time by the store's clock."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_timedelta

_HOUR, _DAY, _WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
_SHORT = 6 * _HOUR
"""From here on a time of day says more than a number of hours."""


def format_due(due: datetime, now: datetime, zone: ZoneInfo) -> str:
    """`due in 2 hr`, `due tomorrow, 10:00`, `overdue by 20 min`, `overdue since yesterday`."""
    left = due - now
    if left >= timedelta():
        if left < timedelta(minutes=1):
            return "due now"
        return (
            f"due in {format_span(left)}" if left < _SHORT else f"due {_day(due, now, zone, with_time=True)}"
        )
    if -left < timedelta(minutes=1):
        return "overdue since just now"
    return f"overdue by {format_span(-left)}" if -left < _SHORT else f"overdue since {_day(due, now, zone)}"


def format_span(span: timedelta) -> str:
    """`20 min`, `2 hr`, `3 days`."""
    return format_timedelta(span, granularity="minute", threshold=1.5, format="short", locale="en")


def _day(moment: datetime, now: datetime, zone: ZoneInfo, *, with_time: bool = False) -> str:
    local, days = moment.astimezone(zone), (moment.astimezone(zone).date() - now.astimezone(zone).date())
    clock = format_datetime(local, "HH:mm", locale="en")
    if not days:
        return f"today, {clock}" if with_time else clock
    if abs(days) == _DAY:
        name = "tomorrow" if days > timedelta() else "yesterday"
    else:
        name = format_datetime(local, "EEE" if abs(days) < _WEEK else "d MMM", locale="en")
    return f"{name}, {clock}" if with_time else name
