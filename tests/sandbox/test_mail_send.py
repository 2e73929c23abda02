import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
import sendgrid

from app.sandbox.sendgrid.validation import is_address
from app.sandbox.server import SandboxServer
from tests.patience import PATIENCE
from tests.sandbox.mails import a_mail, people, send, to_one


def _in(hours: float) -> int:
    return int((datetime.now(UTC) + timedelta(hours=hours)).timestamp())


ACCEPTED: dict[str, dict[str, Any]] = {
    "a complete reply": a_mail(),
    "text only": a_mail(content=[{"type": "text/plain", "value": "Hi"}]),
    "html only": a_mail(content=[{"type": "text/html", "value": "<p>Hi"}]),
    "a calendar part last": a_mail(
        content=[
            {"type": "text/plain", "value": "Hi"},
            {"type": "text/html", "value": "<p>Hi"},
            {"type": "text/calendar", "value": "BEGIN:VCALENDAR"},
        ]
    ),
    "a subject per personalization": a_mail(subject=None, personalizations=to_one(subject="Yours")),
    "a thousand recipients": a_mail(personalizations=[{"to": people(1000)}]),
    "cc and bcc": a_mail(
        personalizations=to_one(cc=[{"email": "cc@example.com"}], bcc=[{"email": "bcc@example.com"}])
    ),
    "several to reply to": a_mail(reply_to=None, reply_to_list=people(2)),
    "an attachment": a_mail(attachments=[{"content": "aGk=", "filename": "hi.txt", "type": "text/plain"}]),
    "an inline image": a_mail(
        attachments=[
            {
                "content": "aGk=",
                "filename": "a.png",
                "type": "image/png",
                "disposition": "inline",
                "content_id": "a",
            }
        ]
    ),
    "ten categories": a_mail(categories=[f"c{number}" for number in range(10)]),
    "scheduled within 72 hours": a_mail(send_at=_in(71)),
    "scheduled in the past": a_mail(personalizations=to_one(send_at=1)),
    "tracking off": a_mail(
        tracking_settings={"click_tracking": {"enable": False}, "open_tracking": {"enable": False}}
    ),
    "an unsubscribe group": a_mail(asm={"group_id": 1}),
    "a name in Persian": a_mail(**{"from": {"email": "help@shop.example", "name": "پاسخ"}}),
}

