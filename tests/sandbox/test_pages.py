"""The sandbox's pages over HTTP, and in a real browser where there is one."""

from email import message_from_bytes
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from app.sandbox.sendgrid.pages import direction
from app.sandbox.server import SandboxServer
from tests.conftest import find_chromium
from tests.sandbox.mails import a_mail, send

if TYPE_CHECKING:
    from playwright.async_api import Page

_HOSTILE = (
    "<script>document.title = 'owned'</script><img src='/x' onerror='document.title = 1'><p>still here</p>"
)


def _send_hostile(http: httpx.Client, sandbox: SandboxServer) -> str:
    content = [{"type": "text/plain", "value": _HOSTILE}, {"type": "text/html", "value": _HOSTILE}]
    send(http, a_mail(subject=_HOSTILE, content=content))
    return sandbox.outbox.messages[-1].id


def test_the_outbox_lists_the_newest_first(http: httpx.Client) -> None:
    for number in (1, 2):
        send(http, a_mail(subject=f"Re: number {number}"))

    page = http.get("/outbox").text

    assert page.index("Re: number 2") < page.index("Re: number 1")
    assert [mail["subject"] for mail in http.get("/outbox.json").json()] == ["Re: number 2", "Re: number 1"]


def test_an_empty_outbox_says_so_and_can_be_emptied_again(http: httpx.Client) -> None:
    send(http, a_mail())

    assert http.delete("/outbox").status_code == 204
    assert "No mail yet" in http.get("/outbox").text


def test_a_long_outbox_has_pages(http: httpx.Client) -> None:
    people = [{"to": [{"email": f"p{number}@example.com"}]} for number in range(60)]
    send(http, a_mail(personalizations=people))

    assert "p59@" in http.get("/outbox").text
    assert "p0@" in http.get("/outbox?page=2").text
    assert http.get("/outbox?page=nonsense").status_code == 200


def test_a_mail_shows_its_parts(http: httpx.Client, sandbox: SandboxServer) -> None:
    send(http, a_mail())
    mail = sandbox.outbox.messages[0]
    sandbox.outbox.wait_for_event(mail, "delivered")

    assert "It is on its way." in http.get(f"/outbox/{mail.id}").text
    assert "auto-replied" in http.get(f"/outbox/{mail.id}?part=headers").text
    events = http.get(f"/outbox/{mail.id}?part=events").text
    assert "reply_id" in events
    assert "delivered" in events
    assert http.get(f"/outbox/{mail.id}.json").json()["text"] == "It is on its way.\n"


def test_the_raw_mail_is_downloaded(http: httpx.Client, sandbox: SandboxServer) -> None:
    send(http, a_mail())
    mail = sandbox.outbox.messages[0]

    answer = http.get(f"/outbox/{mail.id}.eml")

    assert answer.headers["Content-Type"] == "message/rfc822"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert message_from_bytes(answer.content)["Subject"] == mail.subject


def test_a_mail_that_is_gone_is_told_kindly(http: httpx.Client) -> None:
    for path in ("/outbox/gone", "/outbox/gone.eml", "/outbox/gone/body.html"):
        answer = http.get(path)
        assert answer.status_code == 404
        assert "There is no such mail" in answer.text


def test_every_page_forbids_scripts_and_strangers(http: httpx.Client, sandbox: SandboxServer) -> None:
    mail_id = _send_hostile(http, sandbox)
    paths = ["/", "/outbox", f"/outbox/{mail_id}", f"/outbox/{mail_id}?part=headers", "/outbox/gone"]
    for path in paths:
        answer = http.get(path)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"], path
        assert "unsafe" not in answer.headers["Content-Security-Policy"], path
        assert "<script" not in answer.text, path
    body = http.get(f"/outbox/{mail_id}/body.html")
    assert "sandbox" in body.headers["Content-Security-Policy"]
    assert "script-src" not in body.headers["Content-Security-Policy"]


def test_the_index_tells_what_this_is_and_which_faults_are_on(
    http: httpx.Client, sandbox: SandboxServer
) -> None:
    sandbox.faults.set("openai", "429", times=3)

    page = http.get("/").text

    assert "pretend" in page
    assert "3 more" in page
    assert http.get("/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello", "ltr"),
        ("سلام", "rtl"),
        ("Re: سلام", "rtl"),
        ("«שלום»", "rtl"),
        ("1042 …", "ltr"),
        ("", "ltr"),
    ],
)
def test_a_text_starts_on_the_side_of_its_first_letter(text: str, expected: str) -> None:
    assert direction(text) == expected


_in_browser = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium on this machine"),
]


class TestInABrowser:
    pytestmark = _in_browser

    @pytest.mark.parametrize("width", [360, 1440])
    async def test_no_page_is_wider_than_the_window(
        self, width: int, page: "Page", http: httpx.Client, sandbox: SandboxServer
    ) -> None:
        long = "w" * 300
        headers = {"References": " ".join(f"<{long}{n}@example.com>" for n in range(3))}
        people = [{"to": [{"email": f"{'a' * 60}@example.com", "name": long}], "headers": headers}]
        send(
            http,
            a_mail(subject=long, personalizations=people, content=[{"type": "text/plain", "value": long}]),
        )
        mail_id = sandbox.outbox.messages[-1].id
        await page.set_viewport_size({"width": width, "height": 700})

        for path in (
            "/",
            "/outbox",
            *(f"/outbox/{mail_id}?part={part}" for part in ("text", "headers", "events")),
        ):
            await page.goto(sandbox.url + path)
            assert await page.evaluate("document.documentElement.scrollWidth") <= width, path

    async def test_a_mails_scripts_do_not_run(
        self, page: "Page", http: httpx.Client, sandbox: SandboxServer
    ) -> None:
        mail_id = _send_hostile(http, sandbox)

        await page.goto(f"{sandbox.url}/outbox/{mail_id}?part=html")
        frame = page.frame_locator("iframe")
        await frame.get_by_text("still here").wait_for()

        assert await page.title() == f"{_HOSTILE} · Pasokh sandbox"

    async def test_the_way_from_the_list_to_the_events_needs_no_mouse(
        self, page: "Page", http: httpx.Client, sandbox: SandboxServer
    ) -> None:
        send(http, a_mail())
        sandbox.outbox.wait_for_event(sandbox.outbox.messages[0], "delivered")
        errors: list[Any] = []
        page.on("console", lambda message: errors.append(message.text))

        await page.goto(f"{sandbox.url}/outbox")
        await page.get_by_role("link", name="mina@example.com").focus()
        await page.keyboard.press("Enter")
        await page.get_by_role("link", name="Events").focus()
        await page.keyboard.press("Enter")

        await page.get_by_text("250 2.0.0 OK").wait_for()
        assert errors == []
