"""Our own check of a mail's DKIM signatures (RFC 6376, 8301), for mail that came without anybody's results.

dkimpy verifies; keys come from DNS. All of it is bounded: how many signatures, how big a mail, how long. Whatever goes
wrong makes a result with a reason, never an error: a mail does not wait for DNS.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import dkim
from dkim.util import InvalidTagValueList, parse_tag_value

from app.mail.domains import is_aligned

_MOST_SIGNATURES = 3
_LONGEST_MAIL = 10_000_000
_LONGEST_HEAD = 200_000
_MOST_SIGNED = 200
"""Names in h=: dkimpy looks through all headers for each."""
_SMALLEST_KEY, _BIGGEST_KEY = 1024, 4096  # bits; RFC 8301, 3.2
_BIGGEST_EXPONENT = 64  # bits; everybody's is 65537, and a power takes Python's lock until it is done
_LONGEST_KEY_RECORD = 4_000
_ALGORITHMS = frozenset({b"rsa-sha256"})  # RFC 8301 forbids rsa-sha1
_BARE_CR = re.compile(rb"\r(?!\n)")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_SIGNATURE = re.compile(rb"^DKIM-Signature[ \t]*:((?:.*\r?\n[ \t])*.*)", re.IGNORECASE | re.MULTILINE)
_WHITE_SPACE = re.compile(rb"[ \t]+")


class KeyNotReachable(Exception):
    """DNS gave no answer, neither yes nor no."""


class KeyDirectory(Protocol):
    """Where public keys are looked up."""

    async def find_text(self, name: str) -> bytes | None:
        """The TXT record of a name, its strings joined; None where there is none.

        Raises:
            KeyNotReachable: Nobody can tell now.
        """


@dataclass(frozen=True, slots=True)
class CheckedSignature:
    """What one signature came to.

    Attributes:
        domain: The one that signed (d=).
        result: As in RFC 8601, 2.7.1: pass, fail, policy, temperror, permerror.
        reason: A sentence for a person.
    """

    domain: str
    result: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Signature:
    index: int
    tags: dict[bytes, bytes]

    @property
    def domain(self) -> str:
        return self.tags.get(b"d", b"").decode("ascii", "replace").strip().lower()

    @property
    def key_name(self) -> str:
        selector = self.tags.get(b"s", b"").decode("ascii", "replace").strip()
        return f"{selector}._domainkey.{self.domain}"


async def check_signatures(raw: bytes, from_domain: str, keys: KeyDirectory) -> tuple[CheckedSignature, ...]:
    """Check the signatures of the From domain's organisation, up to the first that is good.

    Args:
        raw: The mail as it came, byte for byte.
        from_domain: Of the address in From; signatures of other domains prove nothing about it.
        keys: Where their keys are.

    Returns:
        The good one alone, or all that were checked; nothing where there is no signature to check.
    """
    aligned = [one for one in _find(raw) if is_aligned(from_domain, one.domain)][:_MOST_SIGNATURES]
    checked: list[CheckedSignature] = []
    for signature in aligned:
        found = await _check(raw, signature, keys)
        if found.result == "pass":
            return (found,)
        checked.append(found)
    return tuple(checked)


def _find(raw: bytes) -> Sequence[_Signature]:
    """The signatures in their order; the index is dkimpy's too. One that cannot be read keeps its place."""
    end = _HEAD_END.search(raw, 0, _LONGEST_HEAD)
    head = raw[: end.end() if end else _LONGEST_HEAD]
    found = []
    for index, match in enumerate(_SIGNATURE.finditer(head)):
        try:
            # dkimpy's reader: what a repeated tag means must not be read differently here and there.
            found.append(_Signature(index, parse_tag_value(re.sub(rb"\r?\n", b"", match[1]))))
        except InvalidTagValueList:
            continue
    return found


