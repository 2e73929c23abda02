"""The words of an RTF document, as Outlook puts one into winmail.dat (MS-OXRTFCP, MS-OXRTFEX). Layout is not kept."""

import re
import struct
from itertools import islice

from app.mail.inbound import charsets

# Python goes through it piece by piece: more is not worth the time, as the words of a mail are few, and stand first.
# Each of these grows with what was sent, as the price of sending it does.
_TEXT = 32 * 1024
_GROUPS = 400
_TOKENS = 1_000

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
# What a group's first byte says: so many letters, or 0 for a repeat, again and again.
_PLANS = tuple(
    tuple(0 if run == "1" else len(run) for run in re.findall("0+|1", f"{control:08b}"[::-1]))
    for control in range(256)
)
_TOKEN = re.compile(
    rb"(?P<hex>(?:\\'[0-9a-fA-F]{2})+)|(?P<unicode>(?:\\u-?\d{1,5} ?\?)+)|"
    rb"\\(?P<word>[a-z]{1,32})(?P<number>-?\d{1,10})?[ ]?|\\(?P<symbol>[^a-z])|(?P<brace>[{}])|"
    rb"(?P<text>[^\\{}\r\n]+)|[\r\n]+|\\"
)
_NUMBER = re.compile(rb"-?\d+")
# Words that change how text looks and nothing of what it says: taken out at once, as most of a document is such.
_LOOKS = re.compile(
    rb"\\(?<!\\\\)(?!(?:u(?![a-z])|par|line|row|sect|tab|cell|emdash|endash|[lr]d?b?l?quote|bullet|ansicpg|uc|htmlrtf|fonttbl|colortbl|"
    rb"stylesheet|info|pict|object|header[lrf]?|footer[lrf]?|themedata|datastore|listtable|listoverridetable|generator|"
    rb"xmlnstbl|latentstyles|fldinst|mhtmltag)(?![a-z]))[a-z]{1,32}(?:-?\d{1,10})?[ ]?"
)
# Line ends as one character each, which the loop over the tokens takes for text.
_LINE_END = re.compile(rb"\\(?<!\\\\)(?:par|line|row|sect)(?:-?\d{1,10}|(?![a-z]))[ ]?")
_HTML_BLOCK = re.compile(rb"\{\\\*</?(?:p|br|div|tr|li|h\d)\b[^{}]{0,1000}\}")
_NEW_LINE = b"\x01"
_HIDDEN = frozenset(
    b"fonttbl colortbl stylesheet info pict object header footer headerl headerr footerl footerr themedata "
    b"datastore listtable listoverridetable generator xmlnstbl latentstyles fldinst mhtmltag".split()
)
_WORDS = dict.fromkeys((b"par", b"line", b"row", b"sect"), "\n") | {b"tab": "\t", b"cell": "\t"}
_WORDS |= {b"emdash": "—", b"endash": "–", b"bullet": "•"}
_WORDS |= {b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”"}


def read(data: bytes) -> tuple[str, bool]:
    """The words behind PR_RTF_COMPRESSED, and whether these are all: it may be long, damaged, or none at all."""
    if not (document := decompress(data)):
        return "", not data
    text, is_whole = _Reader().read(document, _TOKENS + len(data) // 150)
    return text, is_whole and len(document) >= _HEADER.unpack_from(data)[1]


def decompress(data: bytes) -> bytes:
    """The RTF behind PR_RTF_COMPRESSED; the beginning of a long one, empty where it is none (MS-OXRTFCP)."""
    if len(data) < _HEADER.size:
        return b""
    _, raw_size, kind, _ = _HEADER.unpack_from(data)
    body = data[_HEADER.size :]
    limit = min(raw_size, _TEXT + len(body) // 8)
    if kind == _PLAIN:
        return body[:limit]
    return _expand(body, limit, _GROUPS + len(body) // 250) if kind == _COMPRESSED else b""


def _expand(body: bytes, limit: int, groups: int) -> bytes:
    """LZ77 with a window of 4096 bytes that starts with usual RTF words; a group is eight letters or repeats."""
    out = bytearray(_DICTIONARY)
    end = len(out) + limit
    position = 0
    for _ in range(groups):
        if position >= len(body) or len(out) >= end:
            break
        control = body[position]
        position += 1
        for letters in _PLANS[control]:
            if letters:
                out += body[position : position + letters]
                position += letters
                continue
            if position + 1 >= len(body):
                return bytes(out[len(_DICTIONARY) : end])
            reference = body[position] << 8 | body[position + 1]
            position += 2
            # Offsets count in the window, which turns around: how far back is that from here?
            written = len(out)
            back = (written - (reference >> 4)) & (_WINDOW - 1)
            length = (reference & 15) + 2
            if length <= back <= written:
                out += out[written - back : written - back + length]
            elif back == 0:
                return bytes(out[len(_DICTIONARY) : end])  # the end mark points at itself
            else:
                out += (out[-back:] * length)[:length] if back < written else b" " * length
    return bytes(out[len(_DICTIONARY) : end])


def text_of(rtf: bytes) -> str:
    """The text of an RTF document; of HTML that is wrapped in RTF, the text between the tags."""
    return _Reader().read(rtf, len(rtf))[0]


class _Reader:
    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._bytes = bytearray()
        self._codec = "cp1252"
        self._skip_after_unicode = 1
        self._skip = 0
        self._hidden_from = 0  # the depth of the group that is not shown; 0: everything is
        self._is_rtf_only = False
        self._depth = 0

    def read(self, rtf: bytes, most: int) -> tuple[str, bool]:
        """The words of as many tokens, and whether there are no more."""
        said = _LINE_END.sub(_NEW_LINE, _LOOKS.sub(b"", rtf))
        tokens = _TOKEN.finditer(_HTML_BLOCK.sub(_NEW_LINE, said))
        for token in islice(tokens, most):
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
                self._add(bytes.fromhex(value.replace(b"\\'", b"").decode("ascii")))
            elif kind == "unicode":
                self._characters(value)
            elif kind == "text":
                self._add(value)
        self._flush()
        halves = "".join(self._pieces).encode("utf-16", "surrogatepass")  # \\u knows 16 bits only
        text = halves.decode("utf-16", "replace").replace("\x00", "")
        return text.replace("\x01", "\n").strip(), next(tokens, None) is None

    def _characters(self, value: bytes) -> None:
        """Numbers of characters, each with a question mark for readers that know none."""
        if self._is_rtf_only or self._skip_after_unicode != 1:
            for number in _NUMBER.findall(value):
                self._word(b"u", int(number))
                self._add(b"?")
            return
        self._flush()
        self._pieces += [chr(int(number) & 0xFFFF) for number in _NUMBER.findall(value)]
        self._skip = 0

    def _brace(self, brace: bytes) -> None:
        self._skip = 0
        self._depth += 1 if brace == b"{" else -1
        if self._depth < self._hidden_from:
            self._hidden_from = 0

    def _word(self, word: bytes, number: int | None) -> None:
        if word in _HIDDEN:
            self._hidden_from = max(self._depth, 1)
        elif word == b"ansicpg":
            self._codec = charsets.find_codec(f"cp{number}") or self._codec
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
            self._pieces.append(self._bytes.decode(self._codec, errors="replace"))
            self._bytes.clear()
