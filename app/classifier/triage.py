"""The function that the model must call, and what remains of its answer when code has checked it."""

import hashlib
import json
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from app.classifier.evidence import has_number, is_quoted
from app.classifier.fencing import fenced, new_nonce, shorten
from app.classifier.mentions import may_be_tracking
from app.classifier.model import MAX_OUTPUT_TOKENS, Function, FunctionCall, MalformedAnswer, Model, Usage
from app.classifier.tokens import estimate_tokens
from app.errors import NeedsPerson
from app.vocabulary import Intent, Sentiment, Urgency

VERSION = "triage-2"
_INSTRUCTIONS = resources.files(__package__).joinpath("prompts/triage.md").read_text(encoding="utf-8")
_SCHEMA = resources.files(__package__).joinpath("prompts/triage.schema.json").read_text(encoding="utf-8")
PROMPT_HASH = hashlib.sha256((_INSTRUCTIONS + _SCHEMA).encode()).hexdigest()[:16]
FUNCTION = Function("triage_email", "Describe what a shopper's email asks for.", json.loads(_SCHEMA))

_STATIC_TOKENS = estimate_tokens(_INSTRUCTIONS + _SCHEMA)
_MAIL_TOKENS = 3_000
"""Of the customer's newest words: their beginning, where the question mostly stands, and their end."""
_BEFORE_TOKENS = 1_000
"""Of what the customer wrote shortly before, which still waits for an answer."""
_LONGEST_SUBJECT = 500
_MOST_REQUESTS = 5
"""Of one mail: each costs look-ups, and who writes more of them is no shopper, or needs a person."""
_TOO_MANY = "The mail asks for more than five things: only the first five were looked up."
_TOO_LONG = "The mail is too long to be understood as a whole: its middle has not been read."


class TriagedRequest(BaseModel):
    """One thing that the shopper wants, as the model reads it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    intent: Intent
    order_number: str | None
    product_query: str | None
    tracking_number: str | None
    evidence: str


class Triage(BaseModel):
    """What the model says of a mail. Strict mode promises this shape; we check it all the same."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: str
    sentiment: Sentiment
    urgency: Urgency
    summary: str
    requests: tuple[TriagedRequest, ...]


@dataclass(frozen=True)
class Question:
    """What the model is shown. Secrets have been blanked.

    Attributes:
        text: What the customer newly wrote.
        before: Their mails shortly before that one, which are answered together with it, oldest first.
        earlier: Summaries of what was asked and answered in this thread, oldest first.
        known_orders: Order numbers that the customer gave in this thread, for "any news?" and "and the other one?".
    """

    store: str
    subject: str
    text: str
    before: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    known_orders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Triaged:
    """A checked answer. `problems` are sentences for an agent: what code refused, and why the mail is held."""

    triage: Triage
    problems: tuple[str, ...]
    usage: Usage


class NotUnderstood(NeedsPerson):
    """The model answered badly twice; `usage` is what that cost."""

    code = "not_understood"

    def __init__(self, message: str, usage: Usage | None) -> None:
        super().__init__(message)
        self.usage = usage


async def triage(model: Model, question: Question) -> Triaged:
    """One model call, one repair try where its answer is malformed.

    Raises:
        TryLater: the model is out of reach.
        NotUnderstood: it answered badly twice.
        NeedsPerson: it refused the mail.
    """
    shown = _cut(question)
    first = _prompt(shown)
    usage: Usage | None = None
    complaint = ""
    for messages in ([first], [first, "That answer was malformed. Call triage_email again, by its schema."]):
        try:
            call = await model.call(
                FUNCTION, instructions=_INSTRUCTIONS, messages=messages, cache_key=VERSION
            )
        except MalformedAnswer as error:
            complaint = error.message
            usage = _sum(usage, error.usage)
            continue
        usage = _sum(usage, call.usage)
        found = _parse(call)
        if found is not None and usage is not None:
            checked, problems = _check(found, shown)
            return Triaged(checked, (*problems, *([] if _is_whole(shown, question) else [_TOO_LONG])), usage)
        complaint = "The model's answer did not fit its schema."
    raise NotUnderstood(f"The model could not make sense of this mail. {complaint}", usage)


