"""Dates of the data files: offsets from now, such as `-3d4h`, so that a shop never grows old."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator

_OFFSET = re.compile(r"(?P<sign>[+-])(?=\d)(?:(?P<days>\d+)d)?(?:(?P<hours>\d+)h)?(?:(?P<minutes>\d+)m)?")


def parse_offset(value: object) -> timedelta:
    """`-3d4h30m` → minus three days, four hours and a half. `+` is the future.

    Raises:
        ValueError: It is not of this form.
    """
    if isinstance(value, timedelta):
        return value
    match = _OFFSET.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"{value!r} is not an offset from now such as '-3d4h' or '+45m'")
    sign, *parts = match.groups()
    days, hours, minutes = (int(part or 0) for part in parts)
    span = timedelta(days=days, hours=hours, minutes=minutes)
    return -span if sign == "-" else span


Offset = Annotated[timedelta, BeforeValidator(parse_offset)]
