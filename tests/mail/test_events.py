import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadRequest
from app.mail.outbound.events import DeliveryKind, parse_events

KINDS = {
    "queued": DeliveryKind.PROCESSED,
    "delivered": DeliveryKind.DELIVERED,
    "rejected": DeliveryKind.DROPPED,
    "bounced": DeliveryKind.BOUNCED,
    "deferred": DeliveryKind.DEFERRED,
    "opened": DeliveryKind.OPEN,
    "clicked": DeliveryKind.CLICK,
    "complained": DeliveryKind.SPAM_REPORT,
    "unsubscribed": DeliveryKind.UNSUBSCRIBE,
    "unknown": DeliveryKind.UNKNOWN,
    "subscribed": DeliveryKind.UNKNOWN,  # group_resubscribe
}


def test_the_anymail_events_are_understood(corpora: Path):
    path = corpora / "sendgrid" / "anymail-sendgrid" / "event_webhook_cases.json"
    cases = json.loads(path.read_text("utf-8"))
    assert len(cases) >= 8

    for case in cases:
        expected, raw = case["expected"], case["events"][0]
        (event,) = parse_events(json.dumps(case["events"]).encode())
        if "event_type" in expected:
            assert event.kind == KINDS[expected["event_type"]], case["test"]
        assert event.event_id == expected.get("event_id", raw.get("sg_event_id", "")), case["test"]
        assert event.recipient == expected.get("recipient", raw.get("email", ""))
        assert event.occurred_at is not None
        assert event.occurred_at.timestamp() == raw["timestamp"]
        assert event.smtp_id == raw.get("smtp-id")
        if expected.get("mta_response"):
            assert event.reason == expected["mta_response"]
        for name, value in expected.get("metadata", {}).items():
            assert event.custom_args[name] == value
        assert event.payload == raw


def test_our_own_arguments_come_back_alone():
    (event,) = parse_events(
        b'[{"event": "processed", "email": "a@b.example", "timestamp": 1, "ip": "1.1.1.1", "sg_message_id": "abc.filter1",'
        b' "reply_id": "42", "category": ["x"]}]'
    )

    assert event.custom_args == {"reply_id": "42"}
    assert event.provider_id == "abc"


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b"null", b"\xff", b"[" * 100_000])
def test_what_is_no_batch_is_the_callers_fault(body):
    with pytest.raises(BadRequest):
        parse_events(body)


def test_an_empty_batch_has_no_events():
    assert parse_events(b"[]") == ()


JSON = st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=4)  # fmt: skip
NAMES = st.sampled_from(
    ["event", "email", "timestamp", "smtp-id", "sg_event_id", "sg_message_id", "reason", "reply_id"]
)


@given(st.lists(st.dictionaries(NAMES, JSON), max_size=3))
def test_values_of_any_type_are_read(batch):
    assert len(parse_events(json.dumps(batch).encode())) == len(batch)
