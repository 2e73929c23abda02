"""Links, addresses, dates, money and numbers of a text, in one form for all languages, with their places.

Readers run one after another; each takes what it knows out of the text, so that the year of a date is not also a
number. The same eyes read facts and replies: what they misread, they misread alike on both sides.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import lru_cache

import jdatetime
from babel import Locale as Cldr
from babel.numbers import get_currency_symbol, get_decimal_symbol, list_currencies

from app.replies.bidi import strip_marks
from app.replies.locales import Locale
from app.replies.number_forms import number_form
from app.replies.plain import SEPARATORS, Text
from app.replies.words import LANGUAGES, lexicon


class TokenKind(StrEnum):
    LINK = "link"
    EMAIL = "email address"
    DATE = "date"
    MONEY = "price"
    NUMBER = "number"  # also order and tracking numbers: any word with a digit in it
    DURATION = "time span"
    PERCENT = "percentage"
    DAY = "day"  # today, next week, Monday
    STATUS = "statement"
    PROMISE = "promise"


@dataclass(frozen=True, order=True)
class Token:
    """Something checkable: `date 2026-10-05`, `price 12.5 EUR`, `number 1001`."""

    kind: TokenKind
    value: str


@dataclass(frozen=True)
class Found:
    """A token, and where it stands."""

    start: int
    end: int
    token: Token


# Each pattern begins where a run begins (the lookbehinds), so that a long run is read once and not from every letter.
_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_IN_LINK = r"[^\s<>\"«»“”„،؛؟]"
_LINK = re.compile(
    rf"https?://{_IN_LINK}+|(?<![\w.@-])(?:[a-z0-9-]+\.)+[a-z]{{2,24}}(?![\w-])(?:/{_IN_LINK}*)?",
    re.IGNORECASE,
)
_ISO_DATE = re.compile(r"(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])")
_NUMERIC_DATE = re.compile(
    r"(?<![\w.,/-])(?:\d{1,2}([./])\d{1,2}\1(?:\d{4}|\d{2})|\d{1,2}-\d{1,2}-\d{4}|\d{4}/\d{1,2}/\d{1,2})(?!\w)"
)
_SHORT_DATE = re.compile(
    r"(?<![\w.,/-])(?:(?:0?[1-9]|[12]\d|3[01])\.[ ]?(?:0?[1-9]|1[0-2])\.(?!\d)|(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|[12]\d|3[01])(?![\w/]))"
)
_WEEK = re.compile(
    r"(?<!\w)(?:KW|Kalenderwoche|calendar week|semaine|semana)\s?(?P<week>[1-4]?\d|5[0-3])(?!\w)",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"(?<![\d.,'’])(?:(?<!\d )\d{1,3}(?: \d{3})+(?:[.,]\d+)?(?![\d.,'’]*\d)|\d+(?:[.,'’]\d+)*)(?:[.,][-–—](?!\d))?(?!\w)"
)
_NUMBER = re.compile(r"(?<!\w)(?:\d+(?: \d+)+(?!\w)|\w+(?:[-./,:_]\w+)*)")

_TO = r"(?:[-–]|to|and|or|until|bis|und|oder|au|et|ou|al|y|o|e|a|تا|و|یا|الی)"
_DAY_BEFORE = re.compile(
    rf"(?<![\w.,/:-])(?P<day>\d{{1,2}})(?:st|nd|rd|th|er)?\.?\s?{_TO}\s?(?:(?:the|dem|den|zum|zum|le|el)\s)?$",
    re.IGNORECASE,
)
_DAY_BEHIND = re.compile(rf"\s?{_TO}\s?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\w:/]|[.,]\d)", re.IGNORECASE)
_BEHIND_A_DAY = "à|par|et|au|dernier|prochain|pour|chez|y|a|por|al|pasado|próximo|se|lo|nous|vous|como"
_BEHIND_AN_ORDINAL = "of|and|or|to|at|if|then|with|via|by|but|so|as|from|for|in|on|is|was|we|it|you|they|he|she|your|our|latest|until|till|when|which|that|because|since|after|before|the|this|has|have|will|should|are|were|through|already|instead|between|onwards|there|its|just|around|a|i|my|nobody|somebody"
_LONGEST_LINK = 14
"""Characters between a day and the date whose month it shares."""

_HAS_DIGIT = re.compile(r"\d")

# Abbreviations that people write and CLDR does not have.
_ALSO = {"sept": 9, "jan": 1, "févr": 2, "febr": 2, "jänner": 1, "setiembre": 9, "ژانویه": 1, "اوت": 8}

_LONGEST_MONTH = 31
_JALALI = "jalali"
_GREGORIAN = "gregorian"


def tokens(text: str, locale: Locale) -> frozenset[Token]:
    """The tokens of a plain text; `locale` decides what `1.234` and `$` mean."""
    found, _ = read(Text.of_plain(text).normal, locale)
    return frozenset(one.token for one in found)


def read(text: str, locale: Locale) -> tuple[list[Found], str]:
    """The tokens of a `normal` text without directional marks, in order, and the text with spaces in their place."""
    rest, found = text, list[Found]()
    readers: tuple[Callable[[str], Iterator[tuple[int, int, Token]]], ...] = (
        _emails,
        _links,
        lambda remaining: _dates(remaining, locale.code),
        lambda remaining: _money(remaining, locale),
        _short_dates,
        lambda remaining: _days(remaining, locale.code),
        _numbers,
    )
    for reader in readers:
        spans = [Found(*span) for span in reader(rest)]
        if spans:
            found += spans
            rest = blanked(rest, [(one.start, one.end) for one in spans])
    return sorted(found, key=lambda one: one.start), rest


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with spaces in place of the spans."""
    pieces: list[str] = []
    last = 0
    for start, end in sorted(spans):
        begin = max(start, last)
        if end > begin:
            pieces += (text[last:begin], " " * (end - begin))
            last = end
    return "".join((*pieces, text[last:]))


