"""The vocabulary as people read it, and what a conversation's state looks like in the list."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.inbox.links import Link, LinkReason
from app.inbox.listing import Filter, Order
from app.inbox.proofs import ProofStatus
from app.models import Conversation
from app.replies import starts
from app.vocabulary import (
    Authenticity,
    AutomaticHours,
    ConversationState,
    DigestPace,
    Intent,
    MailKind,
    Mode,
    Outcome,
    Ownership,
    ReplyOrigin,
    ReplyState,
    Verdict,
)

INTENT_GROUPS: Mapping[str, Mapping[Intent, str]] = {
    "Orders and parcels": {
        Intent.ORDER_STATUS: "Order status",
        Intent.DELIVERY_PROBLEM: "Delivery problem",
        Intent.CHANGE_ADDRESS: "Change address",
        Intent.CHANGE_ORDER: "Change order",
        Intent.CANCEL_ORDER: "Cancel order",
    },
    "Returns and refunds": {
        Intent.RETURN_REQUEST: "Return or exchange",
        Intent.REFUND_REQUEST: "Wants a refund",
        Intent.REFUND_STATUS: "Refund status",
        Intent.RETURN_POLICY: "Return rules",
    },
    "Products and shipping": {
        Intent.PRODUCT_QUESTION: "Product question",
        Intent.SHIPPING_QUESTION: "Shipping question",
        Intent.ORDERING_HELP: "Help with ordering",
    },
    "Payment and account": {
        Intent.PAYMENT_PROBLEM: "Payment problem",
        Intent.PAYMENT_QUESTION: "Payment methods",
        Intent.INVOICE_REQUEST: "Invoice",
        Intent.ACCOUNT_HELP: "Account",
        Intent.NEWSLETTER: "Newsletter",
    },
    "Everything else": {
        Intent.COMPLAINT: "Complaint",
        Intent.FEEDBACK: "Feedback",
        Intent.HUMAN_REQUEST: "Wants a person",
        Intent.BUSINESS_INQUIRY: "Business inquiry",
        Intent.OTHER: "Something else",
    },
}
"""All intents as an owner looks for them, by the names that staff know them by."""

INTENTS = {str(intent): name for group in INTENT_GROUPS.values() for intent, name in group.items()}

PROOFS: Mapping[ProofStatus, str] = {
    ProofStatus.NOT_SENT: "The code for order {number} was not sent: the reply does not tell of it any more.",
    ProofStatus.LATE: "The code for order {number} waits for Shopify or SendGrid, and is sent as soon as they answer.",
    ProofStatus.NO_ORDER: "No code was sent: Shopify shows no such order {number} with another address, or its address has had "
    "too many codes today.",
    ProofStatus.OPEN: "A code was sent to the address of order {number} at {time}; not answered yet.",
    ProofStatus.EXPIRED: "A code was sent to the address of order {number} at {time}; it was not answered in time.",
    ProofStatus.REFUSED: "A code was sent to the address of order {number} at {time}; three wrong tries.",
    ProofStatus.PROVEN: "A code was sent to the address of order {number} at {time}; proven.",
}

FILTERS: Mapping[Filter, str] = {
    Filter.NEEDS_ME: "Needs me",
    Filter.OVERDUE: "Overdue",
    Filter.WAITING: "Waiting",
    Filter.TROUBLE: "Failed or in doubt",
    Filter.ANSWERED: "Answered",
    Filter.OPEN: "All open",
    Filter.CLOSED: "Closed",
}

ORDERS: Mapping[Order, str] = {
    Order.DUE: "Due first",
    Order.NEWEST: "Newest first",
    Order.OLDEST: "Oldest first",
}
DIGESTS: Mapping[DigestPace, tuple[str, str]] = {
    DigestPace.DAILY: (
        "Once a day",
        "On working days from the hour below on, and once more on a day when something becomes overdue.",
    ),
    DigestPace.HOURLY: ("Hourly while something is overdue", "In opening hours, and nothing else."),
    DigestPace.OFF: ("Never", "The inbox tells it all the same."),
}
DUE_FILTERS = frozenset({Filter.NEEDS_ME, Filter.OVERDUE})

EMPTY: Mapping[Filter, tuple[str, str]] = {
    Filter.NEEDS_ME: (
        "Nothing needs you.",
        "Drafts to review and mails that only a person can answer appear here by themselves.",
    ),
    Filter.OVERDUE: (
        "Nothing is overdue.",
        "What a person has not answered by its due time appears here; the page Hours says how long that is.",
    ),
    Filter.WAITING: (
        "Nothing is under way.",
        "Mails stay here while they are read, looked up and answered, or while a service is down.",
    ),
    Filter.TROUBLE: (
        "Nothing went wrong.",
        "Replies that came back, failed, or may or may not have left wait here for your word.",
    ),
    Filter.ANSWERED: (
        "Nothing has been answered yet.",
        "Once a reply has left, its conversation stands here until you close it.",
    ),
    Filter.OPEN: (
        "No mail has come in yet.",
        "Point your mailbox at this store's webhook: `pasokh mailbox list` shows its address.",
    ),
    Filter.CLOSED: ("Nothing is closed.", "A closed conversation opens again when its customer writes."),
}

REPLY_STATES: Mapping[str, str] = {
    ReplyState.DRAFTED: "Being written",
    ReplyState.HELD: "Waits for review",
    ReplyState.APPROVED: "Released",
    ReplyState.SCHEDULED: "About to leave",
    ReplyState.SENDING: "Being sent",
    ReplyState.SENT: "Sent",
    ReplyState.DELIVERED: "Delivered",
    ReplyState.BOUNCED: "Came back",
    ReplyState.FAILED: "Not sent",
    ReplyState.IN_DOUBT: "In doubt",
    ReplyState.DISCARDED: "Thrown away",
}

ORIGINS: Mapping[ReplyOrigin, str] = {
    ReplyOrigin.TEMPLATE: "From a template",
    ReplyOrigin.START: "A start from a template, where nothing else answers",
    ReplyOrigin.MODEL: "Written by the model from facts and the store's own passages",
    ReplyOrigin.PERSON: "Written by a person",
}

STARTS: Mapping[str, str] = {
    starts.IN_HAND: "it says that you have read the mail and look into it",
    starts.ADDED: "it says that this mail is with the earlier ones, and that you look into all of them",
    starts.WITHOUT_TEXT: "it asks what the mail is about, as there is no text in it",
    starts.RECEIVED: "it says that the mail has arrived, and admits and promises nothing",
    starts.PERSON: "it says that the wish for a person has arrived",
    starts.IN_DANGER: "a few careful words that point to help near them; the rest is yours to write",
    starts.CHILD: "a few careful words that ask for a grown-up; the rest is yours to write",
}
"""What a start says, for whoever decides whether to send it as it is."""

OWNERSHIP: Mapping[str, str] = {
    Ownership.ON_ORDER: "This address stands on the order",
    Ownership.CUSTOMER: "This address is the customer's",
    Ownership.PROVEN: "Its owner answered a code that was sent to the order's address",
    Ownership.NOT_OWNER: "It belongs to another address: tell nothing of it",
    Ownership.NOT_FOUND: "Not found",
    Ownership.OUT_OF_REACH: "Shopify does not let us see it",
}

TOOLS: Mapping[str, str] = {
    "get_order": "One order",
    "list_orders": "Orders of this address",
    "get_customer": "Customer",
    "search_products": "Products",
    "get_policy": "Policy",
    "get_payments": "Payments",
    "get_refunds": "Refunds",
    "get_returns": "Returns",
    "get_tracking": "Way of the parcel",
    "get_storefront": "The shop",
    "propose_address_change": "Could the address change?",
    "propose_cancel": "Could it be cancelled?",
    "propose_refund": "Could it be refunded?",
    "propose_return": "Could it be returned?",
}

AUTHENTICITY: Mapping[str, str] = {
    Authenticity.AUTHENTICATED: "Sender proven",
    Authenticity.UNAUTHENTICATED: "Sender not proven",
    Authenticity.FAILED: "Sender check failed",
}

KINDS: Mapping[str, str] = {
    MailKind.CUSTOMER: "Customer mail",
    MailKind.AUTO_REPLY: "Automatic reply",
    MailKind.OUT_OF_OFFICE: "Out of office",
    MailKind.BOUNCE: "Delivery failure",
    MailKind.COMPLAINT: "Abuse report",
    MailKind.LIST: "Mailing list",
    MailKind.LOOP: "Mail loop",
    MailKind.OWN: "Our own mail",
    MailKind.SHOP_NOTIFICATION: "Shop notification",
    MailKind.FORWARDING_CHECK: "Forwarding check",
    MailKind.SPAM: "Spam",
}

MODES: Mapping[Mode, tuple[str, str]] = {
    Mode.OFF: ("Off", "hand over, with no more than a start"),
    Mode.DRAFT: ("Draft", "a person releases it"),
    Mode.AUTO: ("Automatic", "leaves by itself where it is sure"),
}

VERDICTS: Mapping[str, tuple[str, str]] = {
    Verdict.AUTOMATIC: ("left by itself", "quiet"),
    Verdict.UNTOUCHED: ("released as it was", "good"),
    Verdict.EDITED: ("changed, then released", "needs"),
    Verdict.DISCARDED: ("thrown away", "bad"),
    Verdict.REWRITTEN: ("written anew by a person", "bad"),
    Verdict.CORRECTED: ("misunderstood, and corrected", "bad"),
    Verdict.REOPENED: ("the customer came back with it", "bad"),
    Verdict.COMPLAINED: ("the customer complained", "bad"),
    Verdict.ASKED_FOR_PERSON: ("the customer asked for a person", "bad"),
    Verdict.REPORTED_AS_SPAM: ("reported as spam", "bad"),
}
"""What became of a reply, in words, and the tone that they are shown in."""

AUTOMATIC_HOURS: Mapping[AutomaticHours, str] = {
    AutomaticHours.ALWAYS: "at any time",
    AutomaticHours.INSIDE: "only while the shop is open",
    AutomaticHours.OUTSIDE: "only while the shop is closed",
}

ACTIONS: Mapping[str, str] = {
    "send": "Answer automatically",
    "hold": "Hold the draft for a person",
    "hand_over": "Hand over to a person",
}

DONE: Mapping[str, str] = {
    "released": "Released. You can take it back until it leaves.",
    "undone": "Taken back. It waits for you again.",
    "discarded": "The draft was thrown away.",
    "brought-back": "The draft is back.",
    "drafting": "It is being drafted again. The new draft appears here by itself.",
    "closed": "Closed. A new mail of this customer opens it again.",
    "reopened": "Reopened.",
    "given-back": "Pasokh answers here again, from the next mail on.",
    "given-back-unread": "Pasokh is at it again.",
    "settled": "Recorded as sent.",
    "given-up": "It is left as it is.",
    "lifted": "The address is written to again.",
    "answering": "It is on its way to the inbox.",
    "saved-mine": "Saved.",
    "taken": "It is yours. Pasokh is silent here until you give it back.",
    "saved": "Saved. It counts from the next mail on.",
    "article-saved": "Saved. The next draft may be written from it.",
    "article-archived": "Archived. No draft uses it any more.",
    "article-restored": "Drafts use it again.",
    "reading": "The policies are being read. Reload in a moment to see them.",
    "worded": "Saved. Replies are written so from the next mail on.",
    "built-in": "The product's own text counts again, from the next mail on.",
    "nothing-left": "Nothing else needs you.",
}


def humanise(word: str) -> str:
    """A name of the code's in plain words: `last_order_at` is `Last order at`."""
    text = word.replace("_", " ").strip()
    return text[:1].upper() + text[1:]


