"""Who wrote it, from the bytes of a mail to what may leave: raw mail, keys from a real DNS server on loopback."""

from typing import Any

import pytest

from app.vocabulary import Authenticity, Outcome
from tests.mail.test_dkim_signatures import KEY_NAME, record, signed
from tests.name_server import name_server
from tests.patience import PATIENCE
from tests.scripted_model import ScriptedModel, answer, request
from tests.service import make_mail, open_service

ANN = "Ann Beck <ann@customer.example>"
POLICY = answer(request("return_policy", "return"))


def raw_mail(sender: str = ANN) -> bytes:
    return make_mail(sender, "Returns", "May I return it?")


@pytest.mark.parametrize(
    ("mode", "is_published", "result", "reason"),
    [
        ("answers", True, Authenticity.AUTHENTICATED, "DKIM passed"),
        ("answers", False, Authenticity.UNAUTHENTICATED, "not published"),
        ("is_silent", True, Authenticity.UNAUTHENTICATED, "DNS did not answer"),
    ],
)
async def test_raw_mail_is_judged_by_its_signature_and_never_waits_for_dns(
    database_url, sandbox, mode, is_published, result, reason
):
    async with name_server() as server:
        server.mode = mode
        if is_published:
            server.texts[KEY_NAME] = record()
        host, port = server.address
        options: dict[str, Any] = {
            "dns_servers": f"{host}:{port}",
            "dns_timeout_seconds": 0.3 if mode == "is_silent" else PATIENCE,
        }
        model = ScriptedModel(POLICY)
        async with open_service(database_url, sandbox, model=model, **options) as service:
            await service.post_raw(signed(raw_mail()))
            (mail,) = await service.settled(1)
            assert (mail.authenticity, mail.outcome) == (result, Outcome.ANSWERED)
            assert reason in mail.authenticity_reasons[0]


@pytest.mark.parametrize(
    ("sender", "told"),
    [
        ('"support@saffron-and-clay.example" <ann@customer.example>', "your own address"),
        ("Ann <ann@saffr0n-and-clay.example>", "look like your own"),
    ],
)
async def test_who_poses_as_the_shop_gets_nothing_automatic_and_the_draft_says_why(
    database_url, sandbox, sender, told
):
    async with open_service(database_url, sandbox, model=ScriptedModel(POLICY)) as service:
        mail = await service.ask(sender, "Returns", "May I return it?")
        assert (mail.authenticity, mail.outcome) == (Authenticity.FAILED, Outcome.DRAFTED)
        assert told in mail.outcome_reason
        assert service.sent() == []
