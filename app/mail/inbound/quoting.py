"""What did the customer newly write? Cuts quoted and forwarded mails, signatures and footers off a text.

HTML takes the same way: `html_text` writes what mail programs mark as quoted with `>`. When in doubt, text
is kept: a quote too much costs a little, a lost question costs the customer. So quoted lines that are answered
between stay, a cut that would leave nothing but a greeting is not made, and a mail that is only a forwarded one
says what that one says.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import dropwhile

from app.mail.inbound import attributions, html_text, quote_headers, signatures
from app.mail.inbound.banners import without_banner
from app.mail.inbound.disclaimers import without_disclaimers
from app.mail.inbound.message import InboundMail
from app.mail.inbound.quote_looks import Looks
from app.mail.inbound.subjects import read_subject

# What quotes are looked for in grows with the text, so that short lines by the thousand cost no more than long ones.
_LINES = 300
_LINE_LENGTH = 120
_MAX_LINES = 20_000
_ATTRIBUTION = 8  # as many looks as its many expressions cost
_MAX_NESTING = 10
_MAX_ENDS = 8  # notices and footers that follow each other
_MAX_FOOTERS = 20  # lines of them
_WINDOW = 16
_SHORTEST, _SHORT = 4, 45  # a mark without any ornament is as long
_BLANKS = frozenset(" \t")
_EDGES = frozenset(quote_headers.ORNAMENTS)
_WRAPPED_LENGTH = 60  # a quoted line that a mail program may have broken anew

_BIDI = "\u200e\u200f\u202a-\u202e\u2066-\u2069"
_QUOTE = re.compile(
    rf"^[\s{_BIDI}]{{0,4}}(?:>|\|(?=\s|$)|: ?>)|^[A-Z][A-Za-z]{{0,9}}> ?(?!\S*@)",
)
_UNQUOTE = re.compile(rf"^[\s{_BIDI}]{{0,4}}(?:: ?>|[>|]) ?")
_LONGEST_MARK = 11  # "SomebodyAB>"
_QUOTE_STARTS = frozenset(">|: \t\u00a0\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# What tells without parsing that an HTML mail holds a quote.
_QUOTING_HTML = re.compile(
    r"<blockquote|gmail_(?:quote|attr)|moz-cite|_quote|yahoo_quoted|divRplyFwdMsg|zmail_extra|OLK_SRC|<hr"
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


class _Parts:
    """`Cut` in lines: a long one is not joined and parted again for each quote in another.

    Empty lines stand at neither end of a part.
    """

    def __init__(self, reply: list[str], quoted: Sequence[str] = (), forwarded: Sequence[str] = ()) -> None:
        self.reply = _trimmed(reply)
        self.quoted = _trimmed(quoted)
        self.forwarded = _trimmed(forwarded)

    def joined(self) -> Cut:
        return Cut("\n".join(self.reply), "\n".join(self.quoted), "\n".join(self.forwarded))


def newly_written(mail: InboundMail) -> Cut:
    """Cut a mail's text; where a plain text part hides its quotes, the HTML's containers show them.

    Outlook puts the same headers above what it answers and what it forwards: the subject tells which.
    """
    found = _by_text_or_html(mail)
    if found.forwarded or not found.quoted or not read_subject(mail.subject).is_forward:
        return found
    quoted = found.quoted.split("\n")
    start = _first_start(quoted, Looks(len(quoted)))
    is_whole = start is not None and start.first == 0 and start.kind in {"headers", "original"}
    return Cut(found.reply, forwarded=found.quoted) if is_whole else found


def _by_text_or_html(mail: InboundMail) -> Cut:
    found = cut(mail.text)
    if mail.html is None or mail.text_is_html or found.quoted or found.forwarded:
        return found
    if not _QUOTING_HTML.search(mail.html):
        return found
    by_html = cut_html(mail.html)
    return by_html if by_html.reply and (by_html.quoted or by_html.forwarded) else found


def cut_html(html: str) -> Cut:
    """Cut an HTML document by its text, where blockquotes and mail programs' containers carry `>`."""
    return cut(html_text.text_of(html))