REFUSED: dict[str, tuple[Any, str | None]] = {
    "not an object": ([], None),
    "no personalizations": (a_mail(personalizations=None), "personalizations"),
    "empty personalizations": (a_mail(personalizations=[]), "personalizations"),
    "personalizations of a wrong type": (a_mail(personalizations={"to": []}), "personalizations"),
    "no recipient": (a_mail(personalizations=[{"cc": people(1)}]), "personalizations.0.to"),
    "a recipient as a string": (
        a_mail(personalizations=[{"to": ["a@example.com"]}]),
        "personalizations.0.to.0",
    ),
    "a bad recipient": (
        a_mail(personalizations=[{"to": [{"email": "nobody"}]}]),
        "personalizations.0.to.0.email",
    ),
    "an empty recipient": (
        a_mail(personalizations=[{"to": [{"email": ""}]}]),
        "personalizations.0.to.0.email",
    ),
    "more than a thousand recipients": (
        a_mail(personalizations=[{"to": people(999)}, {"to": people(2)}]),
        "personalizations",
    ),
    "more than a thousand personalizations": (a_mail(personalizations=to_one() * 1001), "personalizations"),
    "an address twice": (
        a_mail(personalizations=to_one(cc=[{"email": "MINA@example.com"}])),
        "personalizations.0",
    ),
    "no sender": (a_mail(**{"from": None}), "from.email"),
    "a bad sender": (a_mail(**{"from": {"email": "help@localhost"}}), "from.email"),
    "a name with a line break": (
        a_mail(**{"from": {"email": "a@b.example", "name": "a\r\nBcc: x"}}),
        "from.name",
    ),
    "both ways to reply": (a_mail(reply_to_list=people(1)), "reply_to"),
    "no subject": (a_mail(subject=None), "subject"),
    "an empty subject": (a_mail(subject=""), "subject"),
    "a subject with a line break": (a_mail(subject="Hi\r\nBcc: x@example.com"), "subject"),
    "no content": (a_mail(content=None), "content"),
    "empty content": (a_mail(content=[]), "content"),
    "an empty value": (a_mail(content=[{"type": "text/plain", "value": ""}]), "content.0.value"),
    "no type": (a_mail(content=[{"value": "Hi"}]), "content.0.type"),
    "a type with a parameter": (
        a_mail(content=[{"type": "text/plain; charset=x", "value": "Hi"}]),
        "content.0.type",
    ),
    "html before text": (a_mail(content=a_mail()["content"][::-1]), "content"),
    "an unknown template": (a_mail(template_id="d-1"), "template_id"),
    "a reserved header": (a_mail(personalizations=to_one(headers={"Reply-To": "a@example.com"})), None),
    "a header value that is not ASCII": (a_mail(headers={"X-Name": "پاسخ"}), "headers.X-Name"),
    "a header value with a line break": (a_mail(headers={"X-Name": "a\nb"}), "headers.X-Name"),
    "a header value that is a number": (a_mail(headers={"X-Name": 1}), "headers.X-Name"),
    "a header name with a space": (a_mail(headers={"X Name": "a"}), "headers.X Name"),
    "a custom argument that is a number": (
        a_mail(personalizations=to_one(custom_args={"id": 1})),
        "personalizations.0.custom_args.id",
    ),
    "custom arguments over 10,000 bytes": (
        a_mail(personalizations=to_one(custom_args={"id": "x" * 10_000})),
        "personalizations.0.custom_args",
    ),
    "custom arguments over 10,000 bytes together": (
        a_mail(personalizations=to_one(custom_args={"a": "x" * 6_000}), custom_args={"b": "x" * 6_000}),
        "personalizations.0.custom_args",
    ),
    "an attachment that is not base64": (
        a_mail(attachments=[{"content": "?", "filename": "a"}]),
        "attachments.0.content",
    ),
    "an attachment without a name": (a_mail(attachments=[{"content": "aGk="}]), "attachments.0.filename"),
    "an attachment of an odd disposition": (
        a_mail(attachments=[{"content": "aGk=", "filename": "a", "disposition": "form-data"}]),
        "attachments.0.disposition",
    ),
    "eleven categories": (a_mail(categories=[f"c{number}" for number in range(11)]), "categories"),
    "a category twice": (a_mail(categories=["a", "a"]), "categories"),
    "a long category": (a_mail(categories=["a" * 256]), "categories.0"),
    "scheduled beyond 72 hours": (a_mail(send_at=_in(73)), "send_at"),
    "send_at as text": (a_mail(send_at="tomorrow"), "send_at"),
    "an unsubscribe group without an id": (a_mail(asm={"groups_to_display": [1]}), "asm.group_id"),
}


@pytest.fixture(scope="session")
def openapi(corpora: Path) -> jsonschema.Draft202012Validator:
    schema = json.loads((corpora / "sendgrid" / "oai" / "json" / "tsg_mail_v3.json").read_text())
    reference = "#/components/requestBodies/PostMailSend/content/application~1json/schema"
    return jsonschema.Draft202012Validator({**schema, "$ref": reference})


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_is_right_is_accepted_with_an_empty_answer(
    name: str, http: httpx.Client, sandbox: SandboxServer
) -> None:
    answer = send(http, ACCEPTED[name])

    assert (answer.status_code, answer.content) == (202, b""), answer.text
    assert sandbox.outbox.messages[0].x_message_id == answer.headers["X-Message-Id"]


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_is_accepted_agrees_with_the_vendors_openapi(
    name: str, openapi: jsonschema.Draft202012Validator
) -> None:
    openapi.validate(ACCEPTED[name])


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_refused_and_the_field_is_named(
    name: str, http: httpx.Client, sandbox: SandboxServer
) -> None:
    mail, field = REFUSED[name]

    answer = send(http, mail)

    assert answer.status_code == 400
    errors = answer.json()["errors"]
    assert all(set(error) == {"message", "field", "help"} for error in errors)
    if field is not None:
        assert field in [error["field"] for error in errors]
    assert len(sandbox.outbox) == 0


