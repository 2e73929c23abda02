"""Wrong replies made of right ones: what a model, a template or a tired person could get wrong. Seeded by the caller.

Each is false of the facts by the way it is made. What could be true is left out by looking at the facts and the words
alone, never at what the checker says: a full refund where one was made, a denial that is denied already.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.intents.situation import Money, Situation
from app.replies.locales import LATIN_DIGITS, PERSIAN_DIGITS, Locale
from app.replies.plain import normal
from app.replies.tokens import Found, Token, TokenKind, read
from tests.replies.may_be_true import is_false
from tests.replies.wrong_words import CONTACTS, OPPOSITES, PROMISES, STATES_NOTHING, UNITS

_DIGIT = re.compile(r"\d")
_EITHER = re.compile(r"(?:st|nd|rd|th)?\s(?:or|oder|ou|o|یا)\s(?:the\s|den\s|le\s|el\s)?")
"""Between two that say the same in either order: `on the 8th or 9th`."""

_COUNT = re.compile(r"(?<![\w#])[\d.,٫٬-]+\s$")
_SENTENCE_END = re.compile(r"[!?؟\n]|\.(?=\s|$)")

# What is another's: no sample and no case has it.
_FOREIGN_DAYS = (date(2026, 8, 3), date(2026, 7, 19), date(2026, 11, 11))
_FOREIGN_MONEY = (Money(Decimal("61.20"), "EUR"), Money(Decimal("418.00"), "EUR"))
_FOREIGN_NUMBERS = ("3377", "00340434161194", "1Z999AA10123456784")


_PARTS = (
    "Part of your",
    "Ein Teil",
    "بخشی از",
    "Une partie",
    "Una parte",
    "Der Schal",
    "The scarf",
    "شال هنوز",
    "L'écharpe",
    "El pañuelo",
)
"""Where a part has been sent and another has not, the opposite is true as well."""


@dataclass(frozen=True)
class Corruption:
    """A wrong text, and what was done to it."""

    kind: str
    text: str
    what: str


def corruptions(
    text: str, locale: Locale, rng: random.Random, situations: Sequence[Situation], today: date
) -> Iterator[Corruption]:
    """One corruption of each kind that the text allows, chosen at random; `today`: the store's day."""

    def promise(text: str, locale: Locale, rng: random.Random) -> Made:
        fitting = [one for one in PROMISES[locale.code] if is_false(one, situations, today)]
        sentence = rng.choice(fitting)
        return _inserted(text, sentence, rng), sentence

    for kind, make in {**_MAKERS, "promise": promise}.items():
        made = make(text, locale, rng)
        if made is not None and made[0] != text:
            yield Corruption(kind, *made)


Made = tuple[str, str] | None


def _digit(text: str, locale: Locale, rng: random.Random) -> Made:
    places = [match.start() for match in _DIGIT.finditer(text)]
    if not places:
        return None
    place = rng.choice(places)
    digits = PERSIAN_DIGITS if text[place] in PERSIAN_DIGITS else LATIN_DIGITS
    other = rng.choice([digit for digit in digits if digit != text[place]])
    return text[:place] + other + text[place + 1 :], f"{text[place - 8 : place + 8]!r}: {other}"


def _swapped(kind: TokenKind) -> Callable[[str, Locale, random.Random], Made]:
    def make(text: str, locale: Locale, rng: random.Random) -> Made:
        found = _places(text, kind, locale)
        pairs = [
            (a, b)
            for a in found
            for b in found
            if a.start < b.start
            and _worth(a.token) != _worth(b.token)
            and not _EITHER.fullmatch(text, a.end, b.start)
        ]
        if not pairs:
            return None
        a, b = rng.choice(pairs)
        first, second = text[a.start : a.end], text[b.start : b.end]
        return text[: a.start] + second + text[a.end : b.start] + first + text[
            b.end :
        ], f"{first} <> {second}"

    return make


def _worth(token: Token) -> str:
    """The value; of an amount in tomans that in rials, which says the same."""
    amount, _, currency = token.value.partition(" ")
    return f"{Decimal(amount) * 10:f} IRR" if currency == "IRT" else token.value


