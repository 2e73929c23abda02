"""The words of an invitation (iCalendar, RFC 5545), for a mail that has no other text."""

import re

_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(
    r"^(SUMMARY|DTSTART|DTEND|LOCATION|DESCRIPTION|METHOD)((?:;[^:\r\n]{0,200})?):(.*?)\r?$",
    re.IGNORECASE | re.MULTILINE,
)
_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(?:\d\d)?(Z?))?")
_ZONE = re.compile(r";TZID=\"?([^;\":]{1,60})", re.IGNORECASE)
_ESCAPE = re.compile(r"\\([\\;,nN])")
_ORDER = ("SUMMARY", "DTSTART", "DTEND", "LOCATION", "DESCRIPTION")
_LABELS = {"DTSTART": "From: ", "DTEND": "To: ", "LOCATION": "At: "}
_MAX = 64 * 1024


def text_of(calendar: str) -> str:
    """Summary, times (in the zone that the sender wrote), place and description of the first event, a line each."""
    start = max(calendar.find("BEGIN:VEVENT"), 0)  # a time zone before it has its own DTSTART
    event = _FOLD.sub("", calendar[start : start + _MAX].partition("END:VEVENT")[0])
    found: dict[str, str] = {}
    for name, parameters, value in _LINE.findall(event):
        written = _when(parameters, value) if name.upper().startswith("DT") else _unescape(value)
        found.setdefault(name.upper(), written.strip())
    return "\n".join(_LABELS.get(name, "") + found[name] for name in _ORDER if found.get(name))


def _when(parameters: str, value: str) -> str:
    date = _DATE.match(value)
    if date is None:
        return value
    zone = _ZONE.search(parameters)
    time = f" {date[4]}:{date[5]}" if date[4] else ""
    return f"{date[1]}-{date[2]}-{date[3]}{time}{' UTC' if date[6] else ''}{f' ({zone[1]})' if zone and time else ''}"


def _unescape(value: str) -> str:
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)
