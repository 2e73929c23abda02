"""What did the customer newly write? Cuts quoted and forwarded mails, signatures and footers off a text.

HTML takes the same way: `html_text` writes what mail programs mark as quoted with `>`. When in doubt, text
is kept: a quote too much costs a little, a lost question costs the customer.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.mail.inbound import html_text
from app.mail.inbound import quote_words as words
from app.mail.inbound.message import InboundMail

_MAX_LINES = 20_000
_ATTRIBUTION_LINES = 5
_ATTRIBUTION_LENGTH = 400
_SIGNATURE_LINES = 12
_SIGNATURE_LENGTH = 800
_FOOTER_LENGTH = 200

_QUOTE = re.compile(r"^\s{0,3}(?:>|\|(?=\s|$))|^[A-Z][A-Za-z]{0,9}> ?(?!\S*@)")
_UNQUOTE = re.compile(r"^\s{0,3}[>|] ?")
_ADDRESS = re.compile(r"[^\s<>()@]+@[^\s<>()@]+\.[^\s<>()@]+")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)[۱١][۳٣۴٤]\d\d(?!\d)|[٢۲][٠۰]\d\d")
_TIME = re.compile(r"(?<!\d)\d{1,2}\s?[:.h：]\s?\d{2}(?!\d)|(?<!\d)\d{1,2}[点點时時시]")
_DIGIT = re.compile(r"\d")
_ENDS_WITH_COLON = re.compile(r"[:：][\s*_\u200e\u200f\u202a-\u202e\u2066-\u2069]*$")
_ENDS_WITH_WROTE = re.compile(rf"{words.WROTE.pattern}[\s*_]*-{{2,}}$", re.IGNORECASE)
_LINK = re.compile(r"https?://\S+")
_INVISIBLE = " \t\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_STARTS_WITH_YEAR = re.compile(r"\d{4}[-/.]\d")
_DATED_NAME = re.compile(
    r"^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?: \d{1,2}:\d{2} GMT[+-]\d{2}:\d{2} \S.{0,80}|\b.{1,100}<[^<>@\s]+@[^<>@\s]+>:?)$"
)


@dataclass(frozen=True, slots=True)
class Cut:
    """A text in its three parts; each is text as it stood, without leading and trailing empty lines."""

    reply: str
    quoted: str = ""
    forwarded: str = ""


@dataclass(frozen=True, slots=True)
class _Start:
    """Where another mail begins: its introduction is lines[first:end]."""

    kind: str  # "attribution", "headers", "original", "forward"
    first: int
    end: int


def newly_written(mail: InboundMail) -> Cut:
    """Cut a mail's text; where a plain text part hides its quotes, the HTML's containers show them."""
    found = cut(mail.text)
    if mail.html is None or mail.text_is_html or found.quoted or found.forwarded:
        return found
    by_html = cut_html(mail.html)
    return by_html if by_html.reply and (by_html.quoted or by_html.forwarded) else found


def cut_html(html: str) -> Cut:
    """Cut an HTML document by its text, where blockquotes and mail programs' containers carry `>`."""
    return cut(html_text.text_of(html))


