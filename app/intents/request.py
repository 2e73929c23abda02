"""What a mail asks for, after its words were checked against the mail."""

from dataclasses import dataclass

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
