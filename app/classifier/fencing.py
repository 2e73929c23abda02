"""How a stranger's text stands in a prompt: last, cut to what a call may cost, between tags that nobody can guess."""

import secrets

from app.classifier.tokens import clip_tokens, estimate_tokens

LONGEST = 100_000
"""Characters that are looked at at all."""


def new_nonce() -> str:
    """For the tags of one prompt."""
    return secrets.token_hex(8)


def fenced(name: str, text: str, nonce: str) -> str:
    """A text between two tags that bear the same number: no text closes a fence whose number it does not know."""
    return f"<{name}-{nonce}>\n{text}\n</{name}-{nonce}>"


def shorten(text: str, budget: int) -> str:
    """Beginning and end of a text that is longer than so many tokens."""
    if estimate_tokens(text[:LONGEST]) <= budget and len(text) <= LONGEST:
        return text
    start = clip_tokens(text[:LONGEST], budget * 3 // 4)
    end = clip_tokens(text[: len(start) - 1 : -1][:LONGEST], budget // 4)[::-1]
    return f"{start}\n[…]\n{end}"
