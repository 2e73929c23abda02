"""Where another mail begins without any attribution: a mark across the page, or a block of its headers."""

import re
from collections.abc import Sequence

from app.mail.inbound import quote_words as words

ORNAMENTS = " \t*_-–—‐‑―=#<>|~•·\u00a0\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

_COLONS = re.compile(r"[:：]")
_RULED = re.compile(r"^[\s*>]*[-–—‐_=~*#]{2,}")
_RULE = re.compile(r"^[\s>]*(?:[-–—_=*#]\s?){5,}$")
_DESK_LINE = re.compile(r"^\W*##-.{3,120}-##\W*$")
_TITLE = re.compile(r"^[\s>*]*(?:[-–—_=*#]{2,}[^\n]{1,60}?[-–—_=*#]{2,}|[^\W\d][^:：?]{3,50} ?[:：])\s*$")
_MESSAGE_OF = re.compile(r"^message du ?:? ?\d{1,2}[/.]\d", re.IGNORECASE)  # Orange, La Poste
_GROUPWISE = re.compile(r"^>>> .{0,150}\d[:.h]\d\d.{0,150}>>>\s*$")
_BRACKETED_ADDRESS = re.compile(r"[<\[(][^\s<>\[\]]*@[^\s<>\[\]]+[>\])]")
_FOREIGN_SENDER = re.compile(r"^[\s*]*[^\W\d][^:：@\d]{0,30}[:：][^:：]{1,120}[<\[(][^\s<>\[\]]*@")
_TIMED = re.compile(r"\d{1,2}[:h時时点：]\s?\d{2}")
_TIME_AND_YEAR = re.compile(r"\b\d{4}\b.*\d:\d\d|\d:\d\d.*\b\d{4}\b|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}.*\d:\d\d")
_AROUND_MARKS = ORNAMENTS + ":："
_LINE = ("line", "zeile", "linie", "ligne", "línea", "linha", "riga", "linea", "regel")
_MARKS = words.FORWARD_MARKS | words.ORIGINAL_MARKS
_RULES = frozenset("-–—_=*#")
_TITLE_ENDS = _RULES | frozenset(":：")
_LONGEST_NAME = 40
_LONGEST_MARK = 120
_LONGEST_RULE = 500
_LONGEST_BLOCK = 14


def may_be_mark(line: str) -> bool:
    """Whether a line without any ornament could be one: asked of every short line, so at the price of two look-ups."""
    core = line.casefold()
    return core in _MARKS or core.startswith("message du ") or core.endswith(_LINE)


def mark(line: str, following: Sequence[str]) -> str:
    """What this line says of the mail that follows it: "forward", "original" or ""."""
    if line.startswith(">>> ") and _GROUPWISE.match(line):
        return "original"
    if len(line) > _LONGEST_MARK:
        return ""
    core = line.strip(_AROUND_MARKS).casefold()
    if core in words.FORWARD_MARKS or (core.startswith("forwarded by ") and _RULED.match(line)):
        return "forward"
    if core in words.ORIGINAL_MARKS:
        is_ruled = _RULED.match(line) is not None
        return "original" if is_ruled or block_length(following, least=2) else ""
    if _is_desk_line(line, core):
        return "original"
    return _titled(line, core, following)


def _titled(line: str, core: str, following: Sequence[str]) -> str:
    """What a title without any known wording says, between dashes or before a colon, above the headers of a mail."""
    if line.rstrip()[-1:] not in _TITLE_ENDS and not core.startswith("message du"):
        return ""
    is_message_of = _MESSAGE_OF.match(core) is not None
    if not (is_message_of or _TITLE.match(line)) or not block_length(following, least=2):
        return ""
    if words.FORWARDING.search(core):
        return "forward"
    return "original" if is_message_of or _RULED.match(line) else ""


def is_rule(line: str) -> bool:
    """A line across the page."""
    return len(line) <= _LONGEST_RULE and line.rstrip()[-1:] in _RULES and _RULE.match(line) is not None


def block_length(lines: Sequence[str], least: int) -> int:
    """How many lines from the first on are headers of a mail (folded values and single empty lines included).

    0 where they name fewer than `least` of sender, recipient, date and subject, or look like a list of someone's own.
    """
    roles: dict[str, str] = {}
    end = 0
    for index, line in enumerate(lines[:_LONGEST_BLOCK]):
        if found := _role(line):
            roles.setdefault(*found)
            end = index + 1
        elif (
            index > end
            or (index == end == 0 and line.strip())
            or (end and not line.strip() and _ends(lines, index))
        ):
            break
    roles.pop("other", None)
    return end if len(roles) >= least and (least < 3 or _is_of_a_mail(roles)) else 0


def foreign_block_length(lines: Sequence[str], *, is_below_rule: bool) -> int:
    """The same for names of no list: an address in brackets at the first, and a date with a time at another.

    Where no rule stands above them, a second address has to be among them, and a fourth line.
    """
    end = 0
    for line in lines[:_LONGEST_BLOCK]:
        name, colon, value = line.strip(ORNAMENTS).replace("：", ":").partition(":")
        if not colon or len(name) > _LONGEST_NAME or not (name and value.strip(ORNAMENTS)):
            break
        if end == 0 and not _BRACKETED_ADDRESS.search(line):
            return 0
        end += 1
    if end < 3 or not any(_TIME_AND_YEAR.search(line) for line in lines[1:end]):
        return 0
    addressed = sum(_BRACKETED_ADDRESS.search(line) is not None for line in lines[:end])
    return end if is_below_rule or (end > 3 and addressed > 1) else 0


def begins_block(line: str) -> bool:
    """Whether a line names a sender, recipient, date or subject."""
    return _role(line) is not None


def begins_foreign_block(line: str) -> bool:
    """Whether a line names somebody with an address in brackets, under whatever name."""
    return "@" in line and _FOREIGN_SENDER.match(line) is not None


def _role(line: str) -> tuple[str, str] | None:
    colon = _COLONS.search(line, 0, _LONGEST_NAME + 20) if ":" in line or "：" in line else None
    if colon is None:
        return None
    name = line[: colon.start()].strip(ORNAMENTS).replace("\u3000", "")  # set wide: 主　题
    role = words.HEADER_ROLES.get(name.casefold())
    return (role, line[colon.end() :].strip(ORNAMENTS)) if role else None


def _ends(lines: Sequence[str], index: int) -> bool:
    """Whether a block ends at an empty line: some converters put one between any two headers."""
    return index + 1 >= len(lines) or _role(lines[index + 1]) is None


def _is_of_a_mail(roles: dict[str, str]) -> bool:
    """From and To and Date are also on the way of a parcel: a mail has an address, a subject, or an exact time."""
    if "from" not in roles:
        return False
    has_address = "@" in roles["from"] or "@" in roles.get("to", "")
    is_timed = _TIMED.search(roles.get("date", "")) is not None
    return has_address or "subject" in roles or is_timed


def _is_desk_line(line: str, core: str) -> bool:
    """Whether a help desk drew it: what one writes above it is read as an answer."""
    if "##-" in line and _DESK_LINE.match(line):
        return True
    return (
        core.endswith(_LINE) and len(line) < _LONGEST_MARK and words.ABOVE_THIS_LINE.search(line) is not None
    )
