"""The mail that a recipient gets out of a Mail Send body."""

import base64
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import httpx

from app.sandbox.server import SandboxServer
from tests.sandbox.mails import a_mail, people, send, to_one


def _received(http: httpx.Client, sandbox: SandboxServer, mail: dict[str, Any]) -> EmailMessage:
    assert send(http, mail).status_code == 202
    parsed = message_from_bytes(sandbox.outbox.messages[-1].raw, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_the_recipient_gets_an_alternative_of_text_and_html(
    http: httpx.Client, sandbox: SandboxServer
) -> None:
    mail = _received(http, sandbox, a_mail())

    assert mail.get_content_type() == "multipart/alternative"
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content() == "It is on its way.\r\n"
    assert html.get_content().strip() == "<p>It is on its way.</p>"


def test_the_recipient_gets_our_headers_and_the_providers_own_message_id(
    http: httpx.Client, sandbox: SandboxServer
) -> None:
    mail = _received(http, sandbox, a_mail(headers={"Message-ID": "<ours@shop.example>"}))

    kept = sandbox.outbox.messages[-1]
    assert mail["In-Reply-To"] == "<question@example.com>"
    assert mail["References"] == "<first@example.com> <question@example.com>"
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["Reply-To"] == "help+token@shop.example"
    assert mail["From"] == '"Shop, Help" <help@shop.example>'
    assert mail.get_all("Message-ID") == [kept.message_id]
    assert kept.message_id.startswith(f"<{kept.x_message_id}@")


def test_long_references_survive_untouched(http: httpx.Client, sandbox: SandboxServer) -> None:
    references = " ".join(f"<{'x' * 90}{number}@mail.example.com>" for number in range(30))

    mail = _received(http, sandbox, a_mail(personalizations=to_one(headers={"References": references})))

    assert mail["References"] == references
    assert max(len(line) for line in sandbox.outbox.messages[-1].raw.split(b"\r\n")) <= 998


def test_persian_and_emoji_survive(http: httpx.Client, sandbox: SandboxServer) -> None:
    subject = "Re: سفارش من کجاست؟ 📦 " + "خیلی " * 40
    text = "سلام، سفارش شما در راه است.\n" * 50

    mail = _received(
        http,
        sandbox,
        a_mail(
            subject=subject.strip(),
            content=[{"type": "text/plain", "value": text}],
            personalizations=[{"to": [{"email": "mina@example.com", "name": "مینا"}]}],
        ),
    )

    assert mail["Subject"] == subject.strip()
    assert mail.get_content() == text.replace("\n", "\r\n")
    assert mail["To"].addresses[0].display_name == "مینا"
    assert sandbox.outbox.messages[-1].raw.isascii()


def test_attachments_reach_the_recipient(http: httpx.Client, sandbox: SandboxServer) -> None:
    content = base64.b64encode(bytes(range(256))).decode()
    attachment = {"content": content, "filename": "فاکتور.pdf", "type": "application/pdf"}

    mail = _received(http, sandbox, a_mail(attachments=[attachment]))

    (part,) = mail.iter_attachments()
    assert (part.get_filename(), part.get_content()) == ("فاکتور.pdf", bytes(range(256)))


def test_blind_copies_are_not_told(http: httpx.Client, sandbox: SandboxServer) -> None:
    mail = _received(http, sandbox, a_mail(personalizations=to_one(bcc=[{"email": "secret@example.com"}])))

    assert b"secret@example.com" not in mail.as_bytes()
    assert sandbox.outbox.messages[-1].recipients == ["mina@example.com", "secret@example.com"]


def test_each_personalization_is_a_mail_of_its_own(http: httpx.Client, sandbox: SandboxServer) -> None:
    each = [{"to": [person], "custom_args": {"n": str(n)}} for n, person in enumerate(people(3))]

    send(http, a_mail(personalizations=each, custom_args={"all": "yes"}))

    kept = sandbox.outbox.messages
    assert [mail.to for mail in kept] == [[person["email"]] for person in people(3)]
    assert [mail.custom_args for mail in kept] == [{"all": "yes", "n": str(n)} for n in range(3)]
    assert len({mail.id for mail in kept}) == 3
    assert len({mail.x_message_id for mail in kept}) == 1
