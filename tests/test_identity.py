"""Who asks is fixed when the mail comes in."""

from dataclasses import FrozenInstanceError
from uuid import uuid4

import pytest

from app.identity import Identity
from app.vocabulary import Authenticity


def identity(sender="Ann@Example.COM ", recipient=" ann@example.com"):
    return Identity(uuid4(), sender, recipient, Authenticity.AUTHENTICATED)


def test_addresses_are_compared_without_letter_case():
    assert identity().sender == identity().reply_to_recipient == "ann@example.com"
    assert not identity().is_redirected


def test_a_reply_to_elsewhere_is_seen():
    assert identity(recipient="eve@example.net").is_redirected


def test_nobody_changes_it_later():
    with pytest.raises(FrozenInstanceError):
        identity().reply_to_recipient = "eve@example.net"
