"""Secrets at rest: sealed where we must read them again, hashed where we must only recognise them."""

import base64
import hashlib
import hmac
import secrets

from cryptography.fernet import Fernet, InvalidToken

from app.errors import Misconfigured


class Sealer:
    """Encrypts with a key derived from PASOKH_SECRET_KEY, and derives the keys of other purposes from it."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._fernet = Fernet(base64.urlsafe_b64encode(self.derive("sealing")))

    def derive(self, purpose: str) -> bytes:
        """A 32-byte key for one purpose; keys of different purposes tell nothing of each other."""
        return hmac.digest(self._secret, f"pasokh:{purpose}".encode(), hashlib.sha256)

    def seal(self, value: str) -> bytes:
        return self._fernet.encrypt(value.encode())

    def open(self, sealed: bytes) -> str:
        """The value; Misconfigured where it was sealed with another key."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken as error:
            raise Misconfigured(
                "PASOKH_SECRET_KEY is not the one that stored tokens were encrypted with. Restore the old key."
            ) from error


def new_token(prefix: str = "") -> str:
    """An unguessable token of 256 bits that is safe in an address."""
    return prefix + secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What we keep of a token that we must only recognise. Fit for unguessable tokens, not for passwords."""
    return hashlib.sha256(token.encode()).hexdigest()
