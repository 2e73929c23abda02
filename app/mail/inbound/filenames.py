"""File names that strangers chose, made safe to show and to save."""

import re
import unicodedata

_MAX = 120
_MAX_BYTES = 200  # file systems allow 255, and what saves the file may add to it
_MAX_EXTENSION = 12
_LOOKED_AT = 4000
_FORBIDDEN = re.compile(r'[<>:"|?*]')
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file; superscript digits count there, too.
_RESERVED = re.compile(
    r"^((?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d\u00b2\u00b3\u00b9]) *)(?=\.|$)", re.IGNORECASE
)


def safe_name(name: str) -> str:
    """The last path element without control, direction-changing or reserved characters; empty if nothing is left.

    A right-to-left override makes `exe.gpj` look like a picture (CVE-2009-3376); `..` and drives leave a folder.
    """
    last = re.split(r"[/\\]", name[-_LOOKED_AT:])[-1]
    # Category C: controls, formats (bidi overrides, zero width), surrogates, private use, unassigned.
    visible = "".join(
        " " if char in "\t\r\n" else char
        for char in last
        if unicodedata.category(char)[0] != "C" or char in "\t\r\n"
    )
    tidy = _FORBIDDEN.sub("_", " ".join(visible.split())).strip(". ")
    return _shorten(_RESERVED.sub(r"_\1", tidy))


def _shorten(name: str) -> str:
    """Characters and bytes are bounded, and the extension stays."""
    stem, dot, extension = name.rpartition(".")
    if not dot or not stem or len(extension) > _MAX_EXTENSION:
        stem, dot, extension = name, "", ""
    ending = (dot + extension).encode()
    whole = stem[: _MAX - len(dot + extension)].encode()
    kept = whole[: _MAX_BYTES - len(ending)].decode("utf-8", errors="ignore")
    return kept.rstrip(". ") + dot + extension
