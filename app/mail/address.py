"""Mail addresses as people write them: RFC 5322 address lists, read tolerantly and in linear time.

The standard library's parser either raises on, drops, or (since 3.13) refuses whole lists with one odd
member. A desk must still answer that customer, so this reader takes what it can recognise.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

# Quoted strings and comments are bounded so that an unclosed quote cannot make the scan quadratic; a quoted pair
# outside of them opens none, for the same reason.
_TOKEN = re.compile(
    r"""
    (?P<quoted>"(?:[^"\\]|\\.){0,998}")
  | (?P<comment>\((?:[^()\\]|\\.){0,998}\))
  | (?P<angle><[^<>]{0,998}>)
  | (?P<mark>[,;:])
  | (?P<space>\s+)
  | (?P<atom>(?:[^\s",;:()<>\\]++|\\.)++|(?:\((?=\())++|.)
    """,
    re.VERBOSE | re.DOTALL,
)
# It starts where a word starts: tried at each letter of a long word, it would be quadratic.
_BARE = re.compile(
    r"(?<![^\s<>()\[\]\"',;:])(?:[^\s<>()\[\]\"',;:]+@[^\s<>()\[\]\"',;:]+|[^\s<>()\"',;:]+@\[[^\s\[\]]+\])"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox: a display name (which proves nothing) and an address. Either may be empty."""

    name: str = ""
    address: str = ""

    @property
    def key(self) -> str:
        """The address as it is compared: case-folded. Local parts differing in case only do not exist in practice."""
        return self.address.casefold()

    @property
    def domain(self) -> str:
        return self.key.rpartition("@")[2]

    @property
    def local_part(self) -> str:
        return self.key.rpartition("@")[0]

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


@dataclass(slots=True)
class _Member:
    phrase: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    angle: str | None = None
    words_before: int = 0  # of `phrase`, before the angle
    # Kept while tokens come in: asking the text at each mark would be quadratic.
    has_text: bool = False
    has_at: bool = False
    is_encoded: bool = False

    def add_phrase(self, text: str) -> None:
        self.phrase.append(text)
        self.has_text = self.has_text or not text.isspace()
        self.has_at = self.has_at or "@" in text
        self.is_encoded = self.is_encoded or "=?" in text

    @property
    def is_complete(self) -> bool:
        return self.angle is not None and "@" in self.angle

    def split(self) -> "_Member":
        """Take off the words behind the angle: the name of a mailbox that no comma parts from this one."""
        following = _Member()
        for word in self.phrase[self.words_before :]:
            following.add_phrase(word)
        self.phrase = self.phrase[: self.words_before]
        return following

    @property
    def text(self) -> str:
        return " ".join("".join(self.phrase).split())


def parse_addresses(value: str, decode: Callable[[str], str] = str) -> tuple[Address, ...]:
    """The mailboxes of an address header, in order; groups are flattened, what has no address is left out.

    Args:
        value: The unfolded header, encoded words still encoded: decoding first could forge a separator.
        decode: Applied to display names (RFC 2047), and to a member without any address, which is then
            read once more: some programs encode the whole header.
    """
    found = []
    for member in _members(value):
        address = _to_address(member, decode)
        if address is not None:
            found.append(address)
        elif (plain := decode(member.text)) != member.text and "@" in plain:
            found.extend(parse_addresses(plain))
    return tuple(found)


def _members(value: str) -> Iterator[_Member]:
    member = _Member()
    for token in _TOKEN.finditer(value):
        kind, text = token.lastgroup, token.group()
        if kind == "mark":
            if text == ":" and member.angle is None and not member.has_at:
                member = _Member()  # the name of a group
                continue
            if text == "," and member.angle is None and not member.has_at and member.has_text:
                if member.is_encoded:  # a whole member encoded, not half of a name
                    yield member
                    member = _Member()
                else:
                    member.add_phrase(", ")  # "Doe, Jane <jane@shop.example>", unquoted
                continue
            yield member
            member = _Member()
        else:
            if kind == "angle" and member.is_complete and "@" in text:
                following = member.split()
                yield member
                member = following
            _add(member, kind or "atom", text)
    yield member


def _add(member: _Member, kind: str, text: str) -> None:
    if kind == "quoted":
        member.add_phrase(_unquote(text))
    elif kind == "comment":
        member.comments.append(_unquote(text))
    elif kind == "angle" and not member.is_complete:
        member.angle, member.words_before = text[1:-1], len(member.phrase)
    elif kind == "space":
        member.add_phrase(" ")
    elif kind == "atom":
        member.add_phrase(text)


def _unquote(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)


def _to_address(member: _Member, decode: Callable[[str], str]) -> Address | None:
    if member.angle is not None:
        route_free = member.angle.rpartition(":")[2] if member.angle.startswith("@") else member.angle
        address = _clean_address(decode(route_free) if "=?" in route_free else route_free)
        name = member.text.strip(", ")
    else:
        bare = _BARE.search(member.text)
        if bare is None or "=?" in bare.group():
            return None
        address = _clean_address(bare.group())
        name = (member.text[: bare.start()] + member.text[bare.end() :]).strip(" ,'\"[]")
    if not address:
        return None
    return Address(name=_clean_name(decode(name or " ".join(member.comments)), address), address=address)


def _clean_address(text: str) -> str:
    compact = _CONTROL.sub("", "".join(text.split())).strip("'\"")
    if compact.lower().startswith("mailto:"):
        compact = compact[len("mailto:") :]
    return compact if "@" in compact.strip("@") else ""


def _clean_name(text: str, address: str) -> str:
    name = " ".join(_CONTROL.sub(" ", text).split())
    if len(name) > 1 and name[0] == name[-1] and name[0] in "'\"":
        name = name[1:-1].strip()
    return "" if name.casefold() == address.casefold() else name
