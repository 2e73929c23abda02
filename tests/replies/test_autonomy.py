from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.intents.situation import Situation
from app.replies.autonomy import Action, Budget, Case, Repeated, Request, answerable, decide
from app.replies.grounding import Finding
from app.replies.reasons import REASONS
from app.replies.samples import samples
from app.replies.tokens import TokenKind
from app.replies.topics import TOPICS
from app.vocabulary import Authenticity, AutomaticHours, Intent, Mode, Ownership, Sentiment
from tests.replies.voices import TODAY

TOPIC_CODES = [topic.code for topic in TOPICS]
ORDER = Request(samples("order_in_transit", TODAY)[0], Mode.AUTO, Ownership.ON_ORDER)
POLICY = Request(samples("return_policy", TODAY)[0], Mode.AUTO)
COMPLAINT = Request(Situation(Intent.COMPLAINT, None, None), Mode.AUTO)
CALM = Case(
    requests=(ORDER,),
    text="Where is my order?",
    authenticity=Authenticity.AUTHENTICATED,
    sentiment=Sentiment.NEUTRAL,
)
STALLED = replace(
    ORDER, situation=replace(ORDER.situation, name="order_stalled", person="Stalled for 9 days.")
)

RULES: list[tuple[str, Action, dict[str, Any]]] = [
    ("stopped", Action.HOLD, {"is_stopped": True}),
    ("sender_failed_checks", Action.HOLD, {"authenticity": Authenticity.FAILED}),
    ("reply_to_differs", Action.HOLD, {"is_reply_to_ignored": True}),
    ("suppressed", Action.HOLD, {"suppressed": "Mail to this address came back on 1 November 2026."}),
    ("doubtful_reading", Action.HOLD, {"problems": ("The model named an order that is not in the mail.",)}),
    ("not_theirs", Action.HOLD, {"requests": (POLICY, replace(ORDER, ownership=Ownership.NOT_OWNER))}),
    ("not_theirs", Action.HAND_OVER, {"requests": (replace(ORDER, ownership=Ownership.NOT_OWNER),)}),
    ("not_theirs", Action.HAND_OVER, {"requests": (replace(ORDER, ownership=None),)}),
    ("asks_for_person", Action.HAND_OVER, {"text": "“Person”!"}),
    ("asks_for_person", Action.HAND_OVER, {"text": " همكار. "}),
    ("asks_for_person", Action.HAND_OVER, {"text": "\n MENSCH!\n\nAnna Schmidt"}),
    ("no_request", Action.HAND_OVER, {"requests": ()}),
    ("no_template", Action.HAND_OVER, {"requests": (COMPLAINT,)}),
    ("no_template", Action.HOLD, {"requests": (COMPLAINT, ORDER)}),
    ("intent_off", Action.HAND_OVER, {"requests": (replace(ORDER, mode=Mode.OFF),)}),
    ("intent_off", Action.HOLD, {"requests": (replace(ORDER, mode=Mode.OFF), POLICY)}),
    ("situation_needs_person", Action.HOLD, {"requests": (STALLED,)}),
    ("angry", Action.HOLD, {"sentiment": Sentiment.ANGRY}),
    ("legal_threat", Action.HAND_OVER, {"text": "My lawyer will write to you."}),
    ("legal_threat", Action.HAND_OVER, {"text": "Ich schalte meinen Anwalt ein"}),
    ("legal_threat", Action.HAND_OVER, {"text": "از وكيل خود خواهم خواست"}),
    ("injury", Action.HAND_OVER, {"text": "My son was injured by the lamp"}),
    ("chargeback", Action.HAND_OVER, {"text": "I'll file a CHARGEBACK"}),
    ("press", Action.HAND_OVER, {"text": "I am a journalist"}),
    ("vip", Action.HOLD, {"vip": "12 orders"}),
    ("vip_unknown", Action.HOLD, {"vip_unknown": "Shopify does not show customers."}),
    ("open_hand_over", Action.HOLD, {"handed_over": "c-1"}),
    ("open_hand_over", Action.HOLD, {"handed_over": "c-1", "is_handed_over_here": True}),
    ("person_in_thread", Action.HOLD, {"is_with_person": True}),
    ("repeated_question", Action.HOLD, {"repeated": Repeated(Intent.ORDER_STATUS, "3 hours", "c-1")}),
    ("outside_hours", Action.HOLD, {"automatic_hours": AutomaticHours.INSIDE, "is_open": False}),
    ("inside_hours", Action.HOLD, {"automatic_hours": AutomaticHours.OUTSIDE}),
    ("budget_spent", Action.HOLD, {"budgets": (Budget("to this address within a day", 5, 5),)}),
    ("repeats_itself", Action.HOLD, {"repeats": Budget("to nearly the same text within a day", 2, 2)}),
    ("ungrounded", Action.HOLD, {"findings": (Finding(TokenKind.NUMBER, "1002"),)}),
    ("intent_on_draft", Action.HOLD, {"requests": (replace(ORDER, mode=Mode.DRAFT),)}),
]


