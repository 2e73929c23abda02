"""A provider's question about forwarding: only its own pages are ever offered as a link."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.inbound.forwarding import find_forwarding_check
from tests.mail.samples import read_mail

GMAIL = "Gmail Team <forwarding-noreply@google.com>"
HOSTS = ("mail.google.com", "mail-settings.google.com", "mail.google.com.evil.example", "evil.example")


@pytest.mark.parametrize(
    "link",
    [
        "http://mail.google.com/mail/vf-1",
        "https://mail.google.com.evil.example/mail/vf-1",
        "https://mail.google.com@evil.example/mail/vf-1",
        "https://mail.google.com:8443/mail/vf-1",
        "https://evil.example/mail.google.com/mail/vf-1",
        "https://www.google.com/url?q=https://evil.example/mail/",
        "https://mail.google.com/other",
        "https://[broken/mail/vf-1",
        "javascript:alert(1)//https:mail.google.com/mail/",
    ],
)
def test_a_link_that_is_not_the_providers_own_is_not_shown(link):
    found = find_forwarding_check(read_mail(f"Confirm: {link}", from_=GMAIL))

    assert found is not None
    assert found[1].link is None


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["https://", "http://", "HTTPS://", "https://x@", "//"]),
            st.sampled_from(HOSTS),
            st.text("abcvf-/:@?#%. \n", max_size=12),
        )
    )
)
def test_whatever_a_mail_holds_a_link_leads_to_the_provider(pieces):
    text = " ".join("".join(piece) for piece in pieces)
    found = find_forwarding_check(read_mail(text, from_=GMAIL))

    assert found is not None
    if (link := found[1].link) is not None:
        parts = urlsplit(link)
        assert (parts.scheme, parts.username) == ("https", None)
        assert parts.hostname in HOSTS[:2]


@pytest.mark.parametrize(
    ("sender", "subject", "text"),
    [
        ("Ann <ann.beck@gmail.com>", "(#123456789) Gmail Forwarding Confirmation", "code 123456789"),
        ("forwarding-noreply@google.com.evil.example", "Gmail Forwarding Confirmation", "code 123456789"),
        ("Zoe <zoe@zoho.com>", "Please confirm forwarding my parcel", "code 123456"),
        ("no-reply@microsoft.com", "Your receipt", "code 123456"),
    ],
)
def test_who_only_speaks_of_forwarding_is_no_provider(sender, subject, text):
    assert find_forwarding_check(read_mail(text, from_=sender, subject=subject)) is None
