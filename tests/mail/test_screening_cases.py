"""Mails of people that look like robots', and of robots that look like people's: both sides, in many languages."""

import json
from pathlib import Path
from typing import Any

from app.mail.inbound.message import InboundMail
from app.mail.inbound.screening import screen
from app.mail.inbound.shop_mail import unwrap
from app.vocabulary import MailKind
from tests.mail.samples import read_mail

OWN = ("support@shop.example",)
FOLDER = Path(__file__).parent / "screening"


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]


def mail_of(row: dict[str, Any]) -> InboundMail:
    headers = {name.replace("-", "_").lower(): value for name, value in row.get("headers", {}).items()}
    headers |= {name: row[name] for name in ("subject", "to", "content_type") if name in row}
    if "from" in row:
        headers["from_"] = row["from"]
    return unwrap(read_mail(row.get("text", "Where is my order?"), **headers), own_addresses=OWN)


def test_a_person_is_answered():
    for row in rows("customers.jsonl"):
        mail = mail_of(row)
        found = screen(mail, own_addresses=OWN)

        assert (found.answerable, found.kind) == (True, MailKind.CUSTOMER), (row["about"], found)
        assert mail.customer.key == row.get("customer", mail.from_.key), row["about"]
        if "reads" in row:
            assert mail.text == row["reads"], row["about"]
        if "by" in row:  # a person sends the reply, or nobody has to
            assert (found.reasons != ()) == (row["by"] == "person"), (row["about"], found)


def test_a_robot_is_not_answered():
    for row in rows("robots.jsonl"):
        found = screen(mail_of(row), own_addresses=OWN)

        assert (found.answerable, found.kind) == (False, row["kind"]), (row["about"], found)
        assert found.reasons, row["about"]
        if "status" in row:
            assert "".join((one.status or "-")[0] for one in found.bounces) == row["status"], row["about"]
            assert all(one.recipient for one in found.bounces), row["about"]
        if row["kind"] == MailKind.FORWARDING_CHECK:
            assert found.forwarding_check is not None, row["about"]
            check = (found.forwarding_check.code, found.forwarding_check.link)
            assert check == (row["code"], row["link"]), row["about"]