def test_a_case_that_no_rule_holds_is_sent_and_says_so():
    decision = decide(CALM)
    assert decision.action is Action.SEND
    assert [reason.code for reason in decision.reasons] == ["all_rules_passed"]


@pytest.mark.parametrize(("code", "action", "change"), RULES)
def test_a_rule_holds_a_reply_and_says_why(code, action, change):
    decision = decide(replace(CALM, **change))
    assert decision.action is action
    reason = next(reason for reason in decision.reasons if reason.code == code)
    assert not reason.sentence[0].islower()
    assert reason.sentence.endswith(".")
    assert not {"_", "{", "}"} & {*reason.sentence}
    assert reason.advice.endswith(".")


ORDER_OF_RULES = [
    "stopped",
    "budget_spent",
    "repeats_itself",
    "sender_failed_checks",
    "reply_to_differs",
    "suppressed",
    "not_theirs",
    "doubtful_reading",
    "no_template",
    "situation_needs_person",
    "angry",
    "legal_threat",
    "injury",
    "vip",
    "open_hand_over",
    "person_in_thread",
    "repeated_question",
    "outside_hours",
    "ungrounded",
    "intent_on_draft",
]
HOLDS = [
    (code, change) for code, action, change in RULES if action is Action.HOLD and "requests" not in change
]


@given(st.data())
def test_any_rules_together_speak_in_their_order_and_the_strictest_wins(data):
    chosen = data.draw(st.lists(st.sampled_from(HOLDS), unique_by=lambda rule: tuple(rule[1])))
    topics = data.draw(st.lists(st.sampled_from(["My lawyer will write.", "I was injured."]), unique=True))
    requests = tuple(
        data.draw(
            st.lists(
                st.sampled_from(
                    [
                        ORDER,
                        POLICY,
                        COMPLAINT,
                        STALLED,
                        replace(ORDER, mode=Mode.DRAFT),
                        replace(ORDER, ownership=Ownership.NOT_OWNER),
                    ]
                ),
                min_size=1,
                max_size=4,
            )
        )
    )
    changes = {name: value for _, change in chosen for name, value in change.items()}
    case = replace(CALM, **{**changes, "requests": requests, "text": " ".join(topics)})
    decision = decide(case)
    codes = [reason.code for reason in decision.reasons]
    places = [ORDER_OF_RULES.index(code) for code in codes if code in ORDER_OF_RULES]
    assert places == sorted(places)
    assert len(set(decision.reasons)) == len(decision.reasons)
    if topics or not answerable(requests):
        assert decision.action is Action.HAND_OVER
    elif codes == ["all_rules_passed"]:
        assert decision.action is Action.SEND
        assert not changes
        assert set(requests) <= {ORDER, POLICY}
    else:
        assert decision.action is Action.HOLD