def cut(text: str) -> Cut:
    """Cut a plain text mail body."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    lines = plain.split("\n")
    most = min(_LINES + len(text) // _LINE_LENGTH, _MAX_LINES)
    near = lines[:most]
    found = _cut_lines(without_banner(near), Looks(len(near)), nesting=0).joined()
    if len(lines) <= most:
        return found
    rest = "\n".join(lines[most:])
    if found.quoted or found.forwarded:
        return Cut(found.reply, f"{found.quoted}\n{rest}", found.forwarded)
    return Cut(f"{found.reply}\n{rest}".strip("\n"))


def _cut_lines(lines: list[str], looks: Looks, nesting: int) -> _Parts:
    start = _first_start(lines, looks) if nesting <= _MAX_NESTING else None
    if start is None:
        return _cut_marked(lines)
    before, introduction, rest = lines[: start.first], lines[start.first : start.end], lines[start.end :]
    if start.kind == "forward":
        return _cut_forward(before, introduction, rest, looks, nesting)
    if start.kind == "attribution":
        return _cut_attribution(before, introduction, rest, looks, nesting)
    block = _leading_quote(rest)
    if not all(map(_is_blank, rest[:block])) and _tidy(rest[block:]):
        return _cut_attribution(before, introduction, rest, looks, nesting)
    if not signatures.says_nothing(_tidy(before)):
        return _Parts(_tidy(before), quoted=[*introduction, *rest])
    return _cut_forward(before, introduction, rest, looks, nesting)


def _cut_forward(
    before: list[str], introduction: list[str], rest: list[str], looks: Looks, nesting: int
) -> _Parts:
    """A forward without a word of its own still says something: what it forwards."""
    reply = _tidy(before)
    if signatures.says_nothing(reply):
        inner = _cut_lines(rest, looks, nesting + 1)
        reply = _spaced(reply, [*dropwhile(_is_blank, inner.reply)])
    return _Parts(reply, forwarded=[*introduction, *rest])


def _cut_attribution(
    before: list[str], introduction: list[str], rest: list[str], looks: Looks, nesting: int
) -> _Parts:
    block = _leading_quote(rest)
    after = rest[block:]
    has_before, has_after = _says_something(before), bool(_tidy(after))
    if has_before and not has_after:
        return _Parts(_tidy(before), quoted=[*introduction, *rest])
    if has_before and block == 0 and not signatures.says_nothing(_tidy(before)):
        return _Parts(_tidy(before), quoted=[*introduction, *rest])
    if block and not has_before:
        if not has_after:
            return _Parts([], quoted=[*introduction, *rest])
        inner = _cut_lines(after, looks, nesting + 1)
        return _Parts(inner.reply, [*introduction, *rest[:block], *inner.quoted], inner.forwarded)
    # Answers between the quotes: these stay, as the answers make no sense without them.
    inner = _cut_lines(after if has_before else rest, looks, nesting + 1)
    kept = inner.reply
    if has_before:
        gap = [""] if not after[0].strip() else []
        kept = _spaced(_tidy(before), [*dropwhile(_is_blank, rest[:block]), *gap, *kept])
    return _Parts(_tidy(kept), [*introduction, *inner.quoted], inner.forwarded)


def _cut_marked(lines: list[str]) -> _Parts:
    """Text without any introduction: what is quoted at its end is cut, unless there is nothing else."""
    kept = _tidy(lines)
    if signatures.says_nothing(kept):
        kept = _without_end(lines)  # some write below their signature
    end = len(kept)
    while end and (not kept[end - 1].strip() or _is_quoted(kept[end - 1])):
        end -= 1
    if end == len(kept) or signatures.says_nothing(kept[:end]) or not _says_something(kept[:end]):
        return _Parts(kept)
    return _Parts(_tidy(kept[:end]), quoted=kept[end:])


def _first_start(lines: list[str], looks: Looks) -> _Start | None:
    """The first introduction. Inside quote marks it counts only as the beginning of a quoted block."""
    block_start = -1  # of the quoted block that the line before is in
    plain_start = 0
    for index, line in enumerate(lines):
        if not line or line.isspace():
            continue
        found = None
        if not _is_quoted(line):
            block_start = -1
            if not _may_start(line):
                continue
            found = _start_at(lines, index, plain_start, looks)
        else:
            if block_start < 0:
                block_start = index
                # "> wrote:" of a wrapped address looks quoted, and GroupWise's ">>> Ann 5 Jan 10:00 >>>"
                if (len(line) < _WRAPPED_LENGTH or line.startswith(">>> ")) and _may_start(line):
                    found = _start_at(lines, index, plain_start, looks)
            plain_start = index + 1
            if found is None and index - block_start < 5:
                found = _quoted_start(lines, index, block_start, looks)
        if found is not None or looks.are_spent:
            return found
    return None


def _quoted_start(lines: list[str], index: int, block_start: int, looks: Looks) -> _Start | None:
    line = _unquoted(lines[index])
    if not line or not _may_start(line) or not looks.take():
        return None
    window = [_unquoted(line) for line in lines[block_start : index + _WINDOW]]
    found = _start_at(window, index - block_start, 0, looks)
    if found is None or found.first > 0:
        return None
    return _Start(found.kind, block_start, block_start + found.end)


def _unquoted(line: str) -> str:
    mark = _UNQUOTE.match(line)
    return line[mark.end() :] if mark else line


def _may_start(line: str) -> bool:
    """A cheap look before the dear ones: every line of every mail that says anything comes here."""
    if ":" in line or "：" in line:
        return True
    if line[:4].isdigit():  # a year
        return True
    bare = line.strip() if line[0] in _BLANKS or line[-1] in _BLANKS else line
    return (
        bare[0] in _EDGES
        or bare[-1] in _EDGES
        or (_SHORTEST <= len(bare) < _SHORT and quote_headers.may_be_mark(bare))
    )


def _start_at(lines: list[str], index: int, floor: int, looks: Looks) -> _Start | None:
    """Whether an introduction begins or ends at a line of which `_may_start` holds."""
    if not looks.glance():
        return None
    line = lines[index]
    following = lines[index + 1 : index + _WINDOW]
    if kind := quote_headers.mark(line, following):
        length = quote_headers.block_length(following, least=1)
        return _Start(kind, index, index + 1 + length)
    if block := _headers(line, following, looks):
        return _Start("headers", index, index + block)
    if not attributions.may_end(line) or not looks.take():
        return None
    return _attribution(lines, index, floor, looks)


def _headers(line: str, following: list[str], looks: Looks) -> int:
    """How many lines from this one on are another mail's headers, with the rule above them; 0 where they are none."""
    length = 0
    if quote_headers.begins_block(line) and looks.take():
        length = quote_headers.block_length([line, *following], least=3)
    if not length and quote_headers.is_rule(line):
        if looks.take():
            gap = int(bool(following) and not following[0].strip())
            length = quote_headers.foreign_block_length(following[gap:], is_below_rule=True)
            length += 1 + gap if length else 0
    elif not length and quote_headers.begins_foreign_block(line) and looks.take():
        length = quote_headers.foreign_block_length([line, *following], is_below_rule=False)
    return length


