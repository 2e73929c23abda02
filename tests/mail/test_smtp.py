"""What only a mail server can do wrong, and at which moment. What all ways out promise is in test_senders.py."""

import asyncio

import pytest

from app.errors import BadRequest, InDoubt, Misconfigured, NeedsPerson, TryLater
from app.mail.inbound.imap import Login, SignInRefused, Tls
from app.mail.outbound.port import OWNER_HAS_TO_MEND, Claim
from app.mail.outbound.smtp import SmtpSender, SmtpServer
from tests.mail.smtp_server import HANG_UP, PASSWORD, TOKEN, USER, WAIT, run_smtp
from tests.mail.test_imap import make_certificate
from tests.mail.test_sendgrid_outbound import MAIL
from tests.patience import PATIENCE

LATER, PERSON, DOUBT, MEND = TryLater, NeedsPerson, InDoubt, OWNER_HAS_TO_MEND

FAULTS = [
    ("CONNECT", "554 5.7.1 no service", LATER),
    ("CONNECT", "421 4.3.2 busy", LATER),
    ("CONNECT", HANG_UP, LATER),
    ("CONNECT", "what is this", LATER),
    ("EHLO", "421 4.3.2 shutting down", LATER),
    ("EHLO", HANG_UP, LATER),
    ("AUTH", "535 5.7.8 wrong password", MEND),
    ("AUTH", "454 4.7.0 the directory is away", LATER),
    ("MAIL", "451 4.3.0 busy", LATER),
    ("MAIL", "553 5.7.1 that is not your address", MEND),
    ("MAIL", "552 5.3.4 too big", PERSON),
    ("MAIL", HANG_UP, LATER),
    ("RCPT", "450 4.2.0 greylisted", LATER),
    ("RCPT", "550 5.1.1 no such user ann@customer.example", PERSON),
    ("RCPT", "550 5.4.5 daily sending quota exceeded", LATER),
    ("RCPT", HANG_UP, LATER),
    ("DATA", "451 4.3.0 busy", LATER),
    ("DATA", "554 5.5.1 no valid recipients", PERSON),
    ("DATA", HANG_UP, LATER),
    ("DOT", "451 4.7.0 try again", LATER),
    ("DOT", "421 4.3.2 shutting down", LATER),
    ("DOT", "550 5.7.1 that is spam", PERSON),
    ("DOT", "550 5.4.5 Daily user sending limit exceeded", LATER),
    ("DOT", "334 what", DOUBT),
    ("DOT", "no number", DOUBT),
    ("DOT", HANG_UP, DOUBT),
]
SILENCES = [("CONNECT", LATER), ("MAIL", LATER), ("RCPT", LATER), ("AFTER_354", DOUBT), ("DOT", DOUBT)]


RIGHT = Login(USER, PASSWORD)


def sender(world, login: Login | None = RIGHT, *, tls=Tls.NONE, timeout=PATIENCE) -> SmtpSender:
    async def get_login() -> Login | None:
        return login

    return SmtpSender(SmtpServer("127.0.0.1", world.port, tls, timeout), USER, get_login)


def noting(claims: list[str]) -> Claim:
    async def claim() -> None:
        claims.append("claimed")

    return claim


async def outcome(send) -> object:
    """The type of error, or its code where it is an owner's to mend; None where it went well."""
    try:
        await send
    except TryLater as error:
        return MEND if error.code == MEND else LATER
    except (NeedsPerson, InDoubt) as error:
        return type(error)
    return None


async def test_whatever_goes_wrong_at_whatever_moment_is_told_as_what_it_means():
    wrong = []
    async with run_smtp() as world:
        for moment, fault, expected in FAULTS:
            world.faults = {moment: fault}
            world.mails.clear()
            claims: list[str] = []
            found = await outcome(sender(world).send(MAIL, noting(claims)))
            has_left = found is not DOUBT and world.mails
            if found is not expected or has_left or bool(claims) is not (moment == "DOT"):
                wrong.append((moment, fault, found, len(world.mails), claims))
    assert wrong == []


async def test_a_server_that_falls_silent_leaves_a_doubt_only_once_it_has_the_mail():
    wrong = []
    async with run_smtp() as world:
        for moment, expected in SILENCES:
            world.faults = {moment: WAIT}
            for patience in (0.2, 2, 20):  # on a machine that stands still, it may not have come so far
                found = await outcome(sender(world, timeout=patience).send(MAIL))
                if moment in world.waited_at:
                    break
            if found is not expected:
                wrong.append((moment, found))
    assert wrong == []


