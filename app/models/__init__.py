"""The tables, one aggregate a file."""

from app.models.conversation import Conversation, Message
from app.models.crm import Contact, ContactAddress, Touchpoint
from app.models.inbound import InboundMail, RawMail
from app.models.knowledge import Article, Passage, Policy
from app.models.mailbox import ImapAccount, ImapFolder, ReadingState
from app.models.notice import Notice
from app.models.proof import OrderProof
from app.models.reply import SUPERSEDED, Answer, DeliveryEvent, Reply
from app.models.smtp import SmtpAccount
from app.models.staff import ApiKey, Digest, Membership, SignInAttempt, User, WebSession
from app.models.store import Mailbox, Store
from app.models.suppression import Suppression
from app.models.track import ModeChange, TrackEntry
from app.models.wording import Wording

__all__ = [
    "SUPERSEDED",
    "Answer",
    "ApiKey",
    "Article",
    "Contact",
    "ContactAddress",
    "Conversation",
    "DeliveryEvent",
    "Digest",
    "ImapAccount",
    "ImapFolder",
    "InboundMail",
    "Mailbox",
    "Membership",
    "Message",
    "ModeChange",
    "Notice",
    "OrderProof",
    "Passage",
    "Policy",
    "RawMail",
    "ReadingState",
    "Reply",
    "SignInAttempt",
    "SmtpAccount",
    "Store",
    "Suppression",
    "Touchpoint",
    "TrackEntry",
    "User",
    "WebSession",
    "Wording",
]