def _unit(text: str, locale: Locale, rng: random.Random) -> Made:
    """Another unit behind a number, or another currency."""
    return _replaced(text, UNITS[locale.code], rng, lambda match: match[0] == "€" or _is_counted(match))


def _is_counted(match: re.Match[str]) -> bool:
    before = match.string[: match.start()]
    return bool(_COUNT.search(before)) or before.endswith(("€ ", "€\u00a0"))


def _opposite(text: str, locale: Locale, rng: random.Random) -> Made:
    if any(part in text for part in _PARTS):
        return None
    return _replaced(text, OPPOSITES[locale.code], rng, lambda match: _is_stated(match, locale))


def _is_stated(match: re.Match[str], locale: Locale) -> bool:
    """Not in a question, under a condition, or under a negation that the replacement would leave."""
    text = match.string
    start = max((end.end() for end in _SENTENCE_END.finditer(text, 0, match.start())), default=0)
    ends = _SENTENCE_END.search(text, match.end())
    rest = text[start : match.start()] + " " + text[match.end() : ends.end() if ends else len(text)]
    return not STATES_NOTHING[locale.code].search(rest)


def _replaced(
    text: str, pairs: tuple[tuple[str, str], ...], rng: random.Random, fits: Callable[[re.Match[str]], bool]
) -> Made:
    fitting = [
        (match, new)
        for old, new in pairs
        if (match := next(filter(fits, re.finditer(rf"(?<!\w){re.escape(old)}(?!\w)", text)), None))
    ]
    if not fitting:
        return None
    match, new = rng.choice(fitting)
    return text[: match.start()] + new + text[match.end() :], f"{match[0]} > {new}"


def _foreign(text: str, locale: Locale, rng: random.Random) -> Made:
    found = [
        place
        for kind in (TokenKind.DATE, TokenKind.MONEY, TokenKind.NUMBER)
        for place in _places(text, kind, locale)
    ]
    if not found:
        return None
    place = rng.choice(found)
    match place.token.kind:
        case TokenKind.DATE:
            other = locale.date(rng.choice(_FOREIGN_DAYS))
        case TokenKind.MONEY:
            other = locale.money(rng.choice(_FOREIGN_MONEY))
        case _:
            other = rng.choice(_FOREIGN_NUMBERS)
    if other == text[place.start : place.end]:
        return None
    return text[: place.start] + other + text[place.end :], f"{text[place.start : place.end]} > {other}"


def _contact(text: str, locale: Locale, rng: random.Random) -> Made:
    """A foreign link, address, phone or tracking number."""
    sentence = rng.choice(CONTACTS[locale.code]).format(
        host=rng.choice(("shop-help.example", "nima.example.net", "bit.ly", "shop.example.evil.example")),
        name=rng.choice(("support", "sara", "refunds")),
        phone=f"+49 {rng.randrange(30, 900)} {rng.randrange(10**5, 10**6)}",
        tracking=f"{rng.choice(('JJD', '1Z', 'RR'))}{rng.randrange(10**9, 10**10)}",
    )
    return _inserted(text, sentence, rng), sentence


def _inserted(text: str, sentence: str, rng: random.Random) -> str:
    paragraphs = text.split("\n\n")
    place = rng.randrange(len(paragraphs)) + 1
    return "\n\n".join([*paragraphs[:place], sentence, *paragraphs[place:]])


def _places(text: str, kind: TokenKind, locale: Locale) -> list[Found]:
    """Where tokens stand in a text; directional marks only part them here."""
    seen = re.sub("[\u2066-\u2069]", " ", normal(text))
    return [found for found in read(seen, locale)[0] if found.token.kind is kind]


_MAKERS: dict[str, Callable[[str, Locale, random.Random], Made]] = {
    "digit": _digit,
    "dates swapped": _swapped(TokenKind.DATE),
    "amounts swapped": _swapped(TokenKind.MONEY),
    "unit": _unit,
    "opposite": _opposite,
    "another's fact": _foreign,
    "contact": _contact,
}
