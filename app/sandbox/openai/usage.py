"""Honest token counts (o200k_base) and prompt caching as the real API does it.

Source: https://platform.openai.com/docs/guides/prompt-caching: prompts from 1,024 tokens on, in steps of 128.
The real API frames messages and tools in a way it does not publish; here a tool counts as its JSON text and a
message as its text and four tokens.
"""

import hashlib
import json
from array import array
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import Any, Final

from app.sandbox.openai.requests import Request

CACHE_MINIMUM: Final = 1024
CACHE_STEP: Final = 128
_MESSAGE_FRAME: Final = 4


class Tokenizer:
    """Counts and cuts text in o200k_base tokens. Loading the vocabulary takes most of a second, once."""

    def __init__(self) -> None:
        import quicktok  # noqa: PLC0415  heavy, and only the sandbox needs it

        self._encoding = quicktok.get_encoding("o200k_base")

    def encode(self, text: str) -> list[int]:
        # A lone surrogate has no UTF-8 form; JSON can carry one.
        return list(self._encoding.encode_ordinary(text.encode("utf-8", "replace").decode()))

    def cut(self, text: str, limit: int) -> tuple[str, int, bool]:
        """The text within `limit` tokens, how many tokens that is, and whether anything was cut off."""
        tokens = self.encode(text)
        if len(tokens) <= limit:
            return text, len(tokens), False
        return self._encoding.decode(tokens[:limit], errors="ignore"), limit, True

    def prompt(self, request: Request) -> list[int]:
        """The whole prompt in the order in which the real API caches it: tools, instructions, messages."""
        tokens: list[int] = []
        for tool in request.tools:
            tokens += self.encode(json.dumps(tool, ensure_ascii=False, separators=(",", ":")))
        tokens += self.encode(request.body.get("instructions") or "")
        for text in request.texts:
            tokens += [0] * _MESSAGE_FRAME + self.encode(text)
        return tokens


class PromptCache:
    """Remembers prefixes of prompts by their digest, per `prompt_cache_key`; the least recently used go first."""

    def __init__(self, capacity: int = 8192) -> None:
        self._seen: OrderedDict[bytes, None] = OrderedDict()
        self._capacity = capacity

    def read(self, key: str, tokens: list[int]) -> tuple[int, int]:
        """Looks a prompt up and stores it.

        Returns:
            How many tokens of its beginning were there already, and how many were written now.
        """
        cached = length = 0
        for length, digest in _prefixes(key, tokens):
            if digest in self._seen:
                cached = length
                self._seen.move_to_end(digest)
            else:
                self._seen[digest] = None
        while len(self._seen) > self._capacity:
            self._seen.popitem(last=False)
        return cached, length - cached


def _prefixes(key: str, tokens: list[int]) -> Iterator[tuple[int, bytes]]:
    digest = hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=16)
    start = 0
    for length in _lengths(len(tokens)):
        digest.update(array("I", tokens[start:length]).tobytes())
        start = length
        yield length, digest.digest()


def _lengths(size: int) -> Iterable[int]:
    return range(CACHE_MINIMUM, size + 1, CACHE_STEP)


def usage(input_tokens: int, output_tokens: int, *, cached: int, written: int) -> dict[str, Any]:
    """The answer's `usage` object. The classifier does no reasoning."""
    return {
        "input_tokens": input_tokens,
        "input_tokens_details": {"cached_tokens": cached, "cache_write_tokens": written},
        "output_tokens": output_tokens,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": input_tokens + output_tokens,
    }
