"""The webhooks over real HTTP: what is refused, with which word, and what is kept all the same."""

import asyncio
import time

import httpx
import pytest

from app.models import InboundMail, Mailbox, RawMail
from app.vocabulary import Outcome
from tests.service import Service, make_mail, open_service

MAIL = make_mail("Ann <ann@example.com>", "Hello", "Where is my order?")
SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature"
STAMP = "X-Twilio-Email-Event-Webhook-Timestamp"


@pytest.fixture
async def service(database_url, sandbox):
    """No worker: only accepting is looked at."""
    async with open_service(database_url, sandbox, worker_in_serve=False) as service:
        yield service


def error_of(answer: httpx.Response) -> tuple[int, str]:
    body = answer.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message"}
    assert body["error"]["message"].endswith((".", "`."))
    return answer.status_code, body["error"]["code"]


async def test_a_wrong_mailbox_key_is_not_found(service):
    assert error_of(await service.post_raw(MAIL, key="wrong")) == (404, "not_found")
    assert error_of(await service.post_form(b"x", "text/plain", key="wrong")) == (404, "not_found")


async def test_a_wrong_or_missing_token_is_unauthenticated(service):
    assert error_of(await service.post_raw(MAIL, token="wrong")) == (401, "unauthenticated")
    url = f"{service.url}/hooks/raw/{service.key}"
    answer = await service.http.post(url, content=MAIL, headers={"Content-Type": "message/rfc822"})
    assert error_of(answer) == (401, "unauthenticated")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("change", ["body", "signature", "old", "future", "missing"])
async def test_a_post_that_is_not_signed_right_is_unauthenticated_and_nothing_is_kept(service, change):
    body = b"--b\r\n\r\n--b--\r\n"
    moment = int(time.time()) + {"old": -3600, "future": 3600}.get(change, 0)
    headers = dict(service.sandbox.sendgrid.sign(body, moment))
    if change == "body":
        body += b" "
    if change == "signature":
        headers[SIGNATURE] = headers[SIGNATURE][:-4] + "AAA="
    if change == "missing":
        del headers[STAMP]
    url = f"{service.url}/hooks/sendgrid/inbound/{service.key}"
    answer = await service.http.post(
        url, content=body, headers={"Content-Type": "multipart/form-data; boundary=b", **headers}
    )
    assert error_of(answer) == (401, "unauthenticated")
    assert await service.rows(InboundMail) == []


async def test_what_is_not_multipart_at_all_is_unprocessable(service):
    assert error_of(await service.post_form(b"{}", "application/json")) == (422, "unprocessable")
    assert error_of(await service.post_form(b"a=b", "application/x-www-form-urlencoded")) == (
        422,
        "unprocessable",
    )


async def test_what_is_not_a_mail_is_unprocessable(service):
    url, headers = f"{service.url}/hooks/raw/{service.key}", {"Authorization": "Bearer raw-token"}
    answer = await service.http.post(url, content=MAIL, headers={**headers, "Content-Type": "text/plain"})
    assert error_of(answer) == (422, "unprocessable")
    assert error_of(await service.post_raw(b"  \n")) == (422, "unprocessable")


async def test_too_much_is_refused_before_it_is_read_whole(database_url, sandbox):
    async with open_service(
        database_url, sandbox, worker_in_serve=False, max_message_bytes=1000, max_body_bytes=2000
    ) as service:
        assert error_of(await service.post_raw(MAIL + b"x" * 1000)) == (413, "too_large")

        async def endless():
            for _ in range(10_000):
                yield b"x" * 100_000

        headers = {"Content-Type": "message/rfc822", "Authorization": "Bearer raw-token"}
        answer = await service.http.post(
            f"{service.url}/hooks/raw/{service.key}", content=endless(), headers=headers
        )
        assert error_of(answer) == (413, "too_large")
        assert (await service.post_form(b"x" * 2001, "multipart/form-data; boundary=b")).status_code == 413
        assert await service.rows(InboundMail) == []


async def test_an_endpoint_without_its_secret_is_off(service):
    async with service.desk.db.transaction() as session:
        from sqlmodel import select

        mailbox = (await session.exec(select(Mailbox))).one()
        mailbox.parse_public_key = mailbox.raw_token_hash = None
    assert error_of(await service.post_raw(MAIL)) == (404, "not_found")
    assert error_of(await service.post_form(b"x", "multipart/form-data; boundary=b")) == (404, "not_found")


async def test_the_event_webhook_is_off_without_its_key(database_url, sandbox):
    async with open_service(database_url, sandbox, sendgrid_event_public_key="") as service:
        assert error_of(await service.http.post(f"{service.url}/hooks/sendgrid/events", content=b"[]")) == (
            404,
            "not_found",
        )


async def test_events_that_are_no_events_are_refused(service):
    url = f"{service.url}/hooks/sendgrid/events"
    for body in (b"{}", b"nonsense", b'["x"]'):
        answer = await service.http.post(url, content=body, headers=service.sandbox.sendgrid.sign(body))
        assert error_of(answer) == (400, "bad_request")


async def test_a_signed_post_that_cannot_be_read_is_kept_byte_for_byte_and_shown(database_url, sandbox):
    async with open_service(database_url, sandbox) as service:
        body = b"--other\r\nno mail at all"
        answer = await service.post_form(body, "multipart/form-data; boundary=b")
        assert answer.status_code == 202
        (mail,) = await service.settled(1)
        async with service.desk.db.transaction() as session:
            raw = await session.get_one(RawMail, mail.id)
    assert mail.outcome is Outcome.FAILED
    assert "could not be read" in mail.outcome_reason
    assert raw.content == body


async def test_a_mail_and_its_webhook_copy_are_one_in_either_mode(service):
    from app.sandbox.sendgrid.inbound import build_parsed_post, build_raw_post

    assert (await service.post_raw(MAIL)).json()["new"] is True
    for build in (build_raw_post, build_parsed_post):
        form = build(MAIL, to=["support@saffron-and-clay.example"], from_="ann@example.com")
        assert (await service.post_form(*form)).json() == {"accepted": True, "new": False}


async def test_the_same_mail_many_times_at_once_is_kept_once(service):
    answers = await asyncio.gather(*(service.post_raw(MAIL) for _ in range(20)))
    assert [answer.status_code for answer in answers] == [202] * 20
    assert sum(answer.json()["new"] for answer in answers) == 1
    assert len(await service.rows(InboundMail)) == 1


async def test_health_and_readiness_tell_of_the_process_and_of_the_database(service: Service):
    assert (await service.http.get(f"{service.url}/healthz")).json() == {"ok": True}
    ready = await service.http.get(f"{service.url}/readyz")
    assert ready.status_code == 200
    assert ready.json()["oldest_due_job_seconds"] == 0
    await service.post_raw(MAIL)
    assert (await service.http.get(f"{service.url}/readyz")).status_code == 200


async def test_readiness_fails_without_the_database(service, postgres):
    import psycopg

    name = service.desk.db.engine.url.database
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
        admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        answer = await service.http.get(f"{service.url}/readyz")
        admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    assert error_of(answer) == (503, "not_ready")
    assert (await service.http.get(f"{service.url}/healthz")).status_code == 200