def test_what_leaves_by_itself_has_passed_every_rule_and_no_rule_is_without_words():
    assert {code for code, _, _ in RULES} | {"all_rules_passed", "not_told"} | set(TOPIC_CODES) == set(
        REASONS
    )
    for code in REASONS:
        assert REASONS[code].advice.endswith(".")


def test_hours_hold_only_when_they_are_asked_to():
    passing = [
        (AutomaticHours.ALWAYS, True),
        (AutomaticHours.ALWAYS, False),
        (AutomaticHours.INSIDE, True),
        (AutomaticHours.OUTSIDE, False),
    ]
    for hours, is_open in passing:
        assert decide(replace(CALM, automatic_hours=hours, is_open=is_open)).action is Action.SEND


def test_a_reason_leads_to_the_other_conversation():
    told = decide(replace(CALM, handed_over="c-1")).reasons[0]
    assert told.conversation == "c-1"
    assert "another conversation" in told.sentence
    here = decide(replace(CALM, handed_over="c-1", is_handed_over_here=True)).reasons[0]
    assert "this conversation" in here.sentence


@pytest.mark.parametrize("sentiment", [Sentiment.POSITIVE, Sentiment.NEUTRAL, Sentiment.NEGATIVE])
@pytest.mark.parametrize("authenticity", [Authenticity.AUTHENTICATED, Authenticity.UNAUTHENTICATED])
def test_neither_a_bad_mood_nor_a_missing_proof_alone_holds_a_reply(sentiment, authenticity):
    within = (Budget("to this address within a day", 4, 5),)
    case = replace(CALM, sentiment=sentiment, authenticity=authenticity, budgets=within)
    assert decide(case).action is Action.SEND


def test_every_reason_is_kept_once_and_in_the_order_of_the_rules():
    case = replace(
        CALM,
        requests=(replace(ORDER, mode=Mode.DRAFT), replace(ORDER, mode=Mode.DRAFT)),
        is_stopped=True,
        sentiment=Sentiment.ANGRY,
        text="lawyer",
    )
    decision = decide(case)
    assert [reason.code for reason in decision.reasons] == [
        "stopped",
        "angry",
        "legal_threat",
        "intent_on_draft",
    ]
    assert decision.action is Action.HAND_OVER


def test_the_situations_own_words_say_why_there_is_no_template():
    request = replace(COMPLAINT, situation=replace(COMPLAINT.situation, person="A refund was asked for."))
    assert decide(replace(CALM, requests=(request,))).reasons[0].sentence == "A refund was asked for."


def test_a_draft_is_made_only_of_what_may_be_told_and_is_not_off():
    strange = replace(ORDER, ownership=Ownership.NOT_OWNER)
    off = replace(POLICY, mode=Mode.OFF)
    assert answerable((COMPLAINT, strange, off)) == ()
    assert answerable((ORDER, COMPLAINT, POLICY)) == (ORDER.situation, POLICY.situation)


@pytest.mark.parametrize(
    "text",
    [
        "Do you sell a French press?",
        "My name is Sue, where is my order?",
        "Is the mug dishwasher safe? What does the label say?",
        "Ich habe ein Gericht gekocht. Wo ist meine Bestellung?",
        "A person told me to write to you.",
        "کی سفارش من می‌رسد؟",
        "",
    ],
)
def test_harmless_words_hold_nothing(text: str):
    assert decide(replace(CALM, text=text)).action is Action.SEND


def test_a_held_reply_says_who_stopped_it_and_what_is_wrong_with_the_sender():
    case = replace(
        CALM,
        is_stopped=True,
        stop_reason="Ann did that.",
        authenticity=Authenticity.FAILED,
        authenticity_reasons=("DMARC of customer.example: fail.",),
        repeats=Budget("to nearly the same text within a day", 1, 2),
    )
    stopped, failed = decide(case).reasons
    assert stopped.sentence.endswith("switched off. Ann did that.")
    assert failed.sentence.endswith("DMARC of customer.example: fail.")
