"""The words of an RTF document, as Outlook puts one into winmail.dat (MS-OXRTFCP, MS-OXRTFEX). Layout is not kept."""

import re
import struct

from app.mail.inbound import charsets

# Python goes through it byte by byte: more is not worth the time, as the words of a mail are few, and stand first.
MAX_TEXT = 64 * 1024

_COMPRESSED = 0x75465A4C  # "LZFu"
_PLAIN = 0x414C454D  # "MELA"
_HEADER = struct.Struct("<IIII")
_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArial"
    rb"Times New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_WINDOW = 4096
_TOKEN = re.compile(
    rb"\\(?P<word>[a-z]{1,32})(?P<number>-?\d{1,10})?[ ]?|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<symbol>[^a-z])|(?P<brace>[{}])|"
    rb"(?P<text>[^\\{}\r\n]+)|[\r\n]+|\\"
)
# Words that change how text looks and nothing of what it says: taken out at once, as most of a document is such.
_LOOKS = re.compile(
    rb"(?<!\\)\\(?!(?:par|line|row|sect|tab|cell|emdash|endash|[lr]d?b?l?quote|bullet|ansicpg|uc|htmlrtf|u|fonttbl|colortbl|"
    rb"stylesheet|info|pict|object|header[lrf]?|footer[lrf]?|themedata|datastore|listtable|listoverridetable|generator|"
    rb"xmlnstbl|latentstyles|fldinst|mhtmltag)(?![a-z]))[a-z]{1,32}(?:-?\d{1,10})?[ ]?"
)
_HIDDEN = frozenset(
    b"fonttbl colortbl stylesheet info pict object header footer headerl headerr footerl footerr themedata "
    b"datastore listtable listoverridetable generator xmlnstbl latentstyles fldinst mhtmltag".split()
)
_WORDS = {
    b"par": "\n",
    b"line": "\n",
    b"row": "\n",
    b"sect": "\n",
    b"tab": "\t",
    b"cell": "\t",
    b"emdash": "—",
    b"endash": "–",
}
_WORDS |= {b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•"}


def decompress(data: bytes) -> bytes:
    """The RTF behind PR_RTF_COMPRESSED; as much as is whole, empty where it is none (MS-OXRTFCP)."""
    if len(data) < _HEADER.size:
        return b""
    _, raw_size, kind, _ = _HEADER.unpack_from(data)
    body = data[_HEADER.size :]
    if kind == _PLAIN:
        return body[: min(raw_size, MAX_TEXT)]
    return _expand(body, min(raw_size, MAX_TEXT)) if kind == _COMPRESSED else b""


def _expand(body: bytes, limit: int) -> bytes:
    """LZ77 with a window of 4096 bytes that starts with usual RTF words. Output is at most nine times the input."""
    out = bytearray(_DICTIONARY)
    start = len(out)
    position = 0
    while position < len(body) and len(out) - start < limit:
        control = body[position]
        position += 1
        if control == 0:  # eight letters
            out += body[position : position + 8]
            position += 8
            continue
        for bit in range(8):
            if not control >> bit & 1:
                out += body[position : position + 1]
                position += 1
                continue
            if position + 1 >= len(body):
                return bytes(out[start : start + limit])
            reference = body[position] << 8 | body[position + 1]
            position += 2
            # Offsets count in the window, which turns around: how far back is that from here?
            back = (len(out) - (reference >> 4)) % _WINDOW
            if back == 0:
                return bytes(out[start : start + limit])  # the end mark points at itself
            length = (reference & 15) + 2
            repeated = out[-back:] if back <= len(out) else bytearray(b" " * length)
            out += (repeated * (length // len(repeated) + 1))[:length]
    return bytes(out[start : start + limit])


def text_of(rtf: bytes) -> str:
    """The text of an RTF document; of HTML that is wrapped in RTF, the text between the tags."""
    return _Reader().read(rtf[:MAX_TEXT])


class _Reader:
    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._bytes = bytearray()
        self._charset = "cp1252"
        self._skip_after_unicode = 1
        self._skip = 0
        self._hidden_from = 0  # the depth of the group that is not shown; 0: everything is
        self._is_rtf_only = False
        self._depth = 0

    def read(self, rtf: bytes) -> str:
        for token in _TOKEN.finditer(_LOOKS.sub(b"", rtf)):
            kind, value = token.lastgroup, token.group()
            if kind == "brace":
                self._brace(value)
            elif self._hidden_from:
                continue
            elif kind in {"word", "number"}:
                self._word(token["word"], int(token["number"]) if token["number"] else None)
            elif kind == "symbol":
                self._symbol(token["symbol"])
            elif kind == "hex":
                self._add(bytes.fromhex(token["hex"].decode("ascii")))
            elif kind == "text":
                self._add(value)
        self._flush()
        halves = "".join(self._pieces).encode("utf-16", "surrogatepass")  # \\u knows 16 bits only
        return halves.decode("utf-16", "replace").replace("\x00", "").strip()

    def _brace(self, brace: bytes) -> None:
        self._skip = 0
        self._depth += 1 if brace == b"{" else -1
        if self._depth < self._hidden_from:
            self._hidden_from = 0

    def _word(self, word: bytes, number: int | None) -> None:
        if word in _HIDDEN:
            self._hidden_from = max(self._depth, 1)
        elif word == b"ansicpg":
            self._charset = f"cp{number}"
        elif word == b"uc":
            self._skip_after_unicode = min(number or 0, 8)
        elif word == b"htmlrtf":
            self._is_rtf_only = number != 0
        elif word == b"u" and number is not None:
            self._flush()
            self._pieces.append(chr(number & 0xFFFF))
            self._skip = self._skip_after_unicode
        elif word in _WORDS and not self._is_rtf_only:
            self._flush()
            self._pieces.append(_WORDS[word])

    def _symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            self._hidden_from = max(self._depth, 1)
        elif symbol == b"~":
            self._add(b" ")
        elif symbol in b"\\{}":
            self._add(symbol)
        elif symbol in b"\r\n":
            self._word(b"par", None)

    def _add(self, data: bytes) -> None:
        skipped = min(self._skip, len(data))
        self._skip -= skipped
        if not self._is_rtf_only:
            self._bytes += data[skipped:]

    def _flush(self) -> None:
        if self._bytes:
            text, _ = charsets.decode(bytes(self._bytes), self._charset)
            self._pieces.append(text)
            self._bytes.clear()