def _attribution(lines: list[str], index: int, floor: int, looks: Looks) -> _Start | None:
    quote_follows = _quote_follows(lines[index + 1 : index + _WINDOW])
    if not attributions.is_possible(lines, index, floor, quote_follows=quote_follows):
        return None
    if not looks.take(_ATTRIBUTION):
        return None
    first = attributions.lines_before(lines, index, floor, quote_follows=quote_follows)
    return None if first is None else _Start("attribution", first, index + 1)


def _quote_follows(following: Iterable[str]) -> bool:
    return next((_is_quoted(line) for line in following if line.strip()), False)


def _is_quoted(line: str) -> bool:
    head = line[:_LONGEST_MARK]
    if ">" not in head and "|" not in head:
        return False
    first = line[0]
    if not (first in _QUOTE_STARTS or (first.isascii() and first.isupper())):
        return False
    return _QUOTE.match(line) is not None and not _is_table_row(line.strip())


def _is_table_row(line: str) -> bool:
    return len(line) > 2 and line[0] == line[-1] == "|"


def _leading_quote(lines: Sequence[str]) -> int:
    """How many lines at the beginning are one quoted block, empty lines between included."""
    end = 0
    for index, line in enumerate(lines):
        if _is_quoted(line) or (line.startswith(": ") and 0 < index == end):
            end = index + 1
        elif line.strip() and not _is_wrapped(lines, index):
            break
    return end


def _is_blank(line: str) -> bool:
    """Whether it is empty but for quote marks."""
    return line.strip() in {"", ">", ">>", "> >"}


def _is_wrapped(lines: Sequence[str], index: int) -> bool:
    """The end of a quoted line that a program broke without knowing of quotes."""
    return (
        0 < index < len(lines) - 1
        and _is_quoted(lines[index - 1])
        and _is_quoted(lines[index + 1])
        and len(lines[index - 1]) >= _WRAPPED_LENGTH
        and len(lines[index]) < _WRAPPED_LENGTH // 2
    )


def _says_something(lines: list[str]) -> bool:
    return any(not _is_quoted(line) for line in _tidy(lines))


def _tidy(lines: list[str]) -> list[str]:
    """Without signature, notices, footers of mobile programs, and empty or ornamental lines at either end."""
    kept = _without_end(lines)
    if (shorter := signatures.without_signature(kept)) is not kept:
        kept = _without_end(shorter)
    start = 0
    while start < len(kept) and not kept[start].strip():
        start += 1
    return kept[start:]


def _without_end(lines: list[str]) -> list[str]:
    kept = lines
    for _ in range(_MAX_ENDS):
        kept = without_disclaimers(kept)
        end = len(kept)
        said = 0
        while end and said < _MAX_FOOTERS and _is_end(kept, end - 1):
            end -= 1
            said += bool(kept[end].strip())
        if end == len(kept):
            break
        kept = kept[:end]
    return kept


def _is_end(lines: Sequence[str], index: int) -> bool:
    line = lines[index]
    if not line.strip():
        return True
    if signatures.is_link(line):  # where to get the program that the footer names
        return index > 0 and signatures.is_footer(lines[index - 1])
    return (signatures.is_ornament(line) and not line.strip().startswith("```")) or signatures.is_footer(line)


def _spaced(above: list[str], below: list[str]) -> list[str]:
    """Both, with an empty line between where both say something."""
    return [*above, "", *below] if above and below else [*above, *below]


def _trimmed(lines: Sequence[str]) -> list[str]:
    start, end = 0, len(lines)
    while start < end and not lines[start]:
        start += 1
    while start < end and not lines[end - 1]:
        end -= 1
    return [*lines[start:end]]