async def _check(raw: bytes, signature: _Signature, keys: KeyDirectory) -> CheckedSignature:
    obstacle = _obstacle(raw, signature)
    if obstacle is not None:
        return CheckedSignature(
            signature.domain, "policy", f"The signature of {signature.domain} {obstacle}."
        )
    try:
        key = await keys.find_text(signature.key_name)
    except KeyNotReachable:
        return CheckedSignature(
            signature.domain,
            "temperror",
            f"The signature of {signature.domain} could not be checked: DNS did not answer.",
        )
    if not key:
        return CheckedSignature(
            signature.domain, "permerror", f"The key of the signature of {signature.domain} is not published."
        )
    if refused := _obstacle_in_key(key):
        return CheckedSignature(
            signature.domain, "policy", f"The key of the signature of {signature.domain} {refused}."
        )
    result = await asyncio.to_thread(_verify, raw, signature, key)
    reason = "is good" if result == "pass" else "does not fit the mail, has expired, or cannot be read"
    return CheckedSignature(signature.domain, result, f"The signature of {signature.domain} {reason}.")


def _obstacle(raw: bytes, signature: _Signature) -> str | None:
    return _obstacle_in_signature(signature) or _obstacle_in_mail(raw)


def _obstacle_in_signature(signature: _Signature) -> str | None:
    if b"l" in signature.tags:
        return "covers a part of the text alone"  # RFC 6376, 8.2: anybody could add to it
    covered = re.split(rb"\s*:\s*", signature.tags.get(b"h", b"").lower())
    if b"from" not in covered:
        return "does not cover From"  # RFC 6376, 5.4; dkimpy does not ask for it
    if len(covered) > _MOST_SIGNED:
        return "covers more headers than any mail has"
    if signature.tags.get(b"a") not in _ALGORITHMS:
        return "uses a method that is not accepted"
    return None


def _obstacle_in_mail(raw: bytes) -> str | None:
    if len(raw) > _LONGEST_MAIL:
        return "was not checked, because the mail is too big"
    if _HEAD_END.search(raw, 0, _LONGEST_HEAD) is None:
        return "was not checked, because the mail's header is too long"
    # What one program takes for a line end and another does not: the text we show could be another than was signed.
    if _BARE_CR.search(raw) or b"\0" in raw:
        return "was not checked, because the mail has broken line ends"
    return None


def _obstacle_in_key(key: bytes) -> str | None:
    """Why a published key is not used: its owner only tries it out, or whoever published it has us reckon for hours."""
    if len(key) > _LONGEST_KEY_RECORD:
        return "is too long"
    try:
        tags = parse_tag_value(key)
        if b"y" in re.split(rb"\s*:\s*", tags.get(b"t", b"")):
            return "is only being tested"  # RFC 6376, 3.6.1: as if nothing were signed
        public, _, kind, _ = dkim.evaluate_pk("", key)
    except Exception:  # noqa: BLE001 - a stranger's record, read by a library that raises anything; `_verify` tells of it
        return None
    if kind == b"rsa" and (
        public["modulus"].bit_length() > _BIGGEST_KEY
        or public["publicExponent"].bit_length() > _BIGGEST_EXPONENT
    ):
        return "is bigger than any that is in use"
    return None


def _verify(raw: bytes, signature: _Signature, key: bytes) -> str:
    """Runs in a thread: hashing megabytes takes its time."""
    try:
        verifier = dkim.DKIM(_shrunk(raw, signature), minkey=_SMALLEST_KEY)
        is_good = verifier.verify(signature.index, dnsfunc=lambda _name, **_options: key)
    except Exception:  # noqa: BLE001 - dkimpy raises many a type on what strangers write; each means: proves nothing
        return "permerror"
    return "pass" if is_good else "fail"


def _shrunk(raw: bytes, signature: _Signature) -> bytes:
    """The same to a relaxed body hash, and linear: dkimpy's own search takes the square of a run of blanks."""
    if not signature.tags.get(b"c", b"").endswith(b"/relaxed"):
        return raw
    end = _HEAD_END.search(raw)
    assert end is not None
    return raw[: end.end()] + _WHITE_SPACE.sub(b" ", raw[end.end() :])
