"""A mailbox that sends by its own provider's SMTP server: where and how."""

from app.models.account import ServerAccount


class SmtpAccount(ServerAccount, table=True):
    """How the mails of a mailbox leave by SMTP. What `Mailbox.outbound` says decides whether they do."""

    __tablename__ = "smtp_account"

    keeps_copy: bool = False
    """The server itself puts what it sends into the folder of sent mails."""
