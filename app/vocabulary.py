"""The words everybody shares. They are stored, shown and part of the API: add, never rename."""

from enum import StrEnum


class Intent(StrEnum):
    """What a customer wants. One email can hold several."""

    ORDER_STATUS = "order_status"
    DELIVERY_PROBLEM = "delivery_problem"
    CHANGE_ADDRESS = "change_address"
    CHANGE_ORDER = "change_order"
    CANCEL_ORDER = "cancel_order"
    RETURN_REQUEST = "return_request"
    REFUND_REQUEST = "refund_request"
    REFUND_STATUS = "refund_status"
    RETURN_POLICY = "return_policy"
    SHIPPING_QUESTION = "shipping_question"
    PRODUCT_QUESTION = "product_question"
    ORDERING_HELP = "ordering_help"
    PAYMENT_PROBLEM = "payment_problem"
    PAYMENT_QUESTION = "payment_question"
    INVOICE_REQUEST = "invoice_request"
    ACCOUNT_HELP = "account_help"
    NEWSLETTER = "newsletter"
    COMPLAINT = "complaint"
    FEEDBACK = "feedback"
    HUMAN_REQUEST = "human_request"
    BUSINESS_INQUIRY = "business_inquiry"
    OTHER = "other"


class MailKind(StrEnum):
    """What an email is, before anybody reads what it says."""

    CUSTOMER = "customer"
    AUTO_REPLY = "auto_reply"
    OUT_OF_OFFICE = "out_of_office"
    BOUNCE = "bounce"
    COMPLAINT = "complaint"  # an abuse report (ARF), not an unhappy customer
    LIST = "list"
    LOOP = "loop"
    OWN = "own"
    SHOP_NOTIFICATION = "shop_notification"
    FORWARDING_CHECK = "forwarding_check"
    SPAM = "spam"


class Authenticity(StrEnum):
    """Whether SPF, DKIM and DMARC back the address in From."""

    AUTHENTICATED = "authenticated"
    UNAUTHENTICATED = "unauthenticated"
    FAILED = "failed"


class Sentiment(StrEnum):
    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"
    ANGRY = "angry"


class Urgency(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class Mode(StrEnum):
    """What a store lets Pasokh do with an intent."""

    OFF = "off"  # hand over to a person, with no more than a start
    DRAFT = "draft"
    AUTO = "auto"


class Verdict(StrEnum):
    """What became of a reply that Pasokh drafted."""

    AUTOMATIC = "automatic"  # it left by itself
    UNTOUCHED = "untouched"  # a person released it as it was
    EDITED = "edited"
    DISCARDED = "discarded"
    REWRITTEN = "rewritten"  # a person wrote another one from scratch
    CORRECTED = "corrected"  # a person corrected what was understood of the mail
    REOPENED = "reopened"  # the customer asked the same again, or wrote again in anger
    COMPLAINED = "complained"
    ASKED_FOR_PERSON = "asked_for_person"
    REPORTED_AS_SPAM = "reported_as_spam"


class AutomaticHours(StrEnum):
    """When replies may leave without a person, by the store's opening hours."""

    ALWAYS = "always"
    INSIDE = "inside"
    OUTSIDE = "outside"


class Ownership(StrEnum):
    """How the address that a reply would reach stands to an order."""

    ON_ORDER = "on_order"  # the order's own email
    CUSTOMER = "customer"  # the email of the order's customer
    PROVEN = "proven"  # another address, whose owner answered a code that was sent to the order's
    NOT_OWNER = "not_owner"
    NOT_FOUND = "not_found"
    OUT_OF_REACH = "out_of_reach"  # Shopify did not let us see it


class Outcome(StrEnum):
    """How a received email ended. `waiting` is the only one that is not an end."""

    WAITING = "waiting"
    ANSWERED = "answered"
    DRAFTED = "drafted"
    HANDED_OVER = "handed_over"
    IGNORED = "ignored"
    MERGED = "merged"  # answered together with a later email of the same conversation
    FAILED = "failed"


class ConversationState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class ReplyState(StrEnum):
    """A reply's life; app/replies/outbox.py holds the steps that are allowed."""

    DRAFTED = "drafted"  # being worked on by a person; nothing waits for it
    HELD = "held"  # waits for a person's review
    APPROVED = "approved"
    SCHEDULED = "scheduled"  # leaves at the end of the undo window
    SENDING = "sending"  # claimed: one attempt is under way
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"  # it may or may not have left
    DISCARDED = "discarded"


class Outbound(StrEnum):
    """By what way the mails of a mailbox leave."""

    SENDGRID = "sendgrid"
    SMTP = "smtp"
    FOLDER = "folder"  # written to files: nothing is sent


class SuppressionCause(StrEnum):
    """Why an address is not written to again without a person."""

    BOUNCED = "bounced"  # refused for good
    DROPPED = "dropped"  # the provider does not write to it any more
    SPAM_REPORT = "spam_report"


class ReplyOrigin(StrEnum):
    """Who wrote a reply's first text."""

    TEMPLATE = "template"
    START = "start"  # a template's that answers nothing: a person finishes it, or sends it as it is
    MODEL = "model"  # all of it, or what no template answers
    PERSON = "person"


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"


class Channel(StrEnum):
    EMAIL = "email"


class LeadMethod(StrEnum):
    """How a person got in touch. A website is a method, never a source."""

    EMAIL = "email"
    CONTACT_FORM = "contact_form"


class LeadSource(StrEnum):
    """How a person came to know the shop."""

    SEARCH = "search"
    REFERRAL = "referral"
    AD = "ad"
    SOCIAL = "social"
    EMAIL = "email"
    DIRECT = "direct"
    UNKNOWN = "unknown"


class JourneyStage(StrEnum):
    AWARENESS = "awareness"
    CONSIDERATION = "consideration"
    PURCHASE = "purchase"
    USE = "use"
    LOYALTY = "loyalty"


class DigestPace(StrEnum):
    """How often somebody is mailed what waits for a person."""

    OFF = "off"
    DAILY = "daily"  # in the morning of a working day, and once a day when something becomes overdue
    HOURLY = "hourly"  # in working hours, while something is overdue


class Role(StrEnum):
    OWNER = "owner"
    AGENT = "agent"
