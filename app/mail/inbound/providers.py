"""Mail providers that people use: where their IMAP and SMTP servers are, and what signing in takes there."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider. All take TLS from the first byte for IMAP, on port 993.

    Attributes:
        name: As on the command line.
        title: As people call it.
        host: IMAP server.
        domains: Address domains that can only be this provider's.
        sign_in: How to come by a password, in words for an owner.
        takes_passwords: False where OAuth is the only way.
        trusted_hosts: The authserv-id (RFC 8601, 2.5) that its own servers put into a mail that they received.
        oauth_url, scope: For OAuth; empty where it is not offered to everybody.
        smtp_host: SMTP server, for handing mails in.
        smtp_starttls: It wants STARTTLS on port 587; the others take TLS from the first byte on port 465.
        smtp_scope: As `scope`, for sending.
        keeps_copy: What it sends by SMTP stands in the folder of sent mails by itself.
    """

    name: str
    title: str
    host: str
    domains: tuple[str, ...]
    sign_in: str
    takes_passwords: bool = True
    trusted_hosts: tuple[str, ...] = ()
    oauth_url: str = ""
    scope: str = ""
    smtp_host: str = ""
    smtp_starttls: bool = False
    smtp_scope: str = ""
    keeps_copy: bool = False


_ALL = (
    Provider(
        name="gmail",
        title="Gmail or Google Workspace",
        host="imap.gmail.com",
        domains=("gmail.com", "googlemail.com"),
        # https://support.google.com/accounts/answer/185833
        sign_in="Make an app password at myaccount.google.com/apppasswords (2-Step Verification has to be on).",
        trusted_hosts=("mx.google.com",),
        oauth_url="https://oauth2.googleapis.com/token",
        scope="https://mail.google.com/",
        # https://support.google.com/a/answer/176600
        smtp_host="smtp.gmail.com",
        smtp_scope="https://mail.google.com/",
        keeps_copy=True,
    ),
    Provider(
        name="outlook",
        title="Outlook or Microsoft 365",
        host="outlook.office365.com",
        domains=("outlook.com", "hotmail.com", "live.com", "msn.com"),
        # https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/deprecation-of-basic-authentication-exchange-online
        sign_in="Microsoft takes no passwords over IMAP: sign in with OAuth, as docs/mailboxes.md tells.",
        takes_passwords=False,
        oauth_url="https://login.microsoftonline.com/common/oauth2/v2.0/token",
        scope="https://outlook.office.com/IMAP.AccessAsUser.All offline_access",
        # https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission
        smtp_host="smtp.office365.com",
        smtp_starttls=True,
        smtp_scope="https://outlook.office.com/SMTP.Send offline_access",
        keeps_copy=True,
    ),
    Provider(
        name="yahoo",
        title="Yahoo Mail",
        host="imap.mail.yahoo.com",
        domains=("yahoo.com", "ymail.com", "rocketmail.com"),
        # https://help.yahoo.com/kb/SLN15241.html
        sign_in="Make an app password in Yahoo's account security settings.",
        smtp_host="smtp.mail.yahoo.com",  # https://help.yahoo.com/kb/SLN4724.html
    ),
    Provider(
        name="icloud",
        title="iCloud Mail",
        host="imap.mail.me.com",
        domains=("icloud.com", "me.com", "mac.com"),
        # https://support.apple.com/102654
        sign_in="Make an app-specific password at account.apple.com, under Sign-In and Security.",
        smtp_host="smtp.mail.me.com",  # https://support.apple.com/102525
        smtp_starttls=True,
    ),
    Provider(
        name="fastmail",
        title="Fastmail",
        host="imap.fastmail.com",
        domains=("fastmail.com", "fastmail.fm"),
        # https://www.fastmail.help/hc/en-us/articles/360058752854
        sign_in="Make an app password with access to IMAP and SMTP in Fastmail's settings, under Privacy & Security.",
        smtp_host="smtp.fastmail.com",  # https://www.fastmail.help/hc/en-us/articles/1500000279921
    ),
)
PROVIDERS: Mapping[str, Provider] = {provider.name: provider for provider in _ALL}


def find_provider(address: str) -> Provider | None:
    """The provider of an address by its domain; None for a domain of one's own, which may be anywhere."""
    domain = address.rpartition("@")[2].lower()
    return next((provider for provider in _ALL if domain in provider.domains), None)