@dataclass(frozen=True)
class Status:
    """A state in a word or two, and the tone that it is shown in: needs, busy, good, bad, quiet."""

    label: str
    tone: str


_BY_OUTCOME: Mapping[Outcome, Status] = {
    Outcome.WAITING: Status("Being answered", "busy"),
    Outcome.ANSWERED: Status("Answered", "good"),
    Outcome.DRAFTED: Status("Draft to review", "needs"),
    Outcome.HANDED_OVER: Status("Needs a reply", "needs"),
    Outcome.IGNORED: Status("Ignored", "quiet"),
    Outcome.MERGED: Status("Merged", "quiet"),
    Outcome.FAILED: Status("Failed", "bad"),
}
_BY_REPLY: Mapping[ReplyState, Status] = {
    ReplyState.APPROVED: Status("Leaving", "busy"),
    ReplyState.SCHEDULED: Status("Leaving", "busy"),
    ReplyState.SENDING: Status("Being sent", "busy"),
    ReplyState.IN_DOUBT: Status("In doubt", "bad"),
    ReplyState.FAILED: Status("Not sent", "bad"),
    ReplyState.BOUNCED: Status("Came back", "bad"),
}


def status_of(conversation: Conversation, reply_state: ReplyState | None) -> Status:
    """What the list and the page's head say: the reply's state where it says more than the mail's outcome."""
    if conversation.state is ConversationState.CLOSED:
        return Status("Closed", "quiet")
    if (
        reply_state is not None
        and reply_state in _BY_REPLY
        and conversation.outcome in {Outcome.WAITING, Outcome.FAILED}
    ):
        return _BY_REPLY[reply_state]
    if conversation.outcome is Outcome.HANDED_OVER and reply_state is ReplyState.HELD:
        return _BY_OUTCOME[Outcome.DRAFTED]  # no template answered it, but there is something to start from
    return _BY_OUTCOME[conversation.outcome]


