"""Emails in files: which files can be one, and their bytes."""

from collections.abc import Iterator
from pathlib import Path

from app.errors import BadRequest

NOT_MAIL = frozenset({".json", ".yml", ".md"})

_LOOKED_AT = 64_000
_HEADERS = frozenset(
    b"from to cc subject date message-id received return-path reply-to sender mime-version content-type "
    b"delivered-to x-original-to in-reply-to references dkim-signature".split()
)


def walk(path: Path) -> Iterator[Path]:
    """Every regular file below a folder but those that are data or notes by their suffix, in the order of their names."""
    inside = sorted(one for one in path.rglob("*") if one.is_file())
    return (one for one in inside if one.suffix not in NOT_MAIL)


def read(path: Path, *, limit: int | None = None, first: int = -1) -> bytes:
    """A file's bytes, or the `first` so many; with a `limit`, of a file that can be taken in.

    Raises:
        BadRequest: It is missing, no regular file or not readable; or, where there is a limit, empty or larger.
    """
    if not path.is_file():
        raise BadRequest(f"{path}: there is no such file.")
    try:
        size = path.stat().st_size
        if limit is not None and size > limit:
            raise BadRequest(f"{path}: it has {size:,} bytes, and PASOKH_MAX_MESSAGE_BYTES allows {limit:,}.")
        with path.open("rb") as file:
            content = file.read(first)
    except OSError as error:
        raise BadRequest(f"{path}: it cannot be read ({error.strerror}).") from error
    if limit is not None and not content.strip():
        raise BadRequest(f"{path}: it is empty.")
    return content


def has_mail_header(content: bytes) -> bool:
    """Whether a header field that emails have stands before the first empty line."""
    head = content[:_LOOKED_AT].removeprefix(b"\xef\xbb\xbf").lstrip()
    for line in head.splitlines():
        if not line.strip():
            return False
        if line.partition(b":")[0].strip().lower() in _HEADERS and b":" in line:
            return True
    return False
