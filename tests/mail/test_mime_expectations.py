"""Other parsers' own mails against what those parsers expect. Where we read otherwise on purpose, it says here why.

A difference that is not explained fails, and so does an explanation without its difference.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.mail.address import Address
from app.mail.inbound import charsets
from app.mail.inbound.message import Attachment, InboundMail
from app.mail.inbound.mime import read
from app.mail.inbound.quoting import newly_written
from app.mail.inbound.screening import screen
from app.vocabulary import MailKind

_EIGHT_BITS = (
    "they replace bytes of 8 bits in headers by U+FFFD; we decode them in the charset that the mail declares"
)
_UUENCODED = "they leave uuencoded parts as they are; we decode them"
_LYING = "the charset is missing or a lie; they decode by it all the same, we detect it"
_NO_ADDRESS = "the header holds a word and no address; they keep the word as a name without address"
_ENRICHED = "they list text/enriched as a file; it is a text, and a needless one beside a plain text"

# (mail, field) -> why. Both the LF and the CRLF form of the mail.
_STALWART: dict[tuple[str, str], str] = {
    **{
        (f"legacy/{n}", field): _EIGHT_BITS
        for n in ("010", "020", "022", "027", "052")
        for field in ("subject", "to")
    },
    ("legacy/017", "to"): _EIGHT_BITS,
    ("legacy/033", "text"): _LYING,
    ("legacy/052", "text"): _LYING,
    **{(f"legacy/{n}", "attachments"): _UUENCODED for n in ("017", "026", "048")},
    (
        "legacy/049",
        "text",
    ): "files stand uuencoded in the text; they keep the characters, we attach the files",
    ("legacy/049", "attachments"): "as above: they find none",
    ("rfc/000", "text"): _ENRICHED + "; here it is a text of its own",
    ("rfc/000", "attachments"): _ENRICHED
    + "; and they read base64 that is none (RFC 2046's example) as text",
    ("rfc/003", "attachments"): _ENRICHED,
    ("rfc/001", "from"): _NO_ADDRESS,
    ("rfc/001", "to"): _NO_ADDRESS,
    ("rfc/004", "from"): _NO_ADDRESS,
    ("rfc/004", "to"): _NO_ADDRESS,
    (
        "rfc/006",
        "text",
    ): "the plain form only says that it is for programs without HTML, and the HTML says something else",
    (
        "rfc/007",
        "html",
    ): "they list the HTML only; ours is for showing, so that plain stretches stand in it as well",
}


def test_stalwarts_mails_are_read_as_stalwart_reads_them(corpora: Path):
    folder = corpora / "mime" / "stalwart" / "eml"
    expected = sorted(folder.rglob("*.json"))
    assert len(expected) > 100

    found: dict[tuple[str, str], list[Any]] = {}
    for path in expected:
        name = path.relative_to(folder).as_posix().partition(".")[0]
        line_end = b"\r\n" if path.name.endswith(".crlf.json") else b"\n"
        raw = re.sub(rb"\r?\n", line_end, (folder / f"{name}.eml").read_bytes())
        for field, ours, theirs in _stalwart_differences(read(raw), json.loads(path.read_text("utf-8"))):
            found.setdefault((name, field), [ours, theirs])

    assert {key: pair for key, pair in found.items() if key not in _STALWART} == {}
    assert sorted(_STALWART.keys() - found.keys()) == []


def _stalwart_differences(mail: InboundMail, want: dict[str, Any]) -> Iterator[tuple[str, object, object]]:
    parts = want["parts"]
    head = {
        header["name"]: header["value"] for header in parts[0]["headers"] if isinstance(header["name"], str)
    }
    text = _joined(parts, want["text_body"], "Text")
    pairs: dict[str, tuple[object, object]] = {
        "subject": (_squash(mail.subject), _squash(_value(head, "subject", "Text"))),
        "from": (_pairs((mail.from_,) if mail.from_.address else ()), _stalwart_addresses(head, "from")),
        "to": (_pairs(mail.to), _stalwart_addresses(head, "to")),
        "cc": (_pairs(mail.cc), _stalwart_addresses(head, "cc")),
        "reply-to": (_pairs(mail.reply_to), _stalwart_addresses(head, "reply_to")),
        "date": (
            mail.date.isoformat() if mail.date else None,
            _stalwart_date(_value(head, "date", "DateTime")),
        ),
        # Where they have no text part at all, they name the HTML as the text.
        "text": (_squash("" if not text and mail.text_is_html else mail.text), _squash(text)),
        "html": (_squash(mail.html or ""), _squash(_joined(parts, want["html_body"], "Html"))),
        "attachments": (
            [_told(one) for one in mail.attachments],
            [_stalwart_content(parts[index]["body"]) for index in want["attachments"]],
        ),
    }
    for field, (ours, theirs) in pairs.items():
        if field == "attachments" and isinstance(ours, list) and isinstance(theirs, list):
            if len(ours) != len(theirs) or any(
                b not in {*a, None} for a, b in zip(ours, theirs, strict=True)
            ):
                yield field, ours, theirs
        elif ours != theirs:
            yield field, ours, theirs


def _told(one: Attachment) -> tuple[str, str]:
    return one.sha256, _squash(charsets.decode(one.content)[0])


def _stalwart_content(body: dict[str, Any]) -> str | None:
    """Digest of bytes, or text; None for an attached mail, which they take apart and we keep."""
    (kind, value), *_ = body.items()
    if kind in {"Binary", "InlineBinary"}:
        return hashlib.sha256(bytes(value)).hexdigest()
    return _squash(value) if isinstance(value, str) else None


def _joined(parts: list[dict[str, Any]], indexes: list[int], kind: str) -> str:
    return "\n".join(parts[index]["body"][kind] for index in indexes if kind in parts[index]["body"])


def _value(head: dict[str, Any], name: str, kind: str) -> Any:
    value = head.get(name)
    return value.get(kind) if isinstance(value, dict) else None


def _stalwart_addresses(head: dict[str, Any], name: str) -> list[tuple[str, str]]:
    found = _value(head, name, "Address") or {}
    members = found.get("List") or [one for group in found.get("Group", []) for one in group["addresses"]]
    return [(_squash(one.get("name")), one.get("address") or "") for one in members]


def _stalwart_date(date: dict[str, Any] | None) -> str | None:
    if date is None:
        return None
    sign = "-" if date["tz_before_gmt"] else "+"
    day = "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}".format(**date)
    return f"{day}{sign}{date['tz_hour']:02}:{date['tz_minute']:02}"


def _pairs(addresses: tuple[Address, ...]) -> list[tuple[str, str]]:
    return [(one.name, one.address) for one in addresses]


def _squash(text: str | None) -> str:
    return " ".join((text or "").split())


_CHATWOOT: dict[tuple[str, str], str] = {}
_CHATWOOT_CHECKS: dict[str, Callable[[InboundMail, Any], bool]] = {
    "subject": lambda mail, want: _squash(mail.subject) == _squash(want),
    "text_full": lambda mail, want: _squash(mail.text) == _squash(want),
    "text_contains": lambda mail, want: want in mail.text,
    "number_of_attachments": lambda mail, want: len(mail.attachments) == want,
    "number_of_attachments_non_inline": lambda mail, want: (
        sum(not one.inline for one in mail.attachments) == want
    ),
    "content_type_contains": lambda mail, want: want in mail.content_type,
    "date": lambda mail, want: mail.date is not None and mail.date.isoformat() == want,
    "in_reply_to": lambda mail, want: (mail.in_reply_to or "<>").strip("<>") == (want or ""),
    "reply": lambda mail, want: _squash(newly_written(mail).reply) == _squash(want),
    "reply_startswith": lambda mail, want: newly_written(mail).reply.startswith(want.rstrip()),
    "auto_reply": lambda mail, want: (screen(mail, own_addresses=()).kind is MailKind.AUTO_REPLY) is want,
}


def test_chatwoots_mails_are_read_as_chatwoot_expects(corpora: Path):
    folder = corpora / "mime" / "chatwoot"
    expected = json.loads((folder / "expected.json").read_text("utf-8"))["expected"]

    found = {
        (name, field)
        for name, fields in expected.items()
        for field, want in fields.items()
        if not _CHATWOOT_CHECKS[field](read((folder / name).read_bytes()), want)
    }

    assert found == _CHATWOOT.keys()


def test_anymails_mails_are_read_as_anymail_expects(corpora: Path):
    """The assertions of expected_assertions.json, in our words."""

    def mail_of(name: str) -> InboundMail:
        return read((corpora / "mime" / "anymail" / "raw_mime" / f"{name}.eml").read_bytes())

    plain = mail_of("test_parse_raw_mime")
    assert (plain.subject, plain.text) == ("This is a test message", "This is a test body.\n")
    assert mail_of("test_parse_raw_mime_8bit_utf8").text.strip() == "Unicode ✓"
    # Theirs has U+FFFD for the accents, and "electrónico" only when it is told the charset. We find it out.
    undeclared = mail_of("test_missing_or_invalid_charsets")
    assert undeclared.text == "Algunos programas de correo electrónico están rotos\n"

    names = mail_of("test_parse_encoded_headers")
    assert names.from_ == Address("Keith Moore", "moore@example.com")
    assert names.to == (
        Address("Keld Jørn Simonsen", "keld@example.com"),
        Address("André Pirard, Jr.", "PIRARD@example.com"),
    )
    # As it is written in the mail: encoding a domain is for sending.
    assert [(one.name, one.address) for one in names.cc] == [("Người nhận", "cc@xn--th-e0a.example.com")]
    assert names.subject == "If you can read this you understand the example✓"
    # Theirs has U+FFFD for a byte that is no UTF-8; single ones are mostly of Windows-1252.
    assert names.header("X-Broken") == "Not a char: ˆ."

    (attached,) = mail_of("test_parse_encoded_params").attachments
    assert attached.filename == "Une pièce jointe.txt"


def test_anymails_uploaded_files_are_safe(corpora: Path):
    folder = corpora / "mime" / "anymail"
    (picture,) = read((folder / "raw_mime" / "test_attachment_as_uploaded_file.eml").read_bytes()).attachments
    unsafe = read((folder / "raw_mime" / "test_attachment_as_uploaded_file_security.eml").read_bytes())

    assert (picture.filename, picture.content_type, picture.real_type) == (
        "sample_image.png",
        "image/png",
        "image/png",
    )
    assert picture.content == (folder / "sample_image.png").read_bytes()
    assert [one.filename for one in unsafe.attachments] == ["passwd", "index.html"]


# Mails that hold no text at all: pictures, headers without a body, parts that are all empty.
_SILENT = {
    "enmime": {
        *("attachment-only", "attachment-only-inline", "attachment-only-no-disposition"),
        *("attachment-only-text-attachment", "barren-content-type", "chardet-fail-non-txt", "header-only"),
        *("malformed-content-type-params", "missing-closing-param-quote", "unquoted-ctype-param-special"),
    },
    "cpython-test-email": {"msg_06", "msg_08", "msg_09", "msg_12", "msg_12a", "msg_18", "msg_24"},
}


@pytest.mark.parametrize("name", ["enmime", "cpython-test-email"])
def test_odd_mails_are_read_and_their_text_is_found(corpora: Path, name):
    paths = [
        path
        for path in (corpora / "mime" / name).rglob("*")
        if path.suffix in {".raw", ".txt"} and path.stem != "SOURCE"
    ]
    assert len(paths) > 40

    silent = {path.stem for path in paths if not read(path.read_bytes()).text.strip()}

    assert silent == _SILENT[name]