def cut(text: str) -> Cut:
    """Cut a plain text mail body."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > _MAX_LINES:
        return Cut(reply=text.strip("\n"))
    return _cut_lines(lines, nesting=0)


def _cut_lines(lines: list[str], nesting: int) -> Cut:
    start = _first_start(lines)
    if start is None:
        return _cut_marked(lines)
    before, rest = lines[: start.first], lines[start.end :]
    if start.kind == "forward":
        return _cut_forward(before, lines[start.first :], rest)
    if start.kind == "attribution":
        return _cut_attribution(before, lines[start.first : start.end], rest, nesting)
    if _says_something(before):
        return _made(before, quoted=lines[start.first :])
    return _made(rest, quoted=lines[start.first : start.end])


def _cut_forward(before: list[str], forwarded: list[str], rest: list[str]) -> Cut:
    """A forward without a word of its own still says something: what it forwards."""
    reply = _tidy(before) or _tidy(rest)
    return Cut(_joined(reply), forwarded=_joined(forwarded))


def _cut_attribution(before: list[str], introduction: list[str], rest: list[str], nesting: int) -> Cut:
    block = _leading_quote(rest)
    after = rest[block:]
    has_before, has_after = _says_something(before), bool(_tidy(after))
    if has_before and (block == 0 or not has_after):
        return _made(before, quoted=[*introduction, *rest])
    if nesting > 50:
        return _made([*before, *rest], quoted=introduction)
    if block and not has_before:
        if not has_after:
            return Cut("", quoted=_joined([*introduction, *rest]))
        inner = _cut_lines(after, nesting + 1)
        return Cut(inner.reply, _joined([*introduction, *rest[:block], inner.quoted]), inner.forwarded)
    # Answers between the quotes: these stay, as the answers make no sense without them.
    inner = _cut_lines(after if has_before else rest, nesting + 1)
    kept = inner.reply.split("\n")
    if has_before:
        gap = [""] if not after[0].strip() else []
        kept = [*before, *rest[:block], *gap, *kept]
    return Cut(_joined(_tidy(kept)), _joined([*introduction, inner.quoted]), inner.forwarded)


def _cut_marked(lines: list[str]) -> Cut:
    """Text without any introduction: what is quoted at its end is cut, unless there is nothing else."""
    kept = _tidy(lines)
    end = len(kept)
    while end and (_QUOTE.match(kept[end - 1]) or not kept[end - 1].strip()):
        end -= 1
    if end == len(kept) or not _says_something(kept[:end]):
        return Cut(_joined(kept))
    return _made(kept[:end], quoted=kept[end:])


def _made(reply: list[str], quoted: list[str]) -> Cut:
    return Cut(_joined(_tidy(reply)), quoted=_joined(quoted))


def _first_start(lines: list[str]) -> _Start | None:
    """The first introduction. Inside quote marks it counts only as the beginning of a quoted block."""
    in_quote = False
    for index, line in enumerate(lines):
        is_quoted = _QUOTE.match(line) is not None
        if line.strip() and not (is_quoted and in_quote):
            found = _start_at(lines, index, is_quoted=is_quoted)
            if found is not None:
                return found
        in_quote = is_quoted or (in_quote and not line.strip())
    return None


def _start_at(lines: list[str], index: int, *, is_quoted: bool) -> _Start | None:
    window = lines[index : index + _ATTRIBUTION_LINES + 3]
    if is_quoted:
        window = [_UNQUOTE.sub("", line) for line in window]
    first = window[0]
    if words.FORWARD_MARK.match(first):
        return _Start("forward", index, index + 1 + _header_block(window[1:], least=1))
    if words.ORIGINAL_MARK.match(first):
        return _Start("original", index, index + 1 + _header_block(window[1:], least=1))
    if words.FROM_LINE.match(first) and (length := _header_block(window, least=3)):
        return _Start("headers", index, index + length)
    length = _attribution_length(window)
    if not length:
        return None
    skipped = _foreign_lines(window[:length])
    return _Start("attribution", index + skipped, index + length)


def _header_block(lines: Sequence[str], least: int) -> int:
    """How many lines from the first on are a header block (folded values included), 0 where there are fewer than `least`."""
    names = end = blanks = 0
    for index, line in enumerate(lines):
        if words.HEADER_LINE.match(line):
            names, end, blanks = names + 1, index + 1, 0
        elif not line.strip():
            blanks += 1
            if names or blanks > 1:
                break
        elif names == 0 or index - end >= 1:
            break
    return end if names >= least else 0


def _attribution_length(window: Sequence[str]) -> int:
    """How many lines from the first on introduce a quote, 0 for none."""
    joined = ""
    for count, line in enumerate(window[:_ATTRIBUTION_LINES], start=1):
        if not line.strip() and count > 1:
            return 0
        joined = f"{joined} {line.strip()}".strip()
        if len(joined) > _ATTRIBUTION_LENGTH:
            return 0
        if _may_end_attribution(line) and _is_attribution(joined):
            return count
    return 0


def _may_end_attribution(line: str) -> bool:
    """A cheap look before the dear ones: nearly every line of every mail comes here."""
    end = line.rstrip(_INVISIBLE)
    return end.endswith((":", "：", "-", "*", "_")) or _STARTS_WITH_YEAR.match(line) is not None


def _foreign_lines(introduction: Sequence[str]) -> int:
    """How many lines at its beginning are not part of it: the customer's last line may stand right above."""
    whole = _evidence(" ".join(introduction))
    for skipped in range(len(introduction) - 1, 0, -1):
        rest = " ".join(line.strip() for line in introduction[skipped:])
        if _evidence(rest) == whole and _is_attribution(rest):
            return skipped
    return 0


