"""Where the parts of an email lie (RFC 2045, 2046), without copying or decoding any of them.

Not the standard library's parser, for three reasons: accepting a mail needs its first text only and must
not pay for 30 MB of attachments; an attached email must come back byte for byte (the library writes it
anew); and a stranger chooses the nesting, the number of parts and of lines, so that the work must be
linear and bounded. Nothing here raises on any bytes.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

from app.mail.inbound import transfer
from app.mail.inbound.headers import MAX_HEADER, TYPE, Parameterised, parse_parameters, text_of

MAX_PARTS = 500
MAX_NESTING = 20
MAX_HEADERS = 1000
MAX_HEADER_BLOCK = 512 * 1024

_HEADER_LINE = re.compile(rb"([!-9;-~]{1,200})[ \t]*:(.*)", re.DOTALL)
_END_OF_HEADERS = re.compile(rb"\n\r*\n")
# Lines that only a mail program writes: what stands before one of them is a header block, however broken.
_SURELY_HEADER = re.compile(
    rb"^(?:content-(?:type|transfer-encoding|disposition)|mime-version|message-id|received|return-path|"
    rb"dkim-signature|x-mailer)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_GUESSED_BOUNDARY = re.compile(rb"(?:\A|\n)--([^\s]{1,70}?)[ \t]*\r?\n[Cc]ontent-[TtDd]")


@dataclass(slots=True)
class Part:
    """A part of an email: its headers and where its body lies in the bytes of the whole.

    Attributes:
        headers: Raw values (still folded and encoded, 8-bit bytes as surrogates) in their order.
        start, end: Offsets of the body.
        children: Of a multipart; an attached email (message/rfc822) is a leaf.
    """

    raw: bytes = field(repr=False)
    headers: list[tuple[str, str]]
    start: int
    end: int
    default_type: str = "text/plain"
    children: list["Part"] = field(default_factory=list)
    _content_type: Parameterised | None = None
    _disposition: Parameterised | None = None

    def header(self, name: str) -> str:
        """The first header of that name (lower case) on one line, or an empty string."""
        return next((text_of(value[:MAX_HEADER]) for key, value in self.headers if key.lower() == name), "")

    @property
    def content_type(self) -> Parameterised:
        if self._content_type is None:
            found = parse_parameters(self.header("content-type"))
            # RFC 2045, 5.2: what has no valid type is plain text.
            known = found.value if TYPE.fullmatch(found.value) else self.default_type
            self._content_type = Parameterised(known, found.parameters)
        return self._content_type

    @property
    def disposition(self) -> Parameterised:
        if self._disposition is None:
            self._disposition = parse_parameters(self.header("content-disposition"))
        return self._disposition

    @property
    def is_multipart(self) -> bool:
        return bool(self.children)

    def leaves(self) -> Iterator["Part"]:
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()  # no deeper than MAX_NESTING

    def count_lines(self) -> int:
        """The lines of the body as it was sent."""
        return self.raw.count(b"\n", self.start, self.end)

    def payload(self) -> tuple[bytes, str | None]:
        """The body's bytes after the transfer encoding is undone, and a problem or None."""
        encoding = self.header("content-transfer-encoding").strip(" ;\"'").lower()
        return transfer.decode(self.raw[self.start : self.end], encoding)


def parse(raw: bytes, problems: list[str]) -> Part:
    """Find the parts of an email. What is broken is added to `problems`, and read as well as can be."""
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")  # line ends of the old Macintosh
    raw = raw.removeprefix(BOM_UTF8)
    start = len(raw) - len(raw.lstrip(b"\r\n"))
    headers, body = parse_headers(raw, start, len(raw), problems)
    root = Part(raw, headers, body, len(raw))
    _Splitter(problems).split(root, depth=0)
    return root


def parse_headers(raw: bytes, start: int, end: int, problems: list[str]) -> tuple[list[tuple[str, str]], int]:
    """Read a header block; returns raw headers and the offset where the body starts."""
    if raw[start : start + 1] == b"\n" or raw[start : start + 2] == b"\r\n":
        return [], raw.index(b"\n", start) + 1
    found = _END_OF_HEADERS.search(raw, start, min(end, start + MAX_HEADER_BLOCK))
    block_end, body = (found.start() + 1, found.end()) if found else (min(end, start + MAX_HEADER_BLOCK), end)
    if found is None and end - start > MAX_HEADER_BLOCK:
        problems.append("The headers are larger than 512 KB; the rest was read as the body.")
        body = block_end
    lines, consumed = _fold(raw[start:block_end], problems)
    headers = [
        (name.decode("ascii"), b"".join(values).decode("utf-8", "surrogateescape")) for name, values in lines
    ]
    return headers, body if consumed is None else start + consumed


