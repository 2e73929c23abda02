"""Mails of people that look like robots', and of robots that look like people's: both sides, in many languages."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.mail.inbound.message import InboundMail
from app.mail.inbound.screening import screen
from app.mail.inbound.shop_mail import unwrap
from app.vocabulary import MailKind
from tests.mail.samples import read_mail

OWN = ("support@shop.example",)
FOLDER = Path(__file__).parent / "screening"


def cases(name: str) -> list[Any]:
    rows = [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]
    return [pytest.param(row, id=row["about"]) for row in rows]


def mail_of(row: dict[str, Any]) -> InboundMail:
    headers = {name.replace("-", "_").lower(): value for name, value in row.get("headers", {}).items()}
    headers |= {name: row[name] for name in ("subject", "to", "content_type") if name in row}
    if "from" in row:
        headers["from_"] = row["from"]
    return unwrap(read_mail(row.get("text", "Where is my order?"), **headers), own_addresses=OWN)


@pytest.mark.parametrize("row", cases("customers.jsonl"))
def test_a_person_is_answered(row):
    mail = mail_of(row)
    found = screen(mail, own_addresses=OWN)

    assert (found.answerable, found.kind) == (True, MailKind.CUSTOMER), found
    assert mail.customer.key == row.get("customer", mail.from_.key)
    if "reads" in row:
        assert mail.text == row["reads"]


@pytest.mark.parametrize("row", cases("robots.jsonl"))
def test_a_robot_is_not_answered(row):
    found = screen(mail_of(row), own_addresses=OWN)

    assert (found.answerable, found.kind) == (False, row["kind"]), found
    assert found.reasons
    if "status" in row:
        assert "".join((one.status or "-")[0] for one in found.bounces) == row["status"]
        assert all(one.recipient for one in found.bounces)
    if row["kind"] == MailKind.FORWARDING_CHECK:
        assert found.forwarding_check is not None
        assert (found.forwarding_check.code, found.forwarding_check.link) == (row["code"], row["link"])