async def test_a_goodbye_that_fails_does_no_harm():
    async with run_smtp() as world:
        world.faults = {}
        receipt = await sender(world).send(MAIL)
        assert receipt.provider_id.endswith("OK queued as 4XyZ")
        assert receipt.message_id == MAIL.message_id


async def test_a_mail_that_was_taken_counts_as_sent_though_its_run_is_called_off_at_the_goodbye():
    async with run_smtp() as world:
        world.faults = {"QUIT": WAIT}
        sending = asyncio.create_task(sender(world, timeout=5).send(MAIL))
        await asyncio.wait_for(world.goodbyes.wait(), 30)
        sending.cancel()
        assert (await sending).provider_id.endswith("OK queued as 4XyZ")


async def test_nothing_is_told_that_nobody_may_read():
    async with run_smtp() as world:
        world.faults = {"AUTH": f"535 5.7.8 {PASSWORD} is wrong for {USER}"}
        with pytest.raises(TryLater) as caught:
            await sender(world).send(MAIL)
    assert PASSWORD not in caught.value.message
    assert USER not in caught.value.message
    assert "535" in caught.value.message


async def test_a_wrong_password_is_offered_once():
    async with run_smtp() as world:
        assert await outcome(sender(world, Login(USER, "wrong")).send(MAIL)) == MEND
        assert world.sign_ins == ["PLAIN"]


async def test_an_access_token_signs_in_and_a_stale_one_waits_for_the_owner():
    async with run_smtp() as world:
        assert await outcome(sender(world, Login(USER, TOKEN, is_token=True)).send(MAIL)) is None
        assert await outcome(sender(world, Login(USER, "stale", is_token=True)).send(MAIL)) == MEND
        assert len(world.mails) == 1

    async def refused() -> Login:
        raise SignInRefused("The provider gives out no token any more.")

    account = SmtpSender(SmtpServer("127.0.0.1", 9, Tls.NONE), USER, refused)
    assert await outcome(account.send(MAIL)) == MEND


async def test_a_server_on_this_machine_may_want_no_sign_in():
    async with run_smtp(has_auth=False) as world:
        assert await outcome(sender(world, None).send(MAIL)) is None
        assert await outcome(sender(world).send(MAIL)) == MEND


async def test_both_kinds_of_tls_check_the_certificate_before_the_password_is_sent(tmp_path, monkeypatch):
    certificate = make_certificate(tmp_path)
    for tls, options in (
        (Tls.IMPLICIT, {"tls": certificate.context}),
        (Tls.STARTTLS, {"starttls": certificate.context}),
    ):
        monkeypatch.delenv("SSL_CERT_FILE", raising=False)
        async with run_smtp(**options) as world:
            with pytest.raises(TryLater, match=r"certificate of 127\.0\.0\.1") as caught:
                await sender(world, tls=tls).send(MAIL)
            assert caught.value.code == MEND
            assert world.sign_ins == []
            monkeypatch.setenv("SSL_CERT_FILE", certificate.cert)
            await sender(world, tls=tls).send(MAIL)
            assert len(world.mails) == 1


async def test_a_certificate_of_another_host_is_refused(tmp_path, monkeypatch):
    certificate = make_certificate(tmp_path, "127.0.0.9")
    monkeypatch.setenv("SSL_CERT_FILE", certificate.cert)
    async with run_smtp(tls=certificate.context) as world:
        with pytest.raises(TryLater, match="not to be trusted"):
            await sender(world, tls=Tls.IMPLICIT).send(MAIL)


async def test_where_no_tls_is_offered_nothing_is_sent():
    async with run_smtp() as world:
        for tls in (Tls.STARTTLS, Tls.IMPLICIT):
            assert await outcome(sender(world, tls=tls).send(MAIL)) in {MEND, LATER}
        assert (world.sign_ins, world.mails) == ([], [])


def test_only_this_machine_is_spoken_to_in_plain_text():
    with pytest.raises(BadRequest, match="in the clear"):
        SmtpServer("mail.shop.example", 25, Tls.NONE)


async def test_a_check_signs_in_and_asks_for_the_sender_and_sends_nothing():
    async with run_smtp() as world:
        await sender(world).check()
        for fault in ({"AUTH": "535 no"}, {"MAIL": "553 not yours"}, {"RCPT": "553 5.7.1 not owned by user"}):
            world.faults = fault
            with pytest.raises(Misconfigured):
                await sender(world).check()
        world.faults = {"CONNECT": "421 busy"}
        with pytest.raises(TryLater):
            await sender(world).check()
        assert world.mails == []
