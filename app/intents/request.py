"""What a mail asks for, after its words were checked against the mail."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.classifier.triage import Triage
from app.vocabulary import Intent, Sentiment


@dataclass(frozen=True)
class Request:
    """One of the things that a mail asks for.

    Attributes:
        intent: What the customer wants.
        order_number: As the customer wrote it; None if the mail names none for this request.
        product_query: What the customer calls the product; None if they name none.
        tracking_number: As the customer wrote it; None if the mail names none.
        evidence: The customer's own words that show the intent.
        text: All that the customer newly wrote: the goods may be named in another sentence than the question.
        sentiment: Of the whole mail, as the classifier read it.
    """

    intent: Intent
    order_number: str | None = None
    product_query: str | None = None
    tracking_number: str | None = None
    evidence: str = ""
    text: str = ""
    sentiment: Sentiment = Sentiment.NEUTRAL


def requests_of(found: Triage, text: str = "") -> tuple[Request, ...]:
    """All that the model read in a mail; `text` is what the customer newly wrote."""
    return tuple(
        Request(
            intent=one.intent,
            order_number=one.order_number,
            product_query=one.product_query,
            tracking_number=one.tracking_number,
            evidence=one.evidence,
            text=text,
            sentiment=found.sentiment,
        )
        for one in found.requests
    )


def without_echoes(requests: Sequence[Request]) -> tuple[Request, ...]:
    """Where a parcel is missing or damaged, "it was delivered" is no answer: the question where it is goes with it."""
    troubled = {request.order_number for request in requests if request.intent is Intent.DELIVERY_PROBLEM}
    return tuple(
        request
        for request in requests
        if request.intent is not Intent.ORDER_STATUS
        or not troubled
        or (None not in troubled and request.order_number not in {*troubled, None})
    )
