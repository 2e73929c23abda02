"""winmail.dat: what Outlook packs into application/ms-tnef when it thinks that the reader is an Outlook (MS-OXTNEF).

Our own reader, as the library of PyPI is LGPL, untyped and unbounded (docs/adr/0015). Every length is checked against
what is left, values are slices that do not overlap, and nothing is read twice: the work is linear in the size.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.mail.inbound import charsets, rtf

MAX_FILES = 200
MAX_NESTING = 3
_MAX_VALUES = 1000  # of a list of properties, and of one of them

_SIGNATURE = b"\x78\x9f\x3e\x22"
_ATTRIBUTE = struct.Struct("<BII")
_LONG = struct.Struct("<I")
# Attributes: https://learn.microsoft.com/openspecs/exchange_server_protocols/ms-oxtnef
_BODY = 0x0002800C
_CODEPAGE = 0x00069007
_MESSAGE_PROPERTIES = 0x00069003
_NEW_FILE = 0x00069002
_FILE_TITLE = 0x00018010
_FILE_DATA = 0x0006800F
_FILE_PROPERTIES = 0x00069005
# Properties (MS-OXPROPS).
_PR_BODY = 0x1000
_PR_RTF = 0x1009
_PR_HTML = 0x1013
_PR_SUBJECT = 0x0037
_PR_DATA = 0x3701
_PR_SHORT_NAME = 0x3704
_PR_LONG_NAME = 0x3707
_PR_MIME_TYPE = 0x370E
_PR_CONTENT_ID = 0x3712
_PR_DISPLAY_NAME = 0x3001
# Property types: their size in bytes, padded to four.
_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_STRING8, _UNICODE, _OBJECT, _BINARY = 0x1E, 0x1F, 0x0D, 0x102
_VARIABLE = frozenset({_STRING8, _UNICODE, _OBJECT, _BINARY})
_MULTIPLE = 0x1000
_NAMED = 0x8000
_MESSAGE_OBJECT = struct.pack("<IHH", 0x00020307, 0, 0) + b"\xc0\0\0\0\0\0\0\x46"


@dataclass(slots=True)
class TnefFile:
    """A file inside winmail.dat. The name is as it was written; `content_type` may be empty."""

    name: str = ""
    content: bytes = field(default=b"", repr=False)
    content_type: str = ""
    content_id: str = ""


@dataclass(slots=True)
class Tnef:
    """What was packed: files, and the body in the forms that are there."""

    files: list[TnefFile] = field(default_factory=list)
    subject: str = ""
    text: str = ""
    html: str = ""
    problems: list[str] = field(default_factory=list)


def is_tnef(content: bytes) -> bool:
    """Whether these bytes begin as TNEF does."""
    return content.startswith(_SIGNATURE)


def unpack(content: bytes) -> Tnef:
    """Unpack winmail.dat. Never raises: what is broken ends it, and is a problem."""
    return _unpack(content, nesting=0)


def _unpack(content: bytes, nesting: int) -> Tnef:
    reader = _Reader(Tnef(), nesting)
    if not is_tnef(content):
        reader.found.problems.append("A winmail.dat is none; it was left packed.")
        return reader.found
    for attribute, value in _attributes(content, reader.found.problems):
        if not reader.take(attribute, value):
            break
    reader.finish()
    return reader.found


def _attributes(content: bytes, problems: list[str]) -> Iterator[tuple[int, bytes]]:
    offset = len(_SIGNATURE) + 2  # the key
    while offset + _ATTRIBUTE.size <= len(content):
        _, attribute, size = _ATTRIBUTE.unpack_from(content, offset)
        offset += _ATTRIBUTE.size
        if offset + size > len(content):
            problems.append("A winmail.dat is damaged or cut off.")
            return
        yield attribute, content[offset : offset + size]
        offset += size + 2  # the checksum, which programs get wrong


class _Reader:
    def __init__(self, found: Tnef, nesting: int) -> None:
        self.found = found
        self._nesting = nesting
        self._charset: str | None = None
        self._rtf = b""
        self._file: TnefFile | None = None

    def take(self, attribute: int, value: bytes) -> bool:
        """Take an attribute in; False when there are too many files."""
        if attribute == _NEW_FILE:
            if len(self.found.files) >= MAX_FILES:
                self.found.problems.append(
                    f"A winmail.dat holds more than {MAX_FILES} files; the others were left out."
                )
                return False
            self._file = TnefFile()
            self.found.files.append(self._file)
        elif attribute == _CODEPAGE and len(value) >= _LONG.size:
            self._charset = f"cp{_LONG.unpack_from(value)[0]}"
        elif attribute == _BODY:
            self.found.text = self.found.text or self._decode(value)
        elif attribute == _MESSAGE_PROPERTIES:
            for name, kind, data in self._properties(value):
                self._message_property(name, kind, data)
        elif self._file is not None:
            self._file_attribute(self._file, attribute, value)
        return True

    def finish(self) -> None:
        """Make a text from RTF where there is no better one, and let empty files go."""
        if self._rtf and not self.found.text.strip() and not self.found.html:
            self.found.text, is_whole = rtf.read(self._rtf)
            if not is_whole:
                read = "Only the beginning" if self.found.text else "Nothing"
                self.found.problems.append(f"{read} of the text of a winmail.dat was read.")
        self.found.files = [one for one in self.found.files if one.name or one.content]

    def _message_property(self, name: int, kind: int, data: bytes) -> None:
        if name == _PR_BODY:
            self.found.text = self._decode(data, kind) or self.found.text
        elif name == _PR_HTML:
            self.found.html = self._decode(data, kind, html=True)
        elif name == _PR_RTF:
            self._rtf = data
        elif name == _PR_SUBJECT:
            self.found.subject = self._decode(data, kind)

    def _file_attribute(self, file: TnefFile, attribute: int, value: bytes) -> None:
        if attribute == _FILE_TITLE:
            file.name = file.name or self._decode(value)
        elif attribute == _FILE_DATA:
            file.content = value
        elif attribute == _FILE_PROPERTIES:
            for name, kind, data in self._properties(value):
                self._file_property(file, name, kind, data)

    def _file_property(self, file: TnefFile, name: int, kind: int, data: bytes) -> None:
        if name == _PR_LONG_NAME:
            file.name = self._decode(data, kind) or file.name
        elif name in {_PR_SHORT_NAME, _PR_DISPLAY_NAME}:
            file.name = file.name or self._decode(data, kind)
        elif name == _PR_MIME_TYPE:
            file.content_type = self._decode(data, kind).strip().lower()
        elif name == _PR_CONTENT_ID:
            file.content_id = self._decode(data, kind).strip().strip("<>")
        elif name == _PR_DATA and kind == _OBJECT and data.startswith(_MESSAGE_OBJECT):
            self._take_message(file, data[len(_MESSAGE_OBJECT) :])
        elif name == _PR_DATA and not file.content:
            file.content = data[len(_MESSAGE_OBJECT) :] if kind == _OBJECT else data

    def _take_message(self, file: TnefFile, content: bytes) -> None:
        """An attached email: its own files come along, its text becomes a file."""
        if self._nesting >= MAX_NESTING:
            self.found.problems.append(f"Emails in a winmail.dat are nested more than {MAX_NESTING} deep.")
            return
        inner = _unpack(content, self._nesting + 1)
        self.found.problems.extend(inner.problems)
        text = inner.html or inner.text
        if text:
            file.name = f"{inner.subject or file.name or 'mail'}.{'html' if inner.html else 'txt'}"
            file.content = text.encode()
            file.content_type = f"text/{'html' if inner.html else 'plain'}"
        self.found.files.extend(inner.files[: MAX_FILES - len(self.found.files)])

    def _decode(self, data: bytes, kind: int = _STRING8, *, html: bool = False) -> str:
        if kind == _UNICODE:
            return data.decode("utf-16-le", errors="replace").replace("\x00", "")
        declared = (charsets.meta_charset(data) if html else None) or self._charset
        return charsets.decode(data.rstrip(b"\x00"), declared)[0]

    def _properties(self, value: bytes) -> Iterator[tuple[int, int, bytes]]:
        try:
            yield from _read_properties(value)
        except struct.error:
            self.found.problems.append("A winmail.dat is damaged or cut off.")


def _read_properties(value: bytes) -> Iterator[tuple[int, int, bytes]]:
    """MAPI properties as (id, type, first value). Raises struct.error where they are cut off or of no known type."""
    offset = _LONG.size
    for _ in range(min(_LONG.unpack_from(value)[0], _MAX_VALUES)):
        kind, name = struct.unpack_from("<HH", value, offset)
        offset += 4
        if name & _NAMED:
            offset = _skip_name(value, offset)
        base = kind & ~_MULTIPLE
        is_counted = kind & _MULTIPLE or base in _VARIABLE
        count = _LONG.unpack_from(value, offset)[0] if is_counted else 1
        offset += _LONG.size if is_counted else 0
        first: bytes | None = None
        if count > _MAX_VALUES:
            raise struct.error
        for _ in range(count):
            data, offset = _read_value(value, offset, base)
            first = data if first is None else first
        yield name, base, first or b""


def _skip_name(value: bytes, offset: int) -> int:
    _, is_text, size = struct.unpack_from("<16sII", value, offset)
    offset += 24
    return offset + _padded(size) if is_text else offset


def _read_value(value: bytes, offset: int, kind: int) -> tuple[bytes, int]:
    if kind in _VARIABLE:
        size = _LONG.unpack_from(value, offset)[0]
        offset += _LONG.size
    elif kind in _FIXED:
        size = _FIXED[kind]
    else:
        raise struct.error
    if offset + size > len(value):
        raise struct.error
    return value[offset : offset + size], offset + _padded(size)


def _padded(size: int) -> int:
    return size + -size % 4
