"""A customer's HTML in its frame: nothing of it runs, loads or posts."""

import email.message
import re
from pathlib import Path

import pytest

from app.mail.inbound import mime
from app.web.sanitising import picture_type, sanitise
from tests.inbox.seeds import Shop, add_talk
from tests.web.conftest import Desk, Visitor
from tests.web.test_pages import PNG

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" jAvAsCrIpT&colon;alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<iframe src="https://evil.example"></iframe>',
    "<svg><script>alert(1)</script></svg>",
    "<svg/onload=alert(1)>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '<form action="https://evil.example"><input name=password></form>',
    '<base href="https://evil.example/">',
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    '<link rel=stylesheet href="https://evil.example/x.css">',
    "<style>body { background: url(https://evil.example) }</style>",
    '<p style="background: url(https://evil.example/x)">x</p>',
    '<p style="position: fixed; inset: 0">x</p>',
    '<object data="https://evil.example"></object>',
    '<video src="https://evil.example" autoplay></video>',
    '<img src="data:image/svg+xml,<svg onload=alert(1)>">',
    '<table background="https://evil.example/x">x</table>',
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
]
_DANGER = re.compile(
    r"<(?:script|iframe|object|embed|form|input|base|meta|link|style|svg|math|video|audio)\b|\son\w+\s*="
    r"|javascript:|url\(|position|background=|src=\"https?:|data:text|svg\+xml",
    re.IGNORECASE,
)


@pytest.mark.parametrize("html", ATTACKS)
def test_nothing_dangerous_is_left(html: str):
    assert not _DANGER.search(sanitise(html).html)


def test_no_vector_of_the_corpora_gets_through(corpora: Path):
    files = [
        path for path in (corpora / "hostile").rglob("*") if path.is_file() and "bipia" not in path.parts
    ]
    assert files
    tag = re.compile(r"<\s*/?\s*([a-zA-Z][\w:-]*)([^>]*)>")
    for path in files:
        if "dompurify" not in str(path) and "bleach" not in str(path):
            continue
        for line in path.read_text("utf-8", "replace").splitlines():
            clean = sanitise(line).html
            for name, attributes in tag.findall(clean):
                assert name.lower() not in {
                    "script",
                    "iframe",
                    "object",
                    "embed",
                    "form",
                    "base",
                    "meta",
                    "svg",
                }
                outside = re.sub(r'"[^"]*"', '""', attributes)
                assert not re.search(r"\son\w+=", outside), line
                assert not re.search(
                    r'(?:href|src)="\s*(?:javascript|vbscript|data:text)', attributes, re.IGNORECASE
                ), line


def test_what_people_write_stays():
    html = '<p dir="rtl" style="color:red">سلام <b>you</b> <a href="https://shop.example/a?b=1&amp;c">link</a></p>'
    clean = sanitise(html).html
    assert "سلام <b>you</b>" in clean
    assert 'dir="rtl"' in clean
    assert "color:red" in clean
    assert 'href="https://shop.example/a?b=1&amp;c"' in clean
    assert "noopener" in clean


def test_pictures_of_the_mail_are_shown_and_remote_ones_counted():
    mail = email.message.EmailMessage()
    mail.set_content("x")
    mail.add_attachment(PNG, maintype="image", subtype="png", cid="<photo@1>")
    mail.add_attachment(b"<svg onload=alert(1)>", maintype="image", subtype="png", cid="<lie@1>")
    attachments = mime.read(mail.as_bytes()).attachments
    html = '<img src="cid:photo@1"><img src="cid:lie@1"><img src="cid:none"><img src="https://t.example/x.gif" alt="hi">'
    safe = sanitise(html, attachments)
    assert safe.html.count("data:image/png;base64,") == 1
    assert safe.blocked == 1
    assert "t.example" not in safe.html
    assert 'alt="hi"' in safe.html


def test_a_picture_is_known_by_its_bytes():
    assert picture_type(PNG) == "image/png"
    assert picture_type(b"RIFF\0\0\0\0WEBPVP8 ") == "image/webp"
    assert picture_type(b"RIFF\0\0\0\0WAVEfmt ") is None
    assert picture_type(b"<svg>") is None


def test_html_that_is_nested_without_end_becomes_text():
    safe = sanitise("<div>" * 50_000 + "hello & <b>bye</b>")
    assert "hello &amp; " in safe.html
    assert "<div" not in safe.html


async def test_the_frame_is_a_document_that_may_do_nothing(agent: Visitor, desk: Desk, shop: Shop):
    talk = await add_talk(
        desk.db, shop, html='<p>Hi<script>alert(1)</script><img src="https://t.example/x"></p>'
    )
    page = f"/conversations/{talk.conversation.id}"
    path = f"{page}/messages/{talk.message.id}/html"
    shown = (await agent.get(page)).text
    assert (
        f'<iframe sandbox="" loading="lazy" title="The mail as its sender designed it" src="{path}">' in shown
    )
    frame = await agent.get(path)
    policy = frame.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox" in policy
    assert "allow-" not in policy
    assert "<script" not in frame.text
    assert "One picture lies on another server" in frame.text
    plain = await add_talk(desk.db, shop)
    empty = await agent.get(f"/conversations/{plain.conversation.id}/messages/{plain.message.id}/html")
    assert empty.status_code == 404
