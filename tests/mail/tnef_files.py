"""winmail.dat written for tests (MS-OXTNEF): a stream of attributes, MAPI properties in some of them."""

import struct

UNICODE, STRING8, BINARY, OBJECT, LONG = 0x1F, 0x1E, 0x102, 0x0D, 0x03
MESSAGE_PROPERTIES, NEW_FILE, FILE_TITLE, FILE_DATA, FILE_PROPERTIES = (
    0x00069003,
    0x00069002,
    0x00018010,
    0x0006800F,
    0x00069005,
)


def tnef(*attributes: bytes) -> bytes:
    return b"\x78\x9f\x3e\x22\x01\x00" + b"".join(attributes)


def attribute(name: int, value: bytes) -> bytes:
    return struct.pack("<BII", 1, name, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def property_list(*properties: tuple[int, int, bytes]) -> bytes:
    """MAPI properties as (type, id, value)."""
    return struct.pack("<I", len(properties)) + b"".join(_property(*one) for one in properties)


def _property(kind: int, name: int, value: bytes) -> bytes:
    head = struct.pack("<HH", kind, name)
    if kind == LONG:
        return head + value
    return head + struct.pack("<II", 1, len(value)) + value + bytes(-len(value) % 4)


def text(value: str) -> bytes:
    return value.encode("utf-16-le") + b"\0\0"


def file(name: str, content: bytes, *more: tuple[int, int, bytes]) -> bytes:
    """The attributes of one file, its name as Outlook writes it twice: short in the code page, long in Unicode."""
    return b"".join(
        (
            attribute(NEW_FILE, bytes(14)),
            attribute(FILE_TITLE, b"SHORT~1.DAT\0"),
            attribute(FILE_DATA, content),
            attribute(FILE_PROPERTIES, property_list((UNICODE, 0x3707, text(name)), *more)),
        )
    )