def _evidence(text: str) -> tuple[bool, bool, bool]:
    """Whether a text holds an address, a year and a time."""
    return _ADDRESS.search(text) is not None, _YEAR.search(text) is not None, _TIME.search(text) is not None


def _is_attribution(text: str) -> bool:
    if _DATED_NAME.match(text):
        return True
    ends_with_colon = _ENDS_WITH_COLON.search(text) is not None
    if not ends_with_colon and not _ENDS_WITH_WROTE.search(text):
        return False
    address, year, time = evidence = _evidence(text)
    if ends_with_colon and all(evidence):
        return _begins_like_one(text)
    if not words.WROTE.search(text):
        return False
    if address and text.partition("<")[0].count(" ") <= 5 and not _DIGIT.search(text.partition("<")[0]):
        return True  # Jane Doe <jane@shop.example> wrote:
    return bool(words.ATTRIBUTION_START.match(text) and (address or year or time))


def _begins_like_one(text: str) -> bool:
    """An address, a year, a time and a colon: in any language, unless a sentence of the customer ends before them."""
    head = text[: min(len(text), 200)]
    return not re.search(r"[.!?]\s+[A-ZÄÖÜ]\w+\s+\w+\s+\w+\s", head.partition("<")[0])


def _leading_quote(lines: Sequence[str]) -> int:
    """How many lines at the beginning are one quoted block, empty lines between included."""
    end = 0
    for index, line in enumerate(lines):
        if _QUOTE.match(line):
            end = index + 1
        elif line.strip():
            break
    return end


def _says_something(lines: Sequence[str]) -> bool:
    return any(not _QUOTE.match(line) for line in _tidy(list(lines)))


def _tidy(lines: list[str]) -> list[str]:
    """Without signature, footers of mobile programs, and empty or ornamental lines at either end."""
    kept = _without_signature(lines)
    end = len(kept)
    while end and (not kept[end - 1].strip() or _is_ornament(kept, end - 1)):
        end -= 1
    start = 0
    while start < end and not kept[start].strip():
        start += 1
    return kept[start:end]


def _is_ornament(lines: list[str], index: int) -> bool:
    line = lines[index]
    if words.DELIMITER.match(line) and not line.strip().startswith("```"):
        return True
    if len(line) > _FOOTER_LENGTH or not words.MOBILE_FOOTER.match(line):
        return False
    said = _LINK.sub("", line)  # "Sent from my old address, order 1234?" is not a footer
    return "?" not in said and not re.search(r"\d{4}", said)


def _without_signature(lines: list[str]) -> list[str]:
    for index, line in enumerate(lines):
        if words.SIGNATURE_MARK.match(line):
            tail = [one for one in lines[index + 1 :] if one.strip()]
            if len(tail) <= _SIGNATURE_LINES and sum(map(len, tail)) <= _SIGNATURE_LENGTH:
                return lines[:index]
    return lines


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(lines).strip("\n")
