"""Whether a reply leaves by itself, waits for a person, or is left to a person altogether; and why.

`RULES` is the whole policy, in order. Each rule looks at the case alone and gives a reason or nothing. Every reason
that applies is kept, the first is the main one, and the strictest action wins: `hand_over` before `hold` before
`send`. Nothing here reads a clock, a database or a setting: the caller counts. The words are in app/replies/reasons.py.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.intents.situation import Situation
from app.intents.titles import title_of
from app.replies.grounding import Finding
from app.replies.reasons import ASKS_FOR_PERSON, Reason, say
from app.replies.topics import asks_for_person, find_topics
from app.replies.trust import may_tell_facts
from app.vocabulary import Authenticity, AutomaticHours, Intent, Mode, Ownership, Sentiment


class Action(StrEnum):
    SEND = "send"
    HOLD = "hold"  # a draft waits for a person's approval
    HAND_OVER = "hand_over"  # a person writes; there is no draft


@dataclass(frozen=True)
class Request:
    """One thing that the customer wants, and what it came to.

    Attributes:
        situation: What the facts amount to, and the template that answers it.
        mode: What the store lets Pasokh do with this situation of the intent.
        ownership: How the recipient's address stands to the order; None where there is no order.
    """

    situation: Situation
    mode: Mode
    ownership: Ownership | None = None


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
class Repeated:
    """A question that an automatic reply answered before. `when` is in an agent's words: "3 hours"."""

    intent: Intent
    when: str
    conversation: str


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
        vip: Why the store wants a person to see what this customer gets, as a part of a sentence.
        vip_unknown: Why that could not be found out, in a sentence; empty where it could, or nobody wants to know.
        handed_over: The id of a conversation in which the same contact waits for a person.
        is_handed_over_here: It is this one.
        is_with_person: A person has answered in this conversation or is assigned to it.
        repeated: What the contact asks again, soon after an automatic answer.
        automatic_hours: When the store lets replies leave without a person.
        is_open: Somebody works at this moment.
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
    vip: str = ""
    vip_unknown: str = ""
    handed_over: str = ""
    is_handed_over_here: bool = False
    is_with_person: bool = False
    repeated: Repeated | None = None
    automatic_hours: AutomaticHours = AutomaticHours.ALWAYS
    is_open: bool = True
    problems: tuple[str, ...] = ()
    budgets: tuple[Budget, ...] = ()
    repeats: Budget | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Decision:
    """What happens, why, and which of the rules had nothing to say, by name."""

    action: Action
    reasons: tuple[Reason, ...]
    passed: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Verdict:
    action: Action
    reason: Reason


Rule = Callable[[Case], Iterator[_Verdict]]

_STRICTNESS = {Action.SEND: 0, Action.HOLD: 1, Action.HAND_OVER: 2}


def answerable(requests: Sequence[Request]) -> tuple[Situation, ...]:
    """The situations that a draft may be made of: a template exists, the intent is not off, it may be told."""
    return tuple(
        request.situation
        for request in requests
        if request.situation.name is not None and request.mode is not Mode.OFF and _may_be_told(request)
    )


def decide(case: Case) -> Decision:
    """What happens with the reply, and the reasons in the order of `RULES`."""
    spoken = {rule: [*rule(case)] for rule in RULES}
    verdicts = [verdict for own in spoken.values() for verdict in own]
    passed = tuple(_name(rule) for rule, own in spoken.items() if not own)
    if not verdicts:
        return Decision(Action.SEND, (say("all_rules_passed"),), passed)
    action = max((verdict.action for verdict in verdicts), key=_STRICTNESS.__getitem__)
    reasons = dict.fromkeys(verdict.reason for verdict in verdicts)
    return Decision(action, tuple(reasons), passed)


def _name(rule: Rule) -> str:
    return rule.__name__.removeprefix("_")


def _hold(code: str, *, conversation: str = "", **values: object) -> _Verdict:
    return _Verdict(Action.HOLD, say(code, conversation=conversation, **values))


def _hand_over(code: str) -> _Verdict:
    return _Verdict(Action.HAND_OVER, say(code))


def _may_be_told(request: Request) -> bool:
    return may_tell_facts(request.situation.facts, request.ownership)


def _stop_switch(case: Case) -> Iterator[_Verdict]:
    if case.is_stopped:
        yield _hold("stopped", why=case.stop_reason)


