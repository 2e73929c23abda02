"""Finds the mail in the text that a request brought."""

import re
from dataclasses import dataclass
from typing import Final

_TAG = re.compile(r"<(?P<closing>/?)email-(?P<nonce>[0-9A-Fa-f]+)>")
_SUBJECT = re.compile(r"Subject:[ \t]*(?P<subject>[^\n]*)(?:\n|\Z)(?:[ \t]*\n)?", re.IGNORECASE)
# Nobody's mail is longer, and a prompt is cut long before.
_MAX_CHARACTERS: Final = 20_000

_MAX_SUBJECT: Final = 1000


_KNOWN = re.compile(r"^Order numbers that the shopper gave earlier: (?P<numbers>[^\n]{1,500})$", re.MULTILINE)


@dataclass(frozen=True)
class Mail:
    """A mail as it stands in the prompt; everything quoted from it is a substring of subject or body.

    Attributes:
        known_orders: Order numbers of earlier mails, which the prompt tells before the mail.
    """

    subject: str
    body: str
    known_orders: tuple[str, ...] = ()


def read_mail(text: str) -> Mail:
    """The last block fenced as `<email-HEX>…</email-HEX>`; the whole text where there is none."""
    inside = _last_block(text)
    known = _known_orders(text[: text.find(inside)])
    header = _SUBJECT.match(inside)
    if header is None:
        return Mail(subject="", body=inside[:_MAX_CHARACTERS], known_orders=known)
    return Mail(
        subject=header["subject"][:_MAX_SUBJECT].strip(),
        body=inside[header.end() :][:_MAX_CHARACTERS],
        known_orders=known,
    )


def _known_orders(before: str) -> tuple[str, ...]:
    """What the prompt itself says in front of the mail."""
    told = _KNOWN.search(before)
    return tuple(number.strip() for number in told["numbers"].split(",")) if told else ()


def _last_block(text: str) -> str:
    opened: dict[str, int] = {}
    start, end = 0, len(text)
    is_fenced = False
    for tag in _TAG.finditer(text):
        if not tag["closing"]:
            opened[tag["nonce"]] = tag.end()
        elif tag["nonce"] in opened:
            # A block that the mail's writer made up closes inside the real one, whose nonce they can't know.
            start, end, is_fenced = opened[tag["nonce"]], tag.start(), True
    block = text[start:end]
    return block.removeprefix("\n").removesuffix("\n") if is_fenced else block
