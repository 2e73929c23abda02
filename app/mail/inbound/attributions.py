"""The line that introduces a quote, "On Monday Ann wrote:", in any language, wrapped or not."""

import re
from collections.abc import Sequence

from app.mail.inbound import quote_words as words
from app.mail.inbound.wordings import fold

_Evidence = tuple[bool, bool, bool]
_LINES = 5
_LENGTH = 400

_INVISIBLE = " \t\u00a0\u202f\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_ADDRESS = re.compile(r"[^\s<>()@:]@[^\s<>()@]+\.[^\s<>()@]{2}")
_DIGIT = r"[\d۰-۹٠-٩]"
_DATE = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?!\d)|[۱١][۳٣۴٤][۰-۹٠-٩]{2}|[٢۲][٠۰][۰-۹٠-٩]{2}|"
    r"(?<!\d)\d{1,2}[./-] ?\d{1,2}[./-] ?\d{2}(?!\d)|(?<!\d)25[67]\d(?!\d)|"
    r"(?<!\d)(?:(?![0-9۰-۹٠-٩])\d){4}(?!\d)"  # a year in Bengali, Devanagari and such digits
)
_TIME = re.compile(rf"(?<!\d){_DIGIT}{{1,2}}\s?[:.h：]\s?{_DIGIT}{{2}}(?!\d)|(?<!\d)\d{{1,2}}[点點時时시]")
_ANY_DIGIT = re.compile(_DIGIT)
_ENDS_WITH_DASHES = re.compile(rf"(?:{words.WROTE.words})[\s*_]*-{{2,}}$", re.IGNORECASE)
_STARTS_WITH_YEAR = re.compile(r"\d{4}[-/.]\d")
_DATED_NAME = re.compile(
    r"^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?: \d{1,2}:\d{2} GMT[+-]\d{2}:\d{2} \S.{0,80}|\b.{1,100}<[^<>@\s]+@[^<>@\s]+>:?)$"
)
_NAMED = re.compile(
    r"^\W*(?:\S+ ){1,8}<[^<>@\s]{1,80}@[^<>@\s]{1,80}>\)? ?[:：]$"
)  # Zitat von Ann <a@b.example>:
_LOTUS = re.compile(r"^\S.{0,80}? ?---\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4} \d{1,2}[:.]\d{2}.{0,15}---")
_SENTENCE_ENDS = re.compile(r"[.!?。！？؟][\s\"'”)]*$")
_SENTENCE_INSIDE = re.compile(  # but not "am 5. Januar 2026 um"
    r"(?:[!?]|(?<!\b\d)(?<!\b\d\d)\.)\s+[A-ZÄÖÜ]\w+\s+\w+\s+\w+\s"
)
_LEADING = re.compile(r"^[\s*_\-–—>\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


def may_end(line: str) -> bool:
    """A cheap look before the dear ones: every line of every mail comes here."""
    if len(line) > 2 * _LENGTH:
        return False
    end = line.rstrip(_INVISIBLE)
    if end[-1:] in ":：-*_" or "---" in line:
        return end.strip("-*_ ") != ""
    return _STARTS_WITH_YEAR.match(line) is not None


def is_possible(lines: Sequence[str], index: int, floor: int, *, quote_follows: bool) -> bool:
    """A second look, at what no attribution that ends at `index` can do without: an address with a digit, or "wrote"."""
    window = "\n".join(lines[max(floor, index - _LINES) : index + 1])
    if "@" in window and (quote_follows or _ANY_DIGIT.search(window) is not None):
        return True
    if " GMT" in window or "---" in lines[index]:
        return True
    return words.WROTE.are_in(fold(window[-_LENGTH - _LINES :]))


def lines_before(lines: Sequence[str], index: int, floor: int, *, quote_follows: bool) -> int | None:
    """The first line of the attribution that ends at `index`, not before `floor`; None where none ends there.

    A line above belongs to it as long as it brings an address, a date or a time that was missing.
    """
    if _LOTUS.match(lines[index]):
        return index
    joined, best, most = "", None, -1
    for first in range(index, max(floor, index - _LINES) - 1, -1):
        line = lines[first].strip(_INVISIBLE)
        if not line:
            if joined.startswith("<"):  # Polymail sets the address apart
                continue
            break
        if best is not None and _SENTENCE_ENDS.search(line):
            break
        joined = f"{line} {joined}".strip()
        if len(joined) > _LENGTH:
            break
        evidence = _evidence(joined)
        if sum(evidence) > most and _is_attribution(joined, evidence, quote_follows=quote_follows):
            best, most = first, sum(evidence)
    return best


def _evidence(text: str) -> _Evidence:
    """Whether a text holds an address, a date and a time."""
    if _ANY_DIGIT.search(text) is None:
        return "@" in text and _ADDRESS.search(text) is not None, False, False
    return (
        "@" in text and _ADDRESS.search(text) is not None,
        _DATE.search(text) is not None,
        _TIME.search(text) is not None,
    )


def _is_attribution(text: str, evidence: _Evidence, *, quote_follows: bool) -> bool:
    if _DATED_NAME.match(text):
        return True
    ends_with_colon = text.rstrip(_INVISIBLE + "*_")[-1:] in {":", "："}
    if not ends_with_colon and not _ends_with_dashes(text):
        return False
    if ends_with_colon and (all(evidence) or (quote_follows and "@" in text and _NAMED.search(text))):
        return _is_one_sentence(text)
    return words.WROTE.are_in(fold(text)) and _says_who_wrote(text, evidence, quote_follows=quote_follows)


def _ends_with_dashes(text: str) -> bool:
    return (
        text.rstrip().endswith("--")
        and words.WROTE.are_in(fold(text))
        and _ENDS_WITH_DASHES.search(text) is not None
    )


def _says_who_wrote(text: str, evidence: _Evidence, *, quote_follows: bool) -> bool:
    """Whether a text with "wrote" in it names a person or a day, and is not the customer's own sentence."""
    address, date, time = evidence
    is_one_sentence = _is_one_sentence(text)
    name = text.partition("<")[0]
    return (
        (quote_follows and len(text) < _LENGTH // 2 and is_one_sentence)
        or (
            address and name.count(" ") <= 5 and not _ANY_DIGIT.search(name)
        )  # Jane Doe <jane@shop.example> wrote:
        or ((address or date or time) and words.ATTRIBUTION_START.match(_LEADING.sub("", text)) is not None)
        or (date and (time or address) and is_one_sentence)
    )


def _is_one_sentence(text: str) -> bool:
    """Whether it is no sentence of the customer, and none ends before the address."""
    return (
        words.FIRST_PERSON.search(text) is None
        and _SENTENCE_INSIDE.search(text[:200].partition("<")[0]) is None
    )
