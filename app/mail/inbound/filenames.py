"""File names that strangers chose, made safe to show and to save."""

import re
import unicodedata

_MAX = 120
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)", re.IGNORECASE)


def safe_name(name: str) -> str:
    """The last path element without control, direction-changing or reserved characters; empty if nothing is left.

    A right-to-left override makes `exe.gpj` look like a picture (CVE-2009-3376); `..` and drives leave a folder.
    """
    last = re.split(r"[/\\]", name)[-1]
    # Category C: controls, formats (bidi overrides, zero width), surrogates, private use, unassigned.
    visible = "".join(
        " " if char in "\t\r\n" else char
        for char in last
        if unicodedata.category(char)[0] != "C" or char in "\t\r\n"
    )
    tidy = _FORBIDDEN.sub("_", " ".join(visible.split())).strip(". ")
    return _shorten(_RESERVED.sub(r"_\1", tidy))


def _shorten(name: str) -> str:
    if len(name) <= _MAX:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 12:
        return name[:_MAX]
    return f"{stem[: _MAX - len(extension) - 1]}.{extension}"
