import base64
from collections.abc import Iterator

import httpx
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sendgrid.helpers.eventwebhook import EventWebhook

from app.sandbox.sendgrid.events import outcome_for
from app.sandbox.sendgrid.signing import (
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    Signer,
    generate_private_key,
    load_private_key,
)
from app.sandbox.server import SandboxServer
from tests.sandbox.mails import KEY, a_mail, send, to_one
from tests.sandbox.receiver import Receiver, receive


@pytest.fixture
def receiver(sandbox: SandboxServer) -> Iterator[Receiver]:
    with receive() as receiver:
        sandbox.sendgrid.events.url = receiver.url
        sandbox.sendgrid.events.delay = 0.02
        yield receiver
        sandbox.sendgrid.reset()


def test_an_accepted_mail_is_processed_and_then_delivered(
    receiver: Receiver, http: httpx.Client, sandbox: SandboxServer
) -> None:
    x_message_id = send(http, a_mail(categories=["reply"])).headers["X-Message-Id"]

    processed, delivered = receiver.wait_for(2)

    assert [processed["event"], delivered["event"]] == ["processed", "delivered"]
    for event in (processed, delivered):
        assert event["email"] == "mina@example.com"
        assert event["smtp-id"] == sandbox.outbox.messages[0].message_id
        assert event["sg_message_id"].startswith(f"{x_message_id}.")
        assert event["reply_id"] == "42"
        assert event["category"] == ["reply"]
        assert isinstance(event["timestamp"], int)
    assert processed["sg_event_id"] != delivered["sg_event_id"]
    assert sandbox.outbox.messages[0].state == "delivered"


@pytest.mark.parametrize(
    ("recipient", "events"),
    [
        ("bounce@example.com", ["processed", "bounce"]),
        ("mina@bounce.example.com", ["processed", "bounce"]),
        ("blocked+order@example.com", ["processed", "bounce"]),
        ("dropped@example.com", ["dropped"]),
        ("deferred@example.com", ["processed", "deferred", "delivered"]),
        ("spamreport@example.com", ["processed", "delivered", "spamreport"]),
        ("silent@example.com", ["processed"]),
        ("mina@example.com", ["processed", "delivered"]),
    ],
)
def test_the_address_decides_what_becomes_of_a_mail(
    recipient: str, events: list[str], receiver: Receiver, http: httpx.Client
) -> None:
    send(http, a_mail(personalizations=[{"to": [{"email": recipient}]}]))

    assert [event["event"] for event in receiver.wait_for(len(events))] == events


def test_a_bounce_says_why_and_whether_it_is_a_block(receiver: Receiver, http: httpx.Client) -> None:
    people = [{"to": [{"email": address}]} for address in ("bounce@example.com", "blocked@example.com")]
    send(http, a_mail(personalizations=people))

    bounces = {e["email"]: e for e in receiver.wait_for(4) if e["event"] == "bounce"}

    assert bounces["bounce@example.com"]["type"] == "bounce"
    assert bounces["bounce@example.com"]["status"].startswith("5.")
    assert bounces["blocked@example.com"]["type"] == "blocked"
    assert bounces["blocked@example.com"]["reason"]


def test_every_recipient_has_events_of_their_own(receiver: Receiver, http: httpx.Client) -> None:
    send(http, a_mail(personalizations=to_one(cc=[{"email": "cc@example.com"}])))

    seen = {(event["email"], event["event"]) for event in receiver.wait_for(4)}

    assert len(seen) == 4


def test_posts_are_signed_over_timestamp_and_raw_body(
    receiver: Receiver, http: httpx.Client, sandbox: SandboxServer
) -> None:
    send(http, a_mail())
    receiver.wait_for(1)
    headers, body = receiver.posts[0]

    vendor = EventWebhook(sandbox.event_public_key)

    assert vendor.verify_signature(body.decode(), headers[SIGNATURE_HEADER], headers[TIMESTAMP_HEADER])
    assert not vendor.verify_signature(
        body.decode() + " ", headers[SIGNATURE_HEADER], headers[TIMESTAMP_HEADER]
    )


