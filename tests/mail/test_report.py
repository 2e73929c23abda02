import json

from app.mail.inbound.message import Transport
from app.mail.inbound.mime import read
from app.mail.report import describe, describe_body
from tests.mail.samples import RICH, read_mail

KEYS = [
    *(
        "file",
        "message_id",
        "in_reply_to",
        "references",
        "from",
        "customer",
        "reply_to",
        "to",
        "cc",
        "subject",
        "date",
    ),
    *("text", "reply", "quoted", "forwarded", "attachments", "kind", "answerable", "reasons", "bounces"),
    *("authenticity", "forwarding_check", "problems"),
]


def test_a_report_has_the_keys_of_the_contract_and_is_json():
    report = describe(read(RICH), file="rich.eml", own_addresses={"support@shop.example"})

    assert sorted(report) == sorted(KEYS)
    assert json.loads(json.dumps(report)) == report
    assert report["from"] == {"name": "Jörg Müller", "address": "joerg@customer.example"}
    assert report["date"] == "2026-11-02T10:00:00+01:00"
    assert set(report["attachments"][0]) == {"filename", "content_type", "size", "sha256", "inline"}
    assert (report["kind"], report["answerable"], report["forwarding_check"]) == ("customer", True, None)
    assert set(report["authenticity"]) == {"result", "spf", "dkim", "dmarc", "reasons"}


def test_a_body_has_the_same_keys():
    report = describe_body("Yes.\n\n> old", file="body.txt")

    assert sorted(report) == sorted(KEYS)
    assert (report["text"], report["reply"], report["quoted"]) == ("Yes.\n\n> old", "Yes.", "> old")


def test_a_transport_is_taken_into_account():
    transport = Transport(spf="pass", envelope_from="ann@customer.example")

    assert describe(read_mail(), file="x", transport=transport)["authenticity"]["result"] == "authenticated"
