"""Whether a reply leaves by itself, waits for a person, or is left to a person altogether; and why.

`RULES` is the whole policy, in order. Each rule looks at the case alone and gives a reason or nothing. Every reason
that applies is kept, the first is the main one, and the strictest action wins: `hand_over` before `hold` before
`send`. Nothing here reads a clock, a database or a setting: the caller counts.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.intents.situation import Situation
from app.replies.grounding import Finding
from app.replies.topics import asks_for_person, find_topics
from app.replies.trust import may_tell_facts
from app.vocabulary import Authenticity, Mode, Ownership, Sentiment


class Action(StrEnum):
    SEND = "send"
    HOLD = "hold"  # a draft waits for a person's approval
    HAND_OVER = "hand_over"  # a person writes; there is no draft


@dataclass(frozen=True)
class Request:
    """One thing that the customer wants, and what it came to.

    Attributes:
        situation: What the facts amount to, and the template that answers it.
        mode: What the store lets Pasokh do with this intent.
        ownership: How the recipient's address stands to the order; None where there is no order.
        is_evidenced: The customer's words that show the request are really in the mail.
    """

    situation: Situation
    mode: Mode
    ownership: Ownership | None = None
    is_evidenced: bool = True


@dataclass(frozen=True)
class Budget:
    """Automatic mails in a window. `scope` is in an agent's words: "to this address within a day"."""

    scope: str
    sent: int
    limit: int

    @property
    def is_spent(self) -> bool:
        return self.sent >= self.limit


@dataclass(frozen=True)
class Case:
    """All that the decision rests on.

    Attributes:
        requests: Every request of the mail, in its order.
        text: What the customer newly wrote, for words that always go to a person.
        authenticity: Whether SPF, DKIM and DMARC back the From address.
        authenticity_reasons: Why, a sentence each.
        sentiment: As the classifier read it.
        is_stopped: The store's stop switch for automatic mail.
        stop_reason: Who or what used it, in a sentence.
        is_reply_to_ignored: The mail asked for answers to another address than From.
        suppressed: Why mail to the recipient came back, or what they complained of, in a sentence; empty where it arrives.
        is_with_person: A person has answered in this conversation or is assigned to it.
        problems: What reading or understanding found doubtful, one sentence each.
        budgets: Automatic mails so far.
        repeats: Those to nearly the same text from the same sender.
        findings: What grounding found in the draft.
    """

    requests: tuple[Request, ...]
    text: str
    authenticity: Authenticity
    sentiment: Sentiment
    authenticity_reasons: tuple[str, ...] = ()
    is_stopped: bool = False
    stop_reason: str = ""
    is_reply_to_ignored: bool = False
    suppressed: str = ""
    is_with_person: bool = False
    problems: tuple[str, ...] = ()
    budgets: tuple[Budget, ...] = ()
    repeats: Budget | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Reason:
    """Which rule spoke (`code`, constant) and what it says to an agent."""

    code: str
    sentence: str


@dataclass(frozen=True)
class Decision:
    action: Action
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class _Verdict:
    action: Action
    reason: Reason


Rule = Callable[[Case], Iterator[_Verdict]]

_STRICTNESS = {Action.SEND: 0, Action.HOLD: 1, Action.HAND_OVER: 2}
_ALL_PASSED = Reason(
    "all_rules_passed", "Every request is answered by a template in automatic mode; no rule held it."
)


def answerable(requests: Sequence[Request]) -> tuple[Situation, ...]:
    """The situations that a draft may be made of: a template exists, the intent is not off, it may be told."""
    return tuple(
        request.situation
        for request in requests
        if request.situation.name is not None and request.mode is not Mode.OFF and _may_be_told(request)
    )


def decide(case: Case) -> Decision:
    """What happens with the reply, and the reasons in the order of `RULES`."""
    verdicts = [verdict for rule in RULES for verdict in rule(case)]
    if not verdicts:
        return Decision(Action.SEND, (_ALL_PASSED,))
    action = max((verdict.action for verdict in verdicts), key=_STRICTNESS.__getitem__)
    reasons = dict.fromkeys(verdict.reason for verdict in verdicts)
    return Decision(action, tuple(reasons))


def _hold(code: str, sentence: str) -> _Verdict:
    return _Verdict(Action.HOLD, Reason(code, sentence))


def _hand_over(code: str, sentence: str) -> _Verdict:
    return _Verdict(Action.HAND_OVER, Reason(code, sentence))


def _may_be_told(request: Request) -> bool:
    return may_tell_facts(request.situation.facts, request.ownership)


