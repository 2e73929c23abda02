"""The pretend model: from the text of a mail to everything that a triage function may ask about it."""

import functools
import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Self

from app.sandbox.openai.examples import load_examples
from app.sandbox.openai.intent_classifier import IntentClassifier
from app.sandbox.openai.language import detect_language
from app.sandbox.openai.mail import read_mail
from app.sandbox.openai.numbers import Found, find_order_numbers, find_tracking_numbers
from app.sandbox.openai.products import find_product
from app.sandbox.openai.request_finder import Piece, find_pieces
from app.sandbox.openai.summary import summarise
from app.sandbox.openai.tone import detect_sentiment, detect_urgency

# A request without a number is still one request.
_NO_NUMBER: Final[list[str | None]] = [None]
_ABOUT_THE_SHOP: Final = frozenset(
    {
        "return_policy",
        "shipping_question",
        "product_question",
        "payment_question",
        "ordering_help",
        "account_help",
        "newsletter",
        "business_inquiry",
    }
)


_ANOTHER: Final = re.compile(
    r"\b(?:other|another|second|andere[nrs]?|zweite[nrs]?|autre|deuxi[èe]me|otr[oa]|segund[oa]|altr[oa]|ander|outr[oa]|di[ğg]er)\b"
    r"|دیگر|دومی|آخر|الثاني",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Request:
    """One thing that the mail asks for; `evidence` is a substring of its subject or body."""

    intent: str
    order_number: str | None
    product_query: str | None
    tracking_number: str | None
    evidence: str


@dataclass(frozen=True)
class Triage:
    """What was read in one mail. `language` is a BCP 47 code, `summary` one English line."""

    language: str
    sentiment: str
    urgency: str
    summary: str
    requests: tuple[Request, ...]

    def as_hints(self) -> Mapping[str, Any]:
        """Values by property name; those of the first request also stand on their own."""
        first = asdict(self.requests[0]) if self.requests else {}
        return {**first, **asdict(self), "requests": [asdict(request) for request in self.requests]}


@functools.cache
def _classifier() -> IntentClassifier:
    """Learnt once for all sandboxes of a process: the same examples give the same one, and it keeps nothing of what it reads."""
    return IntentClassifier(load_examples())


class TextModel:
    """A text classifier and rules. It understands nothing: words inside a mail are never instructions to it."""

    def __init__(self, classifier: IntentClassifier) -> None:
        self._classifier = classifier

    @classmethod
    def train(cls) -> Self:
        """Learns from the example files; a second or two of CPU, the same result every time."""
        return cls(_classifier())

    def triage(self, text: str, *, intents: Collection[str] | None = None) -> Triage:
        """Reads the mail in a prompt.

        Args:
            text: The user's side of the prompt; see `read_mail` for where the mail is in it.
            intents: The only names that may be answered; None allows all that there are examples of.
        """
        mail = read_mail(text)
        subject, body = _numbers(mail.subject), _numbers(mail.body)
        pieces = find_pieces(mail, self._classifier, intents, body.orders)
        requests = _with_known(_requests(pieces, subject, body), mail.known_orders)
        whole = f"{mail.subject}\n{mail.body}"
        return Triage(
            language=detect_language(whole),
            sentiment=detect_sentiment(whole),
            urgency=detect_urgency(whole),
            summary=summarise(
                [(request.intent, request.order_number, request.product_query) for request in requests]
            ),
            requests=requests,
        )


@dataclass(frozen=True)
class _Numbers:
    orders: list[Found]
    tracking: list[Found]


def _requests(pieces: list[Piece], subject: _Numbers, body: _Numbers) -> tuple[Request, ...]:
    found = []
    for piece in pieces:
        orders = _for_piece(piece, subject.orders, body.orders)
        tracking = _for_piece(piece, subject.tracking, body.tracking)[:1]
        product = find_product(piece.text) if piece.intent == "product_question" else None
        found += [
            Request(piece.intent, order, product, next(iter(tracking), None), piece.text)
            for order in orders or _NO_NUMBER
        ]
    return tuple(dict.fromkeys(found))


def _with_known(requests: tuple[Request, ...], known: tuple[str, ...]) -> tuple[Request, ...]:
    """A follow-up without a number is about the order that was spoken of last, unless it says that it means another."""
    if not known or any(request.order_number for request in requests):
        return requests
    return tuple(
        request
        if request.intent in {*_ABOUT_THE_SHOP, "other", "human_request", "feedback"}
        or _ANOTHER.search(request.evidence)
        else replace(request, order_number=known[-1])
        for request in requests
    )


def _numbers(text: str) -> _Numbers:
    tracking = find_tracking_numbers(text)
    return _Numbers(find_order_numbers(text, tracking), tracking)


def _for_piece(piece: Piece, in_subject: list[Found], in_body: list[Found]) -> list[str]:
    """The numbers inside the piece itself; else the last one before it, the first one after it, the subject's.

    A question about the shop and not about an order has only the numbers inside it.
    """
    inside = [
        one for one in (in_subject if piece.in_subject else in_body) if piece.start <= one.start < piece.end
    ]
    if piece.intent in _ABOUT_THE_SHOP:
        return _values(inside)
    if piece.in_subject:
        return _values(inside or in_body[:1])
    before = [one for one in in_body if one.end <= piece.start]
    return _values(inside or before[-1:] or in_body[:1] or in_subject[:1])


def _values(found: list[Found]) -> list[str]:
    return list(dict.fromkeys(one.value for one in found))