def _fold(block: bytes, problems: list[str]) -> tuple[list[tuple[bytes, list[bytes]]], int | None]:
    """Names with the lines of their values; and where the body starts, if that is inside the block."""
    headers: list[tuple[bytes, list[bytes]]] = []
    last_sure: int | None = None
    offset = 0
    for line in BytesIO(block):
        if line[:1] in {b" ", b"\t"} and headers:
            headers[-1][1].append(line)
        elif match := _HEADER_LINE.fullmatch(line):
            headers.append((match[1], [match[2]]))
        elif not (offset == 0 and line.startswith((b"From ", b">From "))):
            if last_sure is None:
                last_sure = max((one.start() for one in _SURELY_HEADER.finditer(block)), default=-1)
            if offset > last_sure:
                problems.append("The headers end without an empty line.")
                return headers, offset
            problems.append("A line among the headers is none; it was left out.")
        offset += len(line)
        if len(headers) > MAX_HEADERS:
            problems.append(f"There are more than {MAX_HEADERS} headers; the others were left out.")
            return headers[:MAX_HEADERS], None
    return headers, None


@dataclass(slots=True)
class _Splitter:
    problems: list[str]
    parts: int = 0

    def split(self, part: Part, depth: int) -> None:
        if not part.content_type.value.startswith("multipart/"):
            return
        if depth >= MAX_NESTING:
            self.problems.append(
                f"Parts are nested more than {MAX_NESTING} deep; the inner ones were not read."
            )
            return
        boundary = self._boundary(part)
        if boundary is None:
            self.problems.append("A multipart mail without a boundary was read as plain text.")
            return
        default = "message/rfc822" if part.content_type.value == "multipart/digest" else "text/plain"
        for start, end in self._sections(part, boundary):
            if self.parts >= MAX_PARTS:
                self.problems.append(f"There are more than {MAX_PARTS} parts; the others were left out.")
                return
            self.parts += 1
            headers, body = parse_headers(part.raw, start, end, self.problems)
            child = Part(part.raw, headers, min(body, end), end, default)
            self.split(child, depth + 1)
            part.children.append(child)

    def _boundary(self, part: Part) -> bytes | None:
        declared = part.content_type.parameters.get("boundary", "").rstrip()
        boundary = declared.encode("utf-8", "surrogateescape")
        if boundary and part.raw.find(b"--" + boundary, part.start, part.end) >= 0:
            return boundary
        guess = _GUESSED_BOUNDARY.search(part.raw, max(part.start - 1, 0), part.end)
        if guess is None:
            return None
        self.problems.append("The declared boundary does not occur; another one was guessed.")
        return guess[1]

    def _sections(self, part: Part, boundary: bytes) -> Iterator[tuple[int, int]]:
        begin: int | None = None
        for start, end, is_last in _delimiters(part, b"--" + boundary):
            if begin is not None:
                yield begin, max(begin, _before_line_end(part.raw, start))
            if is_last:
                return
            begin = end
        if begin is not None:
            self.problems.append("The mail was cut off: its last boundary is missing.")
            yield begin, part.end


def _delimiters(part: Part, mark: bytes) -> Iterator[tuple[int, int, bool]]:
    """Delimiter lines as (start, start of the next line, is it the closing one)."""
    for start in _line_starts(part, mark):
        position = start + len(mark)
        line_end = part.raw.find(b"\n", position, part.end)
        after = part.end if line_end < 0 else line_end + 1
        tail = part.raw[position:after].strip()
        if tail in {b"", b"--"}:
            yield start, after, tail == b"--"


def _line_starts(part: Part, mark: bytes) -> Iterator[int]:
    """Where a line begins with the mark."""
    if part.raw.startswith(mark, part.start, part.end):
        yield part.start
    before = part.start - 1
    while (before := part.raw.find(b"\n" + mark, before + 1, part.end)) >= 0:
        yield before + 1


def _before_line_end(raw: bytes, offset: int) -> int:
    """The line break before a boundary belongs to the boundary (RFC 2046, 5.1.1)."""
    if raw[offset - 1 : offset] == b"\n":
        offset -= 1
        if raw[offset - 1 : offset] == b"\r":
            offset -= 1
    return offset
