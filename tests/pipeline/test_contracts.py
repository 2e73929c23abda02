"""What goes over the wire on the whole path is what the vendors document."""

import json
from pathlib import Path

import jsonschema

from app.models import InboundMail
from app.vocabulary import Outcome
from tests.service import CUSTOMERS


async def test_every_body_that_is_sent_agrees_with_the_vendors_descriptions(service, corpora: Path):
    for number, (sender, text) in enumerate(
        [*CUSTOMERS, ("A <a@b.example>", "What is your return policy? Do you ship to Norway?")]
    ):
        mail = await service.ask(sender, f"Question {number}", text)
        assert mail.outcome is not Outcome.FAILED
    requests = service.sandbox.requests("openai")
    mails = service.sandbox.requests("sendgrid")
    assert len(requests) == 5
    assert len(mails) >= 4
    openai = json.loads((corpora / "openai" / "slice.json").read_text("utf-8"))
    create = {"$ref": "#/components/schemas/CreateResponse", "components": openai["components"]}
    sendgrid = json.loads((corpora / "sendgrid" / "oai" / "json" / "tsg_mail_v3.json").read_text("utf-8"))
    send = {**sendgrid, "$ref": "#/components/requestBodies/PostMailSend/content/application~1json/schema"}
    for request in requests:
        jsonschema.Draft202012Validator(create).validate(request.json())
    for request in mails:
        jsonschema.Draft202012Validator(send).validate(request.json())


async def test_the_vendors_own_inbound_parse_samples_come_in_and_are_read(service, corpora: Path):
    samples = sorted((corpora / "sendgrid").glob("*-helper/sample_data/*.txt"))
    bodies = [path.read_bytes().replace(b"\n", b"\r\n") for path in samples if path.stat().st_size]
    for body in bodies:
        answer = await service.post_form(body, "multipart/form-data; boundary=xYzZY")
        assert answer.status_code == 202
    mails = await service.settled(len({bytes(body) for body in bodies}) - 1)
    read = [mail for mail in mails if mail.outcome is not Outcome.FAILED]
    unreadable = [mail for mail in mails if mail.outcome is Outcome.FAILED]
    assert {mail.from_address for mail in read} <= {"test@example.com"}
    assert all(mail.subject.startswith("Inbound Parse Test") for mail in read)
    assert all("could not be read" in mail.outcome_reason for mail in unreadable)


async def test_every_helpdesk_mail_of_the_corpora_comes_to_an_end_with_a_reason(service, corpora: Path):
    """Twelve of the 37 are one mail with other headers around it: the same Message-ID, From, Date and body."""
    new = 0
    for path in sorted((corpora / "mime" / "chatwoot").glob("*.eml")):
        answer = await service.post_raw(path.read_bytes())
        assert answer.status_code == 202
        new += answer.json()["new"]
    mails: list[InboundMail] = await service.settled(new)
    assert len(mails) == new == 25
    assert all(mail.outcome_reason for mail in mails)
    assert not [mail.subject for mail in mails if mail.outcome is Outcome.FAILED]
