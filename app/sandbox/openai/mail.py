"""Finds the mail in the text that a request brought."""

import re
from dataclasses import dataclass

_FENCE = re.compile(r"<email-(?P<nonce>[0-9A-Fa-f]+)>\n?(?P<mail>.*?)\n?</email-(?P=nonce)>", re.DOTALL)
_SUBJECT = re.compile(r"Subject:[ \t]*(?P<subject>[^\n]*)(?:\n|\Z)(?:[ \t]*\n)?", re.IGNORECASE)


@dataclass(frozen=True)
class Mail:
    """A mail as it stands in the prompt; everything quoted from it is a substring of subject or body."""

    subject: str
    body: str


def read_mail(text: str) -> Mail:
    """The last block fenced as `<email-HEX>…</email-HEX>`; the whole text where there is none."""
    blocks = list(_FENCE.finditer(text))
    inside = blocks[-1]["mail"] if blocks else text
    header = _SUBJECT.match(inside)
    if header is None:
        return Mail(subject="", body=inside)
    return Mail(subject=header["subject"].strip(), body=inside[header.end() :])