@lru_cache(maxsize=2048)
def date_tokens(day: date) -> frozenset[Token]:
    """A day in every form that a reply may write it in: with and without year, in both calendars, in digits."""
    jalali = jdatetime.date.fromgregorian(date=day)
    numeric = {
        f"{day:%d.%m.%Y}",
        f"{day:%d/%m/%Y}",
        f"{day:%m/%d/%Y}",
        f"{day.day}.{day.month}.{day.year}",
        f"{day.day}/{day.month}/{day.year}",
        f"{day.month}/{day.day}/{day.year}",
        f"{jalali.year}/{jalali.month:02}/{jalali.day:02}",
        f"{jalali.year}/{jalali.month}/{jalali.day}",
        f"{day:%d.%m.%y}",
        f"{day:%d/%m/%y}",
        f"{day.day}.{day.month}.",
        f"{day:%d.%m.}",
        f"{day.day}/{day.month}",
        f"{day:%d/%m}",
        f"{day.month}/{day.day}",
        f"{day:%m/%d}",
        f"{jalali.month}/{jalali.day}",
        f"{jalali.day}/{jalali.month}/{jalali.year}",
        f"week {day.isocalendar().week}",
        f"day {day.day}",
        f"{_JALALI} day {jalali.day}",
    }
    words = {
        day.isoformat(),
        _without_year(_GREGORIAN, day.month, day.day),
        _without_year(_JALALI, jalali.month, jalali.day),
    }
    return frozenset(Token(TokenKind.DATE, form) for form in words | numeric)


def _emails(text: str) -> Iterator[tuple[int, int, Token]]:
    for match in _EMAIL.finditer(text):
        yield *match.span(), Token(TokenKind.EMAIL, match.group().casefold())


def _links(text: str) -> Iterator[tuple[int, int, Token]]:
    for match in _LINK.finditer(text):
        link = match.group().rstrip(".,;:!?'’*_")
        while link.endswith(")") and link.count(")") > link.count("("):
            link = link[:-1]
        yield match.start(), match.start() + len(link), Token(TokenKind.LINK, link)


def _dates(text: str, code: str) -> Iterator[tuple[int, int, Token]]:
    for pattern in (_ISO_DATE, _NUMERIC_DATE):
        for match in pattern.finditer(text):
            yield *match.span(), Token(TokenKind.DATE, _dated(match.group()))
    months = _months(code)
    for match in _worded_dates(code).finditer(text):
        groups = match.groupdict()
        calendar, month = months[(groups["month"] or groups["first"]).casefold()]
        written = groups["day"] or groups["second"]
        day, year = int(written) if written.isdecimal() else 1, groups["year"]  # «اول مهر»
        yield *match.span(), Token(TokenKind.DATE, _day_value(calendar, month, day, year))
        shared = _DAY_BEFORE.search(text, max(0, match.start() - _LONGEST_LINK), match.start())
        if groups["second"]:
            shared = _DAY_BEHIND.match(text, match.end())
        if shared:  # `8-12 October`: both are days of that month
            yield (
                *shared.span("day"),
                Token(TokenKind.DATE, _day_value(calendar, month, int(shared["day"]), year)),
            )


