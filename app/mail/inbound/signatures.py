"""What stands at the end of a mail and is not for its reader: signatures and footers of mobile programs.

Conservative: a closing with a name stays, and so does whatever asks or tells something.
"""

import re
from collections.abc import Sequence

from app.mail.inbound import signature_words as words

_MARKS = frozenset({"--", "—", "–"})
_LONGEST_SIGN = max(map(len, _MARKS))
_STRICT_MARK = "-- "  # RFC 3676, 4.3
_ORNAMENTS = frozenset("-_=*#~+ᐧ•―─[")
_ORNAMENT = re.compile(r"^\s*+[-_=*#~+ᐧ•―─][-_=*#~+ᐧ•―─\s]*$")
# Drawn as in Japan, where it frames a signature; customers draw lines of dashes above an address to be used.
_FRAME = re.compile(r"^\s*+[━─═＝＊◆◇□■☆★〜]{10,}\s*$")
_CONTACTS = 2
_PICTURE = re.compile(r"^\s*+\[cid:[^\]\s]+\]\s*$")
_LINES = 12
_LENGTH = 800
_FOOTER_LENGTH = 110
_LONGEST_FOOTER = 1000  # with the links in it
_CLOSING_WITHIN = 24
_LONGEST = 200  # of a greeting or a closing; the expressions take their time on a line of a megabyte
_LONGEST_CLOSING = 36  # from its first word on
_FEW_WORDS = 5  # of "sent from my" and some device's name
_VOWEL_SIGNS = dict.fromkeys([*range(0x0591, 0x05C8), *range(0x064B, 0x0656), 0x0640])  # of Hebrew and Arabic
_AROUND = " \t<>()[]*_-.\u00a0\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_LINK = re.compile(r"\(?<?(?:https?://|www\.)[^\s>)]+[>)]?", re.IGNORECASE)
_NUMBER = re.compile(r"\d{4}")
_ASKS = re.compile(r"[?？؟\u037e](?:\W|$)")
_ASKS_LAST = re.compile(r"[?？؟\u037e]\W*$")
_POSTSCRIPT = re.compile(r"^\W*(?:p\. ?s\.?|ps|nb|n\. ?b\.|з\. ?ы|p\.-s)\W", re.IGNORECASE)
_LABEL = re.compile(r"^[^\W\d][^:@|/]{2,40}:\s")
_POINTS_DOWN = re.compile(
    r"\b(?:below|underneath|unten|ci-dessous|abajo|sotto|abaixo|hieronder|onderstaand|nedan|nedenfor|poniżej|níže|ниже|نیچے|زیر|أدناه)",
    re.IGNORECASE,
)


def is_footer(line: str) -> bool:
    """A mail program names itself ("Sent from my iPhone"), or a virus scanner does."""
    if len(line) > _LONGEST_FOOTER:
        return False
    said = _without_links(line).strip(_AROUND)
    if not said or len(said) > _FOOTER_LENGTH or "?" in said or _NUMBER.search(said):
        # The length first: the expression takes its time on a line of a megabyte.
        return (
            len(line) <= 2 * _FOOTER_LENGTH and "?" not in said and words.ADVERTISED.match(line) is not None
        )
    if words.ADVERTISED.match(said) or words.OFFERED.match(said):
        return True
    said = said.translate(_VOWEL_SIGNS)
    if words.SENT_FIRST.match(said):
        is_mine = (
            said.casefold().startswith(("sent from my ", "from my ")) and len(said.split()) <= _FEW_WORDS
        )
        return is_mine or words.DEVICES.search(said) is not None
    return words.SENT_LAST.search(said) is not None and words.DEVICES.search(said) is not None


def is_link(line: str) -> bool:
    """A link and nothing else."""
    return bool(line.strip()) and len(line) <= _LONGEST_FOOTER and not _without_links(line).strip()


def _without_links(line: str) -> str:
    return _LINK.sub("", line) if "/" in line or "." in line else line


def is_ornament(line: str) -> bool:
    """A line of dashes and the like, or where Outlook had a picture."""
    first = line[:1]
    if first not in _ORNAMENTS and not first.isspace():
        return False
    return _ORNAMENT.match(line) is not None or _PICTURE.match(line) is not None


def without_signature(lines: list[str]) -> list[str]:
    """Without what stands below a signature mark, or below closing and name where it says how else to reach someone."""
    for index in range(_first_of_tail(lines), len(lines)):
        line = lines[index]
        if _is_mark(line.strip()) and _is_signature(lines[index + 1 :], is_strict=line == _STRICT_MARK):
            return lines[:index]
        if not line.isascii() and _FRAME.match(line) and _is_frame_of_contacts(lines[index + 1 :]):
            return lines[:index]
    return _without_contact(lines)


def says_nothing(lines: Sequence[str]) -> bool:
    """Nothing, a greeting only, or "see below"."""
    said = [line for line in lines if line.strip()]
    return not said or (
        len(said) <= 2
        and all(
            len(line) <= _LONGEST and (words.GREETING.match(line) or words.POINTER.match(line))
            for line in said
        )
    )


def _first_of_tail(lines: list[str]) -> int:
    """From where on a mark may stand: a signature is short."""
    said = 0
    for index in range(len(lines) - 1, -1, -1):
        said += bool(lines[index].strip())
        if said > _LINES + 1:
            return index + 1
    return 0


def _is_mark(line: str) -> bool:
    # The length first: to look a line of a megabyte up takes its time.
    return (len(line) <= _LONGEST_SIGN and line in _MARKS) or (line[:5] == "_____" and not line.strip("_"))


def _is_signature(tail: list[str], *, is_strict: bool) -> bool:
    """Whether nothing below a mark is meant for the reader. A slogan may ask, but where names and numbers stand."""
    if sum(map(len, tail)) > _LENGTH or any(_POSTSCRIPT.match(line) for line in tail):
        return False
    asks, start = (_ASKS_LAST, _end_of_paragraph(tail)) if is_strict else (_ASKS, 0)
    return not any(asks.search(_without_links(line)) for line in tail[start:])


def _is_frame_of_contacts(tail: list[str]) -> bool:
    """Whether what stands below a drawn line says how else to reach someone, and nothing else."""
    contacts = sum(words.CONTACT.search(line) is not None for line in tail)
    return contacts >= _CONTACTS and _is_signature(tail, is_strict=False) and not any(map(_tells, tail))


def _end_of_paragraph(lines: Sequence[str]) -> int:
    begun = False
    for index, line in enumerate(lines):
        if begun and not line.strip():
            return index
        begun = begun or bool(line.strip())
    return len(lines)


def _without_contact(lines: list[str]) -> list[str]:
    """Cut a firm's lines below the closing; its name line stays, as the closing does."""
    first = max(0, len(lines) - _CLOSING_WITHIN)
    closing = next(
        (
            index
            for index in range(len(lines) - 1, first - 1, -1)
            if lines[index] and _is_closing(lines[index])
        ),
        None,
    )
    if closing is None:
        return lines
    name = next((index for index in range(closing + 1, len(lines)) if lines[index].strip()), None)
    if name is None:
        return lines
    tail = [line for line in lines[name + 1 :] if line.strip()]
    contacts = sum(words.CONTACT.search(line) is not None for line in tail)
    if contacts < _CONTACTS or any(_tells(line) for line in tail):
        return lines
    return lines if any(_POINTS_DOWN.search(line) for line in lines[:closing]) else lines[: name + 1]


def _is_closing(line: str) -> bool:
    if len(line) > _LONGEST or (line[:1].isalnum() and len(line.rstrip()) > _LONGEST_CLOSING):
        return False
    # Letters of both cases are looked for at twice the price.
    return (
        words.CLOSING_IN_ASCII.match(line.lower()) if line.isascii() else words.CLOSING.match(line)
    ) is not None


def _tells(line: str) -> bool:
    """Whether a line below the name may be meant for the reader."""
    if words.CONTACT.search(line):
        return "?" in _without_links(line) or len(line) > 150
    is_prose = len(line.split()) > 7 or line.rstrip().endswith(("!", "！", "。"))
    return is_prose or _ASKS.search(line) is not None or _LABEL.match(line) is not None