def test_a_receiver_that_fails_gets_every_event_later_and_in_order(
    receiver: Receiver, http: httpx.Client, sandbox: SandboxServer
) -> None:
    receiver.statuses = [500, 404]
    send(http, a_mail())
    sandbox.outbox.wait_for_event(sandbox.outbox.messages[0], "delivered")

    receiver.wait_for(4)  # two refused posts of at least one event, then both

    taken = [event["event"] for event in receiver.events[-2:]]
    assert taken == ["processed", "delivered"]


def test_a_receiver_that_is_not_there_gets_the_events_when_it_is(
    http: httpx.Client, sandbox: SandboxServer
) -> None:
    sandbox.sendgrid.events.url = "http://127.0.0.1:9/hooks/events"  # the discard port: nobody listens
    sandbox.sendgrid.events.delay = 0.01
    send(http, a_mail())
    sandbox.outbox.wait_for_event(sandbox.outbox.messages[0], "delivered")

    with receive() as receiver:
        sandbox.sendgrid.events.url = receiver.url

        assert [event["event"] for event in receiver.wait_for(2)] == ["processed", "delivered"]


def test_without_a_url_events_happen_and_are_not_told(http: httpx.Client, sandbox: SandboxServer) -> None:
    send(http, a_mail())

    event = sandbox.outbox.wait_for_event(sandbox.outbox.messages[0], "delivered")

    assert event["reply_id"] == "42"
    with pytest.raises(ValueError, match="URL"):
        sandbox.sendgrid.post_event(sandbox.outbox.messages[0], "open")


def test_a_test_posts_the_events_that_it_wants(
    receiver: Receiver, http: httpx.Client, sandbox: SandboxServer
) -> None:
    sandbox.sendgrid.events.automatic = False
    send(http, a_mail())
    mail = sandbox.outbox.messages[0]

    assert sandbox.sendgrid.post_event(mail, "open", ip="192.0.2.77") == 200
    assert sandbox.sendgrid.post_events([{"event": "made up"}]) == 200

    opened, made_up = receiver.events
    assert (opened["event"], opened["ip"], opened["reply_id"]) == ("open", "192.0.2.77", "42")
    assert made_up == {"event": "made up"}
    assert mail.state == "open"


def test_a_mail_for_later_has_no_events_before(http: httpx.Client, sandbox: SandboxServer) -> None:
    sandbox.sendgrid.events.delay = 0.0
    later = int(sandbox.sendgrid.now().timestamp()) + 3600
    send(http, a_mail(send_at=later))
    send(http, a_mail())
    scheduled, immediate = sandbox.outbox.messages

    sandbox.outbox.wait_for_event(immediate, "delivered")

    assert scheduled.events == []


def test_the_verification_key_is_told_as_the_vendor_tells_it(
    http: httpx.Client, sandbox: SandboxServer
) -> None:
    path, headers = "/v3/user/webhooks/event/settings/signed", {"Authorization": f"Bearer {KEY}"}

    assert http.get(path, headers=headers).json() == {"public_key": sandbox.event_public_key}
    assert http.get(path).status_code == 401
    assert "mail.send" in http.get("/v3/scopes", headers=headers).json()["scopes"]


def test_a_key_from_a_file_signs_like_any_other() -> None:
    pem = generate_private_key().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    signer = Signer(load_private_key(pem))
    key = serialization.load_der_public_key(base64.b64decode(signer.public_key))
    assert isinstance(key, ec.EllipticCurvePublicKey)

    headers = signer.sign(b"\xff body", 1_700_000_000)

    signature = base64.b64decode(headers[SIGNATURE_HEADER])
    key.verify(signature, b"1700000000\xff body", ec.ECDSA(hashes.SHA256()))
    with pytest.raises(InvalidSignature):
        key.verify(signature, b"1700000001\xff body", ec.ECDSA(hashes.SHA256()))


def test_a_key_of_another_kind_is_refused() -> None:
    other = ec.generate_private_key(ec.SECP384R1())
    pem = other.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )

    with pytest.raises(ValueError, match="P-256"):
        load_private_key(pem)


def test_a_word_inside_an_address_is_no_outcome() -> None:
    assert outcome_for("bouncer@example.com") == ("processed", "delivered")