def _days(text: str, code: str) -> Iterator[tuple[int, int, Token]]:
    """Days of a month that is not named: `the 8th`, `Donnerstag, den 8.`, `jeudi 8`."""
    calendar = f"{_JALALI} " if code == "fa" else ""
    for match in _bare_days(code).finditer(text):
        name = match.lastgroup or "day"
        if not 0 < int(match[name]) <= _LONGEST_MONTH:
            continue  # `le 42`: a size
        yield *match.span(name), Token(TokenKind.DATE, f"{calendar}day {int(match[name])}")


def _short_dates(text: str) -> Iterator[tuple[int, int, Token]]:
    for match in _SHORT_DATE.finditer(text):
        if match.group() != "24/7":
            yield *match.span(), Token(TokenKind.DATE, match.group().replace(" ", ""))
    for match in _WEEK.finditer(text):
        yield *match.span(), Token(TokenKind.DATE, f"week {int(match['week'])}")


def _dated(text: str) -> str:
    """`06-10-2026` as `06/10/2026`."""
    return text if _ISO_DATE.fullmatch(text) else text.replace("-", "/")


def _day_value(calendar: str, month: int, day: int, year: str | None) -> str:
    if year is None:
        return _without_year(calendar, month, day)
    try:
        if calendar == _JALALI:
            gregorian: date = jdatetime.date(int(year), month, day).togregorian()
            return gregorian.isoformat()
        return date(int(year), month, day).isoformat()
    except ValueError:
        return f"{calendar} {year}-{month:02}-{day:02}, which does not exist"


def _without_year(calendar: str, month: int, day: int) -> str:
    return f"{calendar} {month:02}-{day:02}"


@lru_cache
def _months(code: str) -> dict[str, tuple[str, int]]:
    """Month names of a language and of all others that replies know, case-folded, with calendar and month."""
    names: dict[str, tuple[str, int]] = {}
    for language in dict.fromkeys((code, *LANGUAGES)):
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for month, name in Cldr.parse(language).months[context][width].items():
                    names.setdefault(name.casefold().rstrip("."), (_GREGORIAN, month))
    for name, month in _ALSO.items():
        names.setdefault(name, (_GREGORIAN, month))
    for index, name in enumerate(jdatetime.date.j_months_fa, start=1):
        names[name.casefold()] = (_JALALI, index)
    return names


@lru_cache
def _worded_dates(code: str) -> re.Pattern[str]:
    """`5. Oktober 2026`, `5 de octubre`, `1er mars`, `۱۳ مهر ماه ۱۴۰۵`; only English puts the month first."""
    every = "|".join(re.escape(name) for name in sorted(_months(code), key=len, reverse=True))
    english = Cldr.parse("en").months["format"]
    first = "|".join(
        sorted(
            ("Sept", *(n for w in ("wide", "abbreviated") for n in english[w].values())),
            key=len,
            reverse=True,
        )
    )
    day = r"(?<![\w.,])(?P<day>\d{1,2}|(?<!\w)(?:اول|یکم|first|premier|primero|ersten)(?= ))(?:st|nd|rd|th|er|º)?\.?[ \n-]?"
    day_first = rf"{day}(?:(?:of|de)\s)?(?P<month>{every})(?!\w)(?:\.(?=\s?\d{{4}}))?(?:[ \u200c]?ماه(?!\w))?"
    month_first = rf"(?<!\w)(?P<first>{first})\.?[ \n](?P<second>\d{{1,2}})(?:st|nd|rd|th)?(?!\w)"
    return re.compile(
        rf"(?:{day_first}|{month_first})(?:,?\s(?:del?\s)?(?P<year>\d{{4}})(?!\w))?", re.IGNORECASE
    )