def _budget(case: Case) -> Iterator[_Verdict]:
    for budget in case.budgets:
        if budget.is_spent:
            yield _hold("budget_spent", sent=budget.sent, scope=budget.scope, limit=budget.limit)
    if case.repeats is not None and case.repeats.is_spent:
        yield _hold("repeats_itself", sent=case.repeats.sent)


def _authenticity(case: Case) -> Iterator[_Verdict]:
    if case.authenticity is Authenticity.FAILED:
        yield _hold("sender_failed_checks", why=" ".join(case.authenticity_reasons))
    if case.is_reply_to_ignored:
        yield _hold("reply_to_differs")


def _suppression(case: Case) -> Iterator[_Verdict]:
    if case.suppressed:
        yield _hold("suppressed", why=case.suppressed)


def _disclosure(case: Case) -> Iterator[_Verdict]:
    for request in case.requests:
        if not _may_be_told(request):
            yield _hold("not_theirs")


def _reading(case: Case) -> Iterator[_Verdict]:
    """Whether all was answered can only be said of what was understood."""
    for problem in case.problems:
        yield _hold("doubtful_reading", why=problem)


def _all_answered(case: Case) -> Iterator[_Verdict]:
    if not case.requests:
        yield _hand_over("no_request")
    elif not answerable(case.requests):
        for request in case.requests:
            yield _Verdict(Action.HAND_OVER, _unanswered(request))
    else:
        for request in case.requests:
            if request.situation.name is None or request.mode is Mode.OFF:
                yield _Verdict(Action.HOLD, _unanswered(request))


def _unanswered(request: Request) -> Reason:
    what = _intent(request.situation.intent)
    if request.mode is Mode.OFF:
        return say("intent_off", what=what)
    if request.situation.name is None:
        return say("no_template", why=request.situation.person or f"No template answers “{what}”.")
    return say("not_told", what=what)


def _situation(case: Case) -> Iterator[_Verdict]:
    for request in case.requests:
        if request.situation.person is not None and request.situation.name is not None:
            yield _hold("situation_needs_person", why=request.situation.person)


def _sentiment(case: Case) -> Iterator[_Verdict]:
    if case.sentiment is Sentiment.ANGRY:
        yield _hold("angry")


def _topics(case: Case) -> Iterator[_Verdict]:
    if asks_for_person(case.text):
        yield _hand_over(ASKS_FOR_PERSON)
    for code in find_topics(case.text):
        yield _hand_over(code)


def _vip(case: Case) -> Iterator[_Verdict]:
    if case.vip:
        yield _hold("vip", why=case.vip)
    if case.vip_unknown:
        yield _hold("vip_unknown", why=case.vip_unknown)


def _open_hand_over(case: Case) -> Iterator[_Verdict]:
    if case.handed_over:
        where = "in this conversation" if case.is_handed_over_here else "in another conversation"
        yield _hold("open_hand_over", where=where, conversation=case.handed_over)


def _person_in_thread(case: Case) -> Iterator[_Verdict]:
    if case.is_with_person:
        yield _hold("person_in_thread")


def _repeated_question(case: Case) -> Iterator[_Verdict]:
    if case.repeated is not None:
        again = case.repeated
        yield _hold(
            "repeated_question", what=_intent(again.intent), when=again.when, conversation=again.conversation
        )


def _hours(case: Case) -> Iterator[_Verdict]:
    if case.automatic_hours is AutomaticHours.INSIDE and not case.is_open:
        yield _hold("outside_hours")
    if case.automatic_hours is AutomaticHours.OUTSIDE and case.is_open:
        yield _hold("inside_hours")


def _grounding(case: Case) -> Iterator[_Verdict]:
    for finding in case.findings:
        yield _hold("ungrounded", why=finding.sentence)


def _modes(case: Case) -> Iterator[_Verdict]:
    for request in case.requests:
        name = request.situation.name
        if request.mode is Mode.DRAFT and name is not None:
            yield _hold("intent_on_draft", what=f"{_intent(request.situation.intent)}: {title_of(name)}")


def _intent(intent: Intent) -> str:
    return _plain(intent.value)


def _plain(name: str) -> str:
    return name.replace("_", " ")


RULES: tuple[Rule, ...] = (
    _stop_switch,
    _budget,
    _authenticity,
    _suppression,
    _disclosure,
    _reading,
    _all_answered,
    _situation,
    _sentiment,
    _topics,
    _vip,
    _open_hand_over,
    _person_in_thread,
    _repeated_question,
    _hours,
    _grounding,
    _modes,
)