def _stop_switch(case: Case) -> Iterator[_Verdict]:
    if case.is_stopped:
        sentences = ("Automatic replies of this store are switched off.", case.stop_reason)
        yield _hold("stopped", " ".join(filter(None, sentences)))


def _authenticity(case: Case) -> Iterator[_Verdict]:
    if case.authenticity is Authenticity.FAILED:
        sentences = ("The sender may not be who they seem to be.", *case.authenticity_reasons)
        yield _hold("sender_failed_checks", " ".join(sentences))


def _reply_to(case: Case) -> Iterator[_Verdict]:
    if case.is_reply_to_ignored:
        yield _hold(
            "reply_to_differs", "The mail asks for answers to another address than the one it came from."
        )


def _suppression(case: Case) -> Iterator[_Verdict]:
    if case.suppressed:
        yield _hold("suppressed", f"{case.suppressed} Nothing is written there without a person.")


def _disclosure(case: Case) -> Iterator[_Verdict]:
    for request in case.requests:
        if not _may_be_told(request):
            yield _hold(
                "not_theirs",
                "What was looked up may not be told to this address: it does not stand on the order.",
            )


def _problems(case: Case) -> Iterator[_Verdict]:
    for problem in case.problems:
        yield _hold("doubtful_reading", problem)
    for request in case.requests:
        if not request.is_evidenced:
            yield _hold(
                "no_evidence",
                f"The mail does not contain the words that were given for “{_intent(request)}”.",
            )


def _asks_for_person(case: Case) -> Iterator[_Verdict]:
    if asks_for_person(case.text):
        yield _hand_over(
            "asks_for_person", "The customer answered an automatic reply by asking for a person."
        )


def _all_answered(case: Case) -> Iterator[_Verdict]:
    if not case.requests:
        yield _hand_over("no_request", "It is not clear what the customer wants.")
    elif not answerable(case.requests):
        for request in case.requests:
            yield _hand_over(*_unanswered(request))
    else:
        for request in case.requests:
            if request.situation.name is None or request.mode is Mode.OFF:
                yield _hold(*_unanswered(request))


def _unanswered(request: Request) -> tuple[str, str]:
    if request.mode is Mode.OFF:
        return "intent_off", f"The store leaves “{_intent(request)}” to people."
    if request.situation.name is None:
        return "no_template", request.situation.person or f"No template answers “{_intent(request)}”."
    return "not_told", f"Nothing may be told about “{_intent(request)}” to this address."


def _needs_person(case: Case) -> Iterator[_Verdict]:
    for request in case.requests:
        if request.situation.person is not None and request.situation.name is not None:
            yield _hold("situation_needs_person", request.situation.person)


def _sentiment(case: Case) -> Iterator[_Verdict]:
    if case.sentiment is Sentiment.ANGRY:
        yield _hold("angry", "The customer is angry; a person should read this before it leaves.")


def _topics(case: Case) -> Iterator[_Verdict]:
    for topic in find_topics(case.text):
        yield _hand_over(topic.code, topic.sentence)


def _person_in_thread(case: Case) -> Iterator[_Verdict]:
    if case.is_with_person:
        yield _hold("person_in_thread", "A person is already in this conversation.")


def _budget(case: Case) -> Iterator[_Verdict]:
    for budget in case.budgets:
        if budget.is_spent:
            yield _hold(
                "budget_spent",
                f"{budget.sent} automatic replies {budget.scope}: the limit is {budget.limit}.",
            )
    if case.repeats is not None and case.repeats.is_spent:
        yield _hold(
            "repeats_itself",
            f"Nearly the same text came {case.repeats.sent} times before within a day, and was answered each time: "
            "it may be a robot that answers us.",
        )


def _grounding(case: Case) -> Iterator[_Verdict]:
    for finding in case.findings:
        yield _hold("ungrounded", finding.sentence)


def _modes(case: Case) -> Iterator[_Verdict]:
    for request in case.requests:
        if request.mode is Mode.DRAFT and request.situation.name is not None:
            yield _hold(
                "intent_on_draft",
                f"The store wants to see replies to “{_intent(request)}” before they leave.",
            )


def _intent(request: Request) -> str:
    return request.situation.intent.value.replace("_", " ")


RULES: tuple[Rule, ...] = (
    _stop_switch,
    _authenticity,
    _reply_to,
    _suppression,
    _disclosure,
    _problems,
    _asks_for_person,
    _all_answered,
    _needs_person,
    _sentiment,
    _topics,
    _person_in_thread,
    _budget,
    _grounding,
    _modes,
)
