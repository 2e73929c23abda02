"""What a person should know of the open mails themselves, whatever the model makes of them."""

from typing import Any

from app.classifier.attacks import Attack, find_attack
from app.mail.inbound.screening import FOR_A_PERSON
from app.pipeline.open_mails import Work

_FEW_WORDS = 6
"""Of a mail with an attachment: "see the picture"."""
_LOGO_BYTES = 30_000


def doubts_of(work: Work) -> list[str]:
    """Sentences for an agent: what the words may not say, and what speaks to a machine."""
    attack = find_attack_in(work)
    spoken = [f"A sentence speaks to a machine, not to a shop: “{attack.sentence[:200]}”"] if attack else []
    marks = [mark for mark in FOR_A_PERSON if any(mark in inbound.reasons for inbound in work.inbounds)]
    return [*_unseen(work), *spoken, *marks]


def find_attack_in(work: Work) -> Attack | None:
    """The first sentence that speaks to a machine. It can reach nothing; a person sees what somebody tried all the same."""
    told = (
        text
        for message in work.messages
        for text in (message.subject, message.text, *(one["filename"] for one in message.attachments))
    )
    return next((attack for text in told if (attack := find_attack(text)) is not None), None)


def _unseen(work: Work) -> list[str]:
    """Where the words are few and something is attached, the attachment may be what the customer wants to say."""
    return [
        f"The mail says little in words; the attachment {attachment['filename'] or 'without a name'} may say the rest."
        for message in work.messages
        if len((message.new_text or message.text).split()) < _FEW_WORDS
        for attachment in [one for one in message.attachments if _says_something(one)][:1]
    ]


def _says_something(attachment: dict[str, Any]) -> bool:
    """Not the small picture of a signature."""
    return not attachment["inline"] or attachment["size"] > _LOGO_BYTES