def _is_whole(shown: Question, question: Question) -> bool:
    return (shown.text, shown.before) == (question.text, question.before)


def _sum(known: Usage | None, more: Usage | None) -> Usage | None:
    return known + more if known is not None and more is not None else known or more


def price_at_most(model: Model, question: Question) -> float:
    """What triage of this mail costs at most, in USD: two tries, each with the longest answer. Known before the call."""
    shown = estimate_tokens(_prompt(_cut(question)))
    return 2 * model.price(_STATIC_TOKENS + shown, MAX_OUTPUT_TOKENS)


def _cut(question: Question) -> Question:
    """What of a mail is shown to the model. Its claims are held against just this: a mail may have megabytes."""
    return replace(
        question,
        subject=question.subject[:_LONGEST_SUBJECT],
        text=shorten(question.text, _MAIL_TOKENS),
        before=_newest(question.before, _BEFORE_TOKENS),
    )


def _newest(texts: tuple[str, ...], budget: int) -> tuple[str, ...]:
    """As many of the texts as fit, from the newest back; the first that does not is shortened, the others are left out."""
    kept: list[str] = []
    for text in reversed(texts):
        if budget <= 0:
            break
        shown = shorten(text, budget)
        kept.append(shown)
        budget -= estimate_tokens(shown)
    return tuple(reversed(kept))


def _prompt(question: Question) -> str:
    """The mail last, so that what stays the same can be cached; its fence bears a number that nobody can guess."""
    earlier = "".join(f"Earlier in this conversation: {summary}\n" for summary in question.earlier)
    if question.known_orders:
        earlier += f"Order numbers that the shopper gave earlier: {', '.join(question.known_orders)}\n"
    text = "\n\n".join((*question.before, question.text))
    mail = fenced("email", f"Subject: {question.subject}\n\n{text}", new_nonce())
    return f"Shop: {question.store}\n{earlier}{mail}"


def _parse(call: FunctionCall) -> Triage | None:
    try:
        return Triage.model_validate_json(call.arguments)
    except ValidationError:
        return None


def _check(found: Triage, question: Question) -> tuple[Triage, tuple[str, ...]]:
    """Drop what the mail does not say."""
    mail = "\n".join((question.subject, *question.before, question.text))
    problems: list[str] = []
    kept: list[TriagedRequest] = []
    for request in found.requests:
        if len(kept) == _MOST_REQUESTS:
            problems.append(_TOO_MANY)
            break
        if not is_quoted(request.evidence, mail):
            problems.append(f"The words that should show “{request.intent}” are not in the mail.")
            continue
        changes: dict[str, Any] = {}
        for field, label in (("order_number", "order number"), ("tracking_number", "tracking number")):
            value = getattr(request, field)
            is_known = field == "order_number" and value in question.known_orders
            if value and not is_known and not has_number(value, mail):
                problems.append(f"The {label} that was read is not in the mail.")
                changes[field] = None
        if request.tracking_number and not may_be_tracking(request.tracking_number):
            changes["tracking_number"] = None  # an order number, mostly: nothing to hold the mail for
        if request.product_query and not _is_mentioned(request.product_query, mail):
            problems.append("The product that was read is not in the mail.")
            changes["product_query"] = None
        kept.append(request.model_copy(update=changes))
    return found.model_copy(update={"requests": tuple(kept)}), tuple(problems)


def _is_mentioned(product: str, mail: str) -> bool:
    """A product may be named in other order or number; each of its longer words must stand in the mail."""
    words = [word for word in product.split() if len(word) > 3] or product.split()
    return all(is_quoted(word, mail) for word in words)
