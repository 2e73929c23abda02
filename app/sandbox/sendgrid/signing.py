"""SendGrid's webhook signature: ECDSA on P-256 with SHA-256 over the timestamp and the raw body.

The Event Webhook and a signed Inbound Parse webhook carry the same two headers.
https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
https://www.twilio.com/docs/sendgrid/for-developers/parsing-email/securing-your-parse-webhooks
"""

import base64

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

SIGNATURE_HEADER = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP_HEADER = "X-Twilio-Email-Event-Webhook-Timestamp"


def generate_private_key() -> ec.EllipticCurvePrivateKey:
    """A fresh P-256 key, as SendGrid makes one when signing is switched on."""
    return ec.generate_private_key(ec.SECP256R1())


def load_private_key(pem: bytes) -> ec.EllipticCurvePrivateKey:
    """A P-256 key from unencrypted PEM, for a sandbox whose public key must outlive a restart.

    Raises:
        ValueError: The PEM holds no P-256 private key.
    """
    key = load_pem_private_key(pem, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("The PEM holds no P-256 private key.")  # noqa: TRY004  the file is wrong, not a type
    return key


class Signer:
    """Signs webhook posts as SendGrid does."""

    def __init__(self, private_key: ec.EllipticCurvePrivateKey) -> None:
        self._key = private_key

    @property
    def public_key(self) -> str:
        """The verification key as SendGrid's settings page shows it: base64 of the DER, without PEM lines."""
        der = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(der).decode()

    def sign(self, body: bytes, timestamp: int) -> dict[str, str]:
        """The two headers for a post of `body` at `timestamp` (Unix seconds)."""
        signature = self._key.sign(str(timestamp).encode() + body, ec.ECDSA(hashes.SHA256()))
        return {SIGNATURE_HEADER: base64.b64encode(signature).decode(), TIMESTAMP_HEADER: str(timestamp)}