def test_every_reserved_header_is_refused_in_any_case(http: httpx.Client) -> None:
    names = [
        "x-sg-id",
        "X-SG-EID",
        "Received",
        "DKIM-Signature",
        "Content-Type",
        "Content-Transfer-Encoding",
        "To",
        "From",
        "Subject",
        "Reply-To",
        "CC",
        "bcc",
    ]
    for name in names:
        assert send(http, a_mail(headers={name: "a"})).status_code == 400, name


def test_all_that_is_wrong_is_told_at_once(http: httpx.Client) -> None:
    errors = send(http, {}).json()["errors"]

    assert {error["field"] for error in errors} >= {"personalizations", "from.email", "subject", "content"}


@pytest.mark.parametrize("key", ["none", "sandbox-sendgrid-key2"])
def test_a_wrong_key_is_refused(key: str, http: httpx.Client, sandbox: SandboxServer) -> None:
    answer = send(http, a_mail(), key=key)

    assert answer.status_code == 401
    assert set(answer.json()["errors"][0]) == {"message", "field", "help"}
    assert len(sandbox.outbox) == 0


def test_a_request_without_a_key_is_refused(http: httpx.Client) -> None:
    assert http.post("/v3/mail/send", json=a_mail()).status_code == 401


def test_a_body_that_is_not_json_is_a_bad_request(http: httpx.Client) -> None:
    headers = {"Authorization": "Bearer sandbox-sendgrid-key", "Content-Type": "application/json"}
    for body in (b"{", b'{"subject": "\\ud800"}', b"\xff", b"[" * 100_000):
        answer = http.post("/v3/mail/send", content=body, headers=headers)
        assert answer.status_code == 400, body[:20]
        assert answer.json() == {"errors": [{"message": "Bad Request", "field": None, "help": None}]}


def test_another_content_type_is_refused(http: httpx.Client) -> None:
    answer = http.post(
        "/v3/mail/send", content=b"{}", headers={"Authorization": "Bearer sandbox-sendgrid-key"}
    )

    assert answer.status_code == 415


def test_more_than_thirty_megabytes_are_refused(http: httpx.Client) -> None:
    big = base64.b64encode(bytes(23_000_000)).decode()

    answer = send(http, a_mail(attachments=[{"content": big, "filename": "big.bin"}]))

    assert answer.status_code == 413


def test_other_paths_and_methods_answer_in_the_same_shape(http: httpx.Client) -> None:
    assert http.get("/v3/mail/send").status_code == 405
    assert http.post("/v3/nothing").json()["errors"][0]["message"] == "not found"


def test_sandbox_mode_checks_and_does_not_send(http: httpx.Client, sandbox: SandboxServer) -> None:
    answer = send(http, a_mail(mail_settings={"sandbox_mode": {"enable": True}}))

    assert answer.status_code == 200
    assert len(sandbox.outbox) == 0


def test_the_vendors_client_sends_and_reads_the_id(sandbox: SandboxServer) -> None:
    client = sendgrid.SendGridAPIClient(sandbox.config.sendgrid_key, host=sandbox.sendgrid_url)
    client.client.timeout = PATIENCE

    answer = client.client.mail.send.post(request_body=a_mail())

    assert answer.status_code == 202
    assert sandbox.outbox.find(answer.headers["X-Message-Id"]) is not None


def _addresses() -> Iterator[tuple[str, bool]]:
    yield from (
        (good, True)
        for good in (
            "a@b.co",
            "a.b+c@d-e.example",
            "o'neil@x.example",
            '"a b"@x.example',
            "a@xn--mgba3a.example",
        )
    )
    yield from (
        (bad, False)
        for bad in (
            "",
            "a",
            "a@b",
            "@b.co",
            "a@",
            "a b@c.example",
            ".a@b.example",
            "a..b@c.example",
            "a@-b.example",
            "a@b..example",
            "a@b.example\n",
            "<a@b.example>",
            "é@b.example",
            "a@b.example, c@d.example",
            f"{'a' * 65}@b.example",
        )
    )


@pytest.mark.parametrize(("text", "expected"), list(_addresses()))
def test_addresses_are_told_from_what_only_looks_like_one(text: str, expected: bool) -> None:
    assert is_address(text) is expected
