"""What a shop's own software mails in: forms are their visitors', a provider's question is the owner's."""

from app.models import InboundMail, Message, Notice
from app.vocabulary import Authenticity, LeadMethod, MailKind, Outcome
from tests.service import SUPPORT

SHOPIFY = '"Demo (Shopify)" <mailer@shopify.com>'
FORM = """\
You received a new message from your online store's contact form.

Country Code:
US

Name:
Olivia Martinez

Email:
olivia.martinez@example.net

Body:
Hello, where is my order #1035?
"""


async def test_a_contact_form_is_answered_to_its_visitor_who_is_not_proven(service):
    mail = await service.ask(
        SHOPIFY,
        "New customer message on November 22",
        FORM,
        headers={"Reply-To": "olivia.martinez@example.net"},
    )

    assert mail.kind is MailKind.CUSTOMER
    assert (mail.from_name, mail.from_address) == ("Olivia Martinez", "olivia.martinez@example.net")
    assert mail.authenticity is Authenticity.UNAUTHENTICATED
    (message, *_) = await service.rows(Message)
    assert (message.from_address, message.new_text) == (
        "olivia.martinez@example.net",
        "Hello, where is my order #1035?",
    )
    touchpoint, *_ = await service.exchanges()
    assert touchpoint.lead_method is LeadMethod.CONTACT_FORM
    assert {address for sent in service.sent() for address in sent.to} <= {"olivia.martinez@example.net"}


async def test_a_form_that_sends_as_the_shop_is_not_taken_for_our_own_mail(service):
    mail = await service.ask(
        f"Demo <{SUPPORT}>",
        "Contact form",
        "Do you ship to Norway?",
        headers={"Reply-To": "eve@customer.example"},
    )

    assert (mail.kind, mail.from_address) == (MailKind.CUSTOMER, "eve@customer.example")
    assert mail.outcome is not Outcome.IGNORED


async def test_a_providers_code_is_kept_and_the_owners_are_told_once_a_day(service):
    for code in ("123456789", "987654321"):
        await service.ask(
            "Gmail Team <forwarding-noreply@google.com>",
            f"(#{code}) Gmail Forwarding Confirmation",
            f"Confirmation code: {code}\nhttps://mail-settings.google.com/mail/vf-{code}",
        )

    kept = await service.rows(InboundMail)
    assert [mail.outcome for mail in kept] == [Outcome.IGNORED] * 2
    assert sorted(mail.forwarding_check["code"] for mail in kept) == ["123456789", "987654321"]
    (notice,) = await service.rows(Notice)
    assert "Gmail" in notice.text
    assert service.sandbox.calls("openai") == 0
