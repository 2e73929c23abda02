"""Why a reply does not leave by itself: every code, what it says to an agent, and what they do then.

The one place for these words. docs/autonomy.md shows the table; a test keeps the two equal.
"""

from collections.abc import Mapping
from dataclasses import dataclass

ASKS_FOR_PERSON = "asks_for_person"


@dataclass(frozen=True)
class Reason:
    """Which rule spoke, and what it says to an agent.

    Attributes:
        code: Constant; stored, and part of the API.
        sentence: What is the matter, in whole sentences.
        advice: What to do about it; empty where the sentence says it.
        conversation: The id of another conversation that has to be read; empty where there is none.
    """

    code: str
    sentence: str
    advice: str = ""
    conversation: str = ""


@dataclass(frozen=True)
class Wording:
    """`sentence` may hold `{names}`, which the rule fills in."""

    sentence: str
    advice: str


REASONS: Mapping[str, Wording] = {
    "all_rules_passed": Wording(
        "Every request is answered by a template in automatic mode; no rule held it.",
        "Nothing: it leaves by itself at the end of the undo time.",
    ),
    "stopped": Wording(
        "Automatic replies of this store are switched off. {why}",
        "Release the draft by hand. An owner can switch automatic replies on again under Store.",
    ),
    "budget_spent": Wording(
        "{sent} automatic replies {scope}: the limit is {limit}.",
        "Look whether a robot writes; if a customer does, release the draft by hand.",
    ),
    "repeats_itself": Wording(
        "Nearly the same text came {sent} times lately, and was answered each time: "
        "it may be a robot that answers us.",
        "If a robot writes, close the conversation. If a person does, our answer did not help: write your own.",
    ),
    "sender_failed_checks": Wording(
        "The sender may not be who they seem to be. {why}",
        "Release only what anybody may know, or ask the customer at an address that stands on the order.",
    ),
    "reply_to_differs": Wording(
        "The mail asks for answers to another address than the one it came from.",
        "Check that the customer reads the address on the button before you release the draft.",
    ),
    "suppressed": Wording(
        "{why} Nothing is written there without a person.",
        "Find out whether the address still holds before you release the draft.",
    ),
    "not_theirs": Wording(
        "What was looked up may not be told to this address: it does not stand on the order.",
        "Tell nothing of the order. Ask them to write from the address that they ordered with.",
    ),
    "doubtful_reading": Wording("{why}", "Read the mail itself, and correct what was understood if need be."),
    "no_request": Wording(
        "It is not clear what the customer wants.",
        "Correct what was understood, or write the answer yourself.",
    ),
    "intent_off": Wording("The store leaves “{what}” to people.", "Write this part of the answer yourself."),
    "no_template": Wording("{why}", "Write this part of the answer yourself."),
    "not_told": Wording(
        "Nothing may be told about “{what}” to this address.",
        "Ask them to write from the address that they ordered with.",
    ),
    "situation_needs_person": Wording("{why}", "Check it, then release the draft or change it."),
    "angry": Wording(
        "The customer is angry; a person should read this before it leaves.",
        "See whether the draft meets what they are angry about; a few words of your own may help most.",
    ),
    ASKS_FOR_PERSON: Wording(
        "The customer answered an automatic reply by asking for a person.", "Answer in your own words."
    ),
    "legal_threat": Wording(
        "The mail speaks of lawyers, courts, police or authorities.",
        "Admit and promise nothing. Let whoever is responsible in your shop answer.",
    ),
    "chargeback": Wording(
        "The mail speaks of a chargeback or a payment dispute.",
        "Look whether a dispute is open at your payment provider before you answer: it has a deadline.",
    ),
    "injury": Wording(
        "Somebody may have been hurt or made ill, or something may have burnt.",
        "Answer at once and in person, and tell whoever is responsible for the safety of your goods.",
    ),
    "press": Wording(
        "The mail speaks of journalists or of going public.", "Let whoever speaks for your shop answer."
    ),
    "self_harm": Wording(
        "The writer may be in danger.",
        "Answer at once and in person, kindly, and name a helpline of their country.",
    ),
    "minor": Wording(
        "A child may have written or ordered, or the mail is about a child's data.",
        "Speak with the parents: a child's order can be undone, and its data has rules of its own.",
    ),
    "personal_data": Wording(
        "The mail asks for, or for the deletion of, personal data.",
        "Check who asks, and mind the time that the law gives you: in the EU a month.",
    ),
    "vip": Wording(
        "A customer who matters most: {why}.",
        "Read the draft and add what you would say to a good customer, then release it.",
    ),
    "vip_unknown": Wording(
        "Whether this customer is one whose replies wait for a person could not be found out: {why}",
        "Give the app access to customer data (`pasokh doctor` says how), or release the draft by hand.",
    ),
    "open_hand_over": Wording(
        "The same customer waits for a person already, {where}.",
        "Read what waits there first, and answer both.",
    ),
    "person_in_thread": Wording(
        "A person is already in this conversation.",
        "Go on with it, or give it back to Pasokh.",
    ),
    "repeated_question": Wording(
        "The customer asks about “{what}” again, {when} after an automatic answer to it: that answer did not help.",
        "Find out what is missing, and write it yourself.",
    ),
    "outside_hours": Wording(
        "Your shop is closed, and automatic replies leave only while it is open.",
        "Release the draft when you are back, or now. An owner can change this under Automation.",
    ),
    "inside_hours": Wording(
        "Your shop is open, and automatic replies leave only while it is closed.",
        "Release the draft. An owner can change this under Automation.",
    ),
    "ungrounded": Wording("{why}", "Check it against the facts; take it out if they do not say it."),
    "intent_on_draft": Wording(
        "The store wants to see replies to “{what}” before they leave.",
        "Release the draft if it is right. An owner can make it automatic under Automation.",
    ),
}


def say(code: str, *, conversation: str = "", **values: object) -> Reason:
    """A reason in its words.

    Args:
        code: One of `REASONS`.
        conversation: The id of another conversation that has to be read.
        values: What the sentence's names stand for.
    """
    wording = REASONS[code]
    return Reason(code, wording.sentence.format(**values).strip(), wording.advice, conversation)
