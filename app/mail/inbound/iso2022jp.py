"""ISO-2022-JP as mail programs really write it (CP50220, CP50221).

RFC 1468 allows ASCII and JIS X 0208 only. Outlook and phones add half-width kana and NEC's and IBM's characters (①, ㈱, 髙);
Python's strict codec refuses these, and its extended ones do not know NEC's. So the seven-bit pairs are moved into
Shift_JIS, whose Windows form (CP932) has them all. https://encoding.spec.whatwg.org/#iso-2022-jp
"""

import re

_ESCAPE = re.compile(rb"\x1b(\$[@B]|\$\([@BD]|\([BJIH]|&@)")
_SHIFTED_KANA = re.compile(rb"\x0e([\x21-\x5f]*)\x0f?")
_LOOKS = re.compile(rb"\x1b\$[@B]|\x1b\([IJ]")


def is_used(data: bytes) -> bool:
    """Whether the escape sequences of ISO-2022-JP occur."""
    return _LOOKS.search(data) is not None


def decode(data: bytes) -> str:
    """The text; what no character stands for becomes U+FFFD. Each line starts in ASCII, as the RFC has it."""
    try:
        return data.decode("iso2022_jp")
    except UnicodeDecodeError:
        pass  # as programs really write it
    return "\n".join(_decode_line(line) for line in data.split(b"\n"))


def _decode_line(line: bytes) -> str:
    if b"\x0e" in line:
        line = _SHIFTED_KANA.sub(lambda run: b"\x1b(I" + run[1] + b"\x1b(B", line)
    pieces = _ESCAPE.split(line)
    text = [pieces[0].decode("cp932", errors="replace")]
    for escape, data in zip(pieces[1::2], pieces[2::2], strict=True):
        if escape in {b"$B", b"$@", b"$(B", b"$(@"}:
            text.append(_decode_pairs(data))
        elif escape == b"(I":
            text.append(bytes(byte | 0x80 for byte in data).decode("cp932", errors="replace"))
        elif escape == b"$(D":
            text.append(b"".join(b"\x8f" + pair for pair in _pairs(data)).decode("euc_jp", errors="replace"))
        else:
            text.append(data.decode("cp932", errors="replace"))
    return "".join(text)


def _pairs(data: bytes) -> list[bytes]:
    high = bytes(byte | 0x80 for byte in data)
    return [high[index : index + 2] for index in range(0, len(high), 2)]


def _decode_pairs(data: bytes) -> str:
    """JIS X 0208 in seven bits, moved into Shift_JIS (the usual arithmetic of rows and cells)."""
    moved = bytearray()
    tail = b""
    for index in range(0, len(data) - 1, 2):
        row, cell = data[index], data[index + 1]
        if not (0x21 <= row <= 0x7E and 0x21 <= cell <= 0x7E):
            tail = data[index:]  # a return to ASCII that somebody cut out
            break
        lead = (row + 1) // 2 + (0x70 if row < 0x5F else 0xB0)
        offset = (0x1F if cell < 0x60 else 0x20) if row % 2 else 0x7E
        moved += bytes((lead, cell + offset))
    else:
        tail = data[len(data) // 2 * 2 :]
    return bytes(moved).decode("cp932", errors="replace") + tail.decode("ascii", errors="replace")