_REPLY_TONES: Mapping[ReplyState, str] = {
    ReplyState.HELD: "needs",
    ReplyState.SENT: "good",
    ReplyState.DELIVERED: "good",
    ReplyState.DISCARDED: "quiet",
    ReplyState.DRAFTED: "quiet",
}


def reply_status(state: ReplyState) -> Status:
    """A single reply's state."""
    tone = _BY_REPLY[state].tone if state in _BY_REPLY else _REPLY_TONES[state]
    return Status(REPLY_STATES[state], tone)


_LINKS: Mapping[LinkReason, tuple[str, str]] = {
    LinkReason.ANOTHER_PERSON: (
        "This began as an answer to a conversation with another person.",
        "Another person has written in this thread, and has a conversation of their own.",
    ),
    LinkReason.ANOTHER_MAILBOX: (
        "This began in a conversation with the same customer at another of your mailboxes.",
        "The customer has gone on with this at another of your mailboxes.",
    ),
    LinkReason.FORGED: (
        "This began as an answer to a conversation with the same customer, but its sender's address failed the checks.",
        "A mail that says it is from this customer failed the checks of its sender's address, and was kept apart.",
    ),
}


def link_of(link: Link) -> str:
    """What another conversation of the same thread is to this one."""
    as_origin, as_branch = _LINKS[link.reason]
    return as_origin if link.is_origin else as_branch
