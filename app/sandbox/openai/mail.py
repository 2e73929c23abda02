"""Finds the mail in the text that a request brought."""

import re
from dataclasses import dataclass
from typing import Final

_TAG = re.compile(r"<(?P<closing>/?)email-(?P<nonce>[0-9A-Fa-f]+)>")
_SUBJECT = re.compile(r"Subject:[ \t]*(?P<subject>[^\n]*)(?:\n|\Z)(?:[ \t]*\n)?", re.IGNORECASE)
# Nobody's mail is longer, and a prompt is cut long before.
_MAX_CHARACTERS: Final = 20_000

_MAX_SUBJECT: Final = 1000


@dataclass(frozen=True)
class Mail:
    """A mail as it stands in the prompt; everything quoted from it is a substring of subject or body."""

    subject: str
    body: str


def read_mail(text: str) -> Mail:
    """The last block fenced as `<email-HEX>…</email-HEX>`; the whole text where there is none."""
    inside = _last_block(text)
    header = _SUBJECT.match(inside)
    if header is None:
        return Mail(subject="", body=inside[:_MAX_CHARACTERS])
    return Mail(
        subject=header["subject"][:_MAX_SUBJECT].strip(), body=inside[header.end() :][:_MAX_CHARACTERS]
    )


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