@lru_cache
def _bare_days(code: str) -> re.Pattern[str]:
    names = {
        name for language in {code, "en"} for name in Cldr.parse(language).days["format"]["wide"].values()
    }
    weekdays = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    article = "the|den|dem|der|le|el|día"
    return re.compile(
        rf"(?<!\w)(?P<ordinal>\d{{1,2}})(?:st|nd|rd|th)(?=\W*$|\s*[^\w\s]|\s(?:{_BEHIND_AN_ORDINAL})(?!\w))"
        rf"|(?<!\w)(?:{weekdays}),?[ \n](?:(?:{article})[ \n])?(?P<day>\d{{1,2}})(?!\w|[.,/:-]\d)"
        rf"|(?<!\w)(?:(?:am|zum|vom|den|dem)[ ](?P<dotted>\d{{1,2}})\.(?![ ]?\d)"
        rf"|(?:le|au|du|el|al|del|día)[ ](?P<alone>\d{{1,2}})(?=[.,;:!?)]?(?:\s*$|\n|\s?[;!?)]|[.,:][ ]|[ ](?:{_BEHIND_A_DAY})(?!\w))))",
        re.IGNORECASE | re.MULTILINE,
    )


def _money(text: str, locale: Locale) -> Iterator[tuple[int, int, Token]]:
    taken = 0
    for match in _AMOUNT.finditer(text):
        start, end = match.span()
        before, after = _mark_before(text, start, locale), _mark_after(text, end, locale)
        if before is not None and start - len(before) < taken:
            before = None  # `40 EUR 15 %`: the sign is of the amount before it
        mark = before or after
        if mark is not None:
            taken = end + len("" if before else mark)
            value = f"{_amount(match.group().rstrip('.,-–—'), locale):f} {_currencies(locale)[mark.strip()]}"
            yield start - len(before or ""), taken, Token(TokenKind.MONEY, value)


def _mark_before(text: str, position: int, locale: Locale) -> str | None:
    """The currency, and a space if there is one, that end at a position."""
    for length in range(min(_longest(locale), position), 0, -1):
        mark = text[position - length : position]
        starts_inside = position > length and mark[0].isalnum() and text[position - length - 1].isalnum()
        if mark.strip() in _currencies(locale) and mark == mark.lstrip() and not starts_inside:
            return mark
    return None


def _mark_after(text: str, position: int, locale: Locale) -> str | None:
    """The currency, after a space if there is one, that begins at a position."""
    for length in range(_longest(locale), 0, -1):
        mark = text[position : position + length]
        following = text[position + length : position + length + 1]
        if mark.lstrip() in _currencies(locale) and not (mark[-1].isalnum() and following.isalnum()):
            return mark
    return None


@lru_cache
def _currencies(locale: Locale) -> dict[str, str]:
    """Symbols, codes and, where the locale writes them, names of currencies."""
    marks: dict[str, str] = {}
    for code in sorted(list_currencies()):
        marks.setdefault(get_currency_symbol(code, locale=locale.babel), code)
        marks[code] = code
        if locale.currency_words is not None:
            marks.setdefault(_fold_spaces(locale.currency_word(code)), code)
    for mark, code in {
        "$": "USD",
        "€": "EUR",
        "£": "GBP",
        "¥": "JPY",
        **lexicon(locale.code).currencies,
    }.items():
        marks.setdefault(mark, code)
    return {strip_marks(mark): code for mark, code in marks.items() if mark.strip()}


@lru_cache
def _longest(locale: Locale) -> int:
    return max(map(len, _currencies(locale))) + 1


def _fold_spaces(text: str) -> str:
    return text.translate(SEPARATORS)


def _amount(text: str, locale: Locale) -> Decimal:
    """The value of `1.234,5`, `1,234.50` or `1'234`.

    The last mark is decimal, unless it stands there twice, or three digits follow it and the locale groups by it.
    """
    digits = re.sub(r"['’ ]", "", text)
    marks = [character for character in digits if character in ".,"]
    if marks:
        last = marks[-1]
        decimals = digits.rpartition(last)[2]
        is_decimal = marks.count(last) == 1 and (len(decimals) != 3 or last == _decimal_mark(locale))
        head = re.sub(r"[.,]", "", digits[: -len(decimals)])
        digits = f"{head}.{decimals}" if is_decimal else head + decimals
    try:
        return Decimal(digits).normalize()
    except InvalidOperation:
        return Decimal(-1)


@lru_cache
def _decimal_mark(locale: Locale) -> str:
    return get_decimal_symbol(locale.babel, numbering_system="default").translate(SEPARATORS)


def _numbers(text: str) -> Iterator[tuple[int, int, Token]]:
    for match in _NUMBER.finditer(text):
        if _HAS_DIGIT.search(match.group()):
            form = number_form(match.group())
            if form is not None:
                yield match.start(), match.start() + form[1], Token(TokenKind.NUMBER, form[0])
