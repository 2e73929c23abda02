"""Opening hours by the store's clock: no due time falls where nobody works, whatever the clock does that night."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.errors import Unprocessable
from app.replies.hours import WEEKDAYS, OpeningHours, Span, keep_hours, parse_hours

BERLIN = "Europe/Berlin"
ZONES = (
    BERLIN,
    "America/New_York",
    "Asia/Tehran",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "UTC",
)
OFFICE = {"week": {day: ["09:00-12:00", "13:00-17:00"] for day in WEEKDAYS[:5]}, "closed": ["2026-12-25"]}


def at(text: str, zone: str = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@st.composite
def spans(draw: st.DrawFn) -> list[str]:
    marks = sorted(draw(st.sets(st.integers(0, 96), max_size=4)))
    quarters = [timedelta(minutes=15 * mark) for mark in marks]
    return [str(Span(start, end)) for start, end in zip(quarters[::2], quarters[1::2], strict=False)]


@st.composite
def hours(draw: st.DrawFn) -> OpeningHours:
    week = {day: draw(spans()) for day in WEEKDAYS}
    closed = draw(st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=5))
    document = {"week": week, "closed": [day.isoformat() for day in closed]}
    return parse_hours(document, draw(st.sampled_from(ZONES)))


moments = st.datetimes(
    datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2027-01-01"), timezones=st.just(UTC)
)
workings = st.integers(0, 60 * 24 * 6).map(lambda minutes: timedelta(minutes=minutes))


@given(hours(), moments, workings)
def test_a_due_time_is_never_a_closed_moment_nor_before_its_start(hours, moment, working):
    due = hours.after(moment, working)
    assert hours.is_open(due)
    assert due >= moment + working


@given(hours(), moments, workings, workings)
@example(parse_hours(OFFICE, BERLIN), datetime(2026, 3, 27, 16, tzinfo=UTC), timedelta(hours=1), timedelta())
def test_later_starts_and_longer_work_end_no_earlier(hours, moment, working, more):
    due = hours.after(moment, working)
    assert hours.after(moment, working + more) >= due
    assert hours.after(moment + more, working) >= due
    assert hours.after(due, more) == hours.after(moment, working + more)


@given(hours(), moments)
def test_the_clock_on_the_wall_says_whether_it_is_open(hours, moment):
    local = moment.astimezone(hours.timezone)
    clock = timedelta(
        hours=local.hour, minutes=local.minute, seconds=local.second, microseconds=local.microsecond
    )
    is_odd = any(
        (moment + timedelta(hours=h)).astimezone(hours.timezone).utcoffset() != local.utcoffset()
        for h in (-26, 26)
    )
    if is_odd:
        return
    today = [] if local.date() in hours.closed else hours.week[local.weekday()]
    expected = any(span.start <= clock < span.end for span in today)
    if not any(hours.week):
        expected = local.date() not in hours.closed
    is_border = any(clock == span.end for span in today) or not clock
    assert hours.is_open(moment) == expected or is_border


@given(hours())
def test_what_is_kept_reads_the_same(hours):
    assert parse_hours(keep_hours(hours), str(hours.timezone)) == hours


@pytest.mark.parametrize(
    ("start", "working", "due"),
    [
        ("2026-11-23T10:00", 1, "2026-11-23T11:00"),
        ("2026-11-23T11:30", 1, "2026-11-23T13:30"),
        ("2026-11-23T16:00", 1, "2026-11-23T17:00"),
        ("2026-11-23T16:00", 8, "2026-11-24T17:00"),
        ("2026-11-27T20:00", 0, "2026-11-30T09:00"),
        ("2026-12-24T16:00", 2, "2026-12-28T10:00"),
    ],
)
def test_work_goes_on_where_it_stopped(start, working, due):
    found = parse_hours(OFFICE, BERLIN).after(at(start), timedelta(hours=working))
    assert found == at(due)


def test_nothing_set_is_always_open():
    hours = parse_hours({}, BERLIN)
    assert hours.is_always_open
    assert hours.is_open(at("2026-12-25T03:00"))
    assert hours.after(at("2026-11-22T23:00"), timedelta(hours=8)) == at("2026-11-23T07:00")


def test_a_night_is_as_long_as_it_really_is():
    always = {"week": {day: ["00:00-24:00"] for day in WEEKDAYS}}
    for document in ({}, always):
        hours = parse_hours(document, BERLIN)
        spring, autumn = at("2026-03-28T12:00"), at("2026-10-24T12:00")
        assert hours.after(spring, timedelta(hours=24)) == at("2026-03-29T13:00")
        assert hours.after(autumn, timedelta(hours=24)) == at("2026-10-25T11:00")


def test_a_skipped_time_counts_as_if_the_clock_had_not_been_changed_yet():
    hours = parse_hours({"week": {"sunday": ["02:30-05:00"]}}, BERLIN)
    assert hours.after(at("2026-03-29T00:00"), timedelta()) == at("2026-03-29T03:30")


def test_a_closed_day_is_no_day_of_work():
    hours = parse_hours(OFFICE, BERLIN)
    assert not hours.works_on(date(2026, 12, 25))
    assert not hours.works_on(date(2026, 11, 22))
    assert hours.works_on(date(2026, 11, 23))


def test_what_is_no_opening_time_is_refused_with_the_way_to_write_it():
    wrong: dict[str, dict[str, Any]] = {
        "no opening time": {"week": {"monday": ["nine to five"]}},
        "no such time": {"week": {"monday": ["09:00-25:00"]}},
        "no weekday": {"week": {"Mo": ["09:00-17:00"]}},
        "ends before it begins": {"week": {"friday": ["22:00-02:00"]}},
        "overlap": {"week": {"tuesday": ["09:00-13:00", "12:00-17:00"]}},
        "no day": {"closed": ["25.12.2026"]},
        "object of": {"days": {}},
        "give a list": {"week": {"monday": "09:00-17:00"}},
        "at most": {"week": {"monday": [f"{hour}-{hour + 1}" for hour in range(0, 20, 2)]}},
    }
    for said, document in wrong.items():
        with pytest.raises(Unprocessable, match=f"(?i){said}"):
            parse_hours(document, BERLIN)


def test_times_are_read_as_people_write_them():
    hours = parse_hours({"week": {"monday": ["13:30 – 18", "9-12:30"]}}, BERLIN)
    assert keep_hours(hours) == {"week": {"monday": ["09:00-12:30", "13:30-18:00"]}}
