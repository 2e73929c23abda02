"""Mail that is encrypted or sealed (S/MIME, RFC 8551; PGP, RFC 3156 and 9580): left whole, and said so to a person."""

import re

from app.mail.inbound.headers import Parameterised

_SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_SEALED = re.compile(r"signed-data|compressed-data|certs-only", re.IGNORECASE)
_ARMOR = re.compile(r"^-----BEGIN PGP MESSAGE(?:, PART [\d/]{1,9})?-----[ \t]*$", re.MULTILINE)
_SIGNED = re.compile(
    r"^-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\n(?:[A-Za-z]+:.*\n){0,10}[ \t]*\n", re.MULTILINE
)
_SIGNATURE = re.compile(r"^-----BEGIN PGP SIGNATURE-----[ \t]*$", re.MULTILINE)
_SIGNATURE_END = re.compile(r"^-----END PGP SIGNATURE-----[ \t]*$\n?", re.MULTILINE)

ENCRYPTED_SMIME = "The mail is encrypted (S/MIME); only a person who has the key can read it."
SEALED_SMIME = (
    "The mail's text is inside a signed S/MIME file (smime.p7m); a person must open it in a mail program."
)
ENCRYPTED_PGP = "The mail is encrypted (PGP); only a person who has the key can read it."


def problem_of_part(content_type: Parameterised, filename: str) -> str | None:
    """What to tell about a part that hides the text, or None for every other part."""
    if content_type.value == "multipart/encrypted":
        is_smime = "pkcs7" in content_type.parameters.get("protocol", "").lower()
        return ENCRYPTED_SMIME if is_smime else ENCRYPTED_PGP
    if content_type.value in _SMIME or filename.lower().endswith((".p7m", ".p7z")):
        kind = content_type.parameters.get("smime-type", "")
        return SEALED_SMIME if _SEALED.search(kind) else ENCRYPTED_SMIME
    return None


def has_pgp_message(text: str) -> bool:
    """Whether an encrypted message stands in the text ("inline PGP")."""
    return "-----BEGIN PGP MESSAGE" in text and _ARMOR.search(text) is not None


def strip_clear_signature(text: str) -> str:
    """A text that is signed in clear, without the frame of the signature (RFC 9580, 7). What is not whole stays."""
    if "-----BEGIN PGP SIGNED MESSAGE-----" not in text:
        return text
    begin = _SIGNED.search(text)
    signature = _SIGNATURE.search(text, begin.end()) if begin else None
    if begin is None or signature is None:
        return text
    signed = text[begin.end() : signature.start()]
    end = _SIGNATURE_END.search(text, signature.end())
    dashes_undone = re.sub(r"^- ", "", signed, flags=re.MULTILINE)
    return text[: begin.start()] + dashes_undone + (text[end.end() :] if end else "")
