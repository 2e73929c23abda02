"""The other side of screening: every mail of the corpora, labelled by hand. Customers stay answerable, robots do not.

labels.json tells of each file `[customer | robot | other, one word why]`. `other` is what this bar does not judge: files
without a sender, and letters of firms that carry no mark of a machine.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.mail.inbound import mime
from app.mail.inbound.message import InboundMail
from app.mail.inbound.screening import screen
from app.mail.inbound.sendgrid import read_form, split_form
from app.mail.inbound.shop_mail import unwrap
from tests.mail.samples import read_mail

LABELS = json.loads((Path(__file__).parent / "screening" / "labels.json").read_text("utf-8"))
FORM_TYPE = "multipart/form-data; boundary=xYzZY"


def mails_of(path: Path, why: str) -> Iterator[InboundMail]:
    """The mails in a file: bodies without headers come from somebody, conversations hold several."""
    content = path.read_bytes()
    if why == "body":
        yield read_mail(content.decode("utf-8", "replace"))
    elif why == "posted":
        yield read_form(split_form(content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), FORM_TYPE))
    elif why == "conversation":
        for conversation in json.loads(content).values():
            for message in conversation["messages"]:
                if message["role"] == "user":
                    yield read_mail(message["body"], content_type="text/html; charset=utf-8")
    else:
        yield mime.read(content)


def verdicts(corpora: Path, label: str) -> Iterator[tuple[str, bool]]:
    for name, (said, why) in LABELS.items():
        if said == label:
            for mail in mails_of(corpora / name, why):
                yield name, screen(unwrap(mail), own_addresses=()).answerable


def test_of_a_hundred_customers_ninety_nine_stay_answerable(corpora: Path):
    found = [*verdicts(corpora, "customer")]
    lost = {name for name, answerable in found if not answerable}

    assert len(found) > 300
    assert len(lost) <= 0.01 * len(found), lost


def test_no_robot_is_answerable(corpora: Path):
    assert {name for name, answerable in verdicts(corpora, "robot") if answerable} == set()


@pytest.mark.parametrize("folder", ["mime/chatwoot", "mime/enmime/testdata/mail", "mime/stalwart/eml"])
def test_every_mail_of_these_sets_is_labelled(corpora: Path, folder: str):
    files = {
        path.relative_to(corpora).as_posix()
        for path in (corpora / folder).rglob("*")
        if path.suffix in {".eml", ".raw"}
    }
    assert files <= set(LABELS)
