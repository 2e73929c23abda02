"""Our own check of DKIM: real signatures, keys from a real DNS server on loopback."""

import time
from base64 import b64encode
from functools import cache

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from app.mail.inbound.dkim_signatures import CheckedSignature, KeyNotReachable, check_signatures
from app.mail.inbound.key_directory import DnsKeys
from app.mail.inbound.mime import read
from tests.mail.samples import PLAIN, RICH
from tests.name_server import NameServer, name_server
from tests.patience import PATIENCE

DOMAIN = "customer.example"
KEY_NAME = f"s1._domainkey.{DOMAIN}"


@cache
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def record(tags: str = "", public: rsa.RSAPublicKey | None = None) -> list[str]:
    """The key as it is published, in strings of at most 255 characters."""
    public = public or private_key().public_key()
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    text = f"v=DKIM1; k=rsa; {tags} p={b64encode(der).decode()}"
    return [text[start : start + 200] for start in range(0, len(text), 200)]


def der(tag: int, *contents: bytes) -> bytes:
    """An ASN.1 value with a length of two bytes."""
    content = b"".join(contents)
    return bytes([tag, 0x82]) + len(content).to_bytes(2) + content


def signed(raw: bytes = PLAIN, *, domain: str = DOMAIN, **options: object) -> bytes:
    pem = private_key().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    crlf = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    values = {
        "include_headers": [b"from", b"subject", b"to", b"date"],
        "canonicalize": (b"relaxed", b"relaxed"),
    }
    return bytes(dkim.sign(crlf, b"s1", domain.encode(), pem, **{**values, **options})) + crlf


@pytest.fixture
async def server():
    async with name_server() as server:
        server.texts[KEY_NAME] = record()
        yield server


async def check(raw: bytes, server: NameServer, from_domain: str = DOMAIN) -> tuple[CheckedSignature, ...]:
    patience = PATIENCE if server.mode == "answers" else 0.3
    return await check_signatures(raw, from_domain, DnsKeys([server.address], timeout=patience))


@pytest.mark.parametrize("raw", [PLAIN, RICH], ids=["plain", "rich"])
@pytest.mark.parametrize("canonical", [b"relaxed", b"simple"])
async def test_a_good_signature_passes(server, raw, canonical):
    mail = signed(raw, canonicalize=(canonical, canonical))
    assert [(one.result, one.domain) for one in await check(mail, server)] == [("pass", DOMAIN)]


async def test_line_ends_that_a_hook_made_lf_do_no_harm(server):
    assert (await check(signed().replace(b"\r\n", b"\n"), server))[0].result == "pass"


async def test_a_changed_text_fails(server):
    (found,) = await check(signed().replace(b"#1001?\r\n", b"#1002?\r\n"), server)
    assert found.result in {"fail", "permerror"}
    assert "does not fit" in found.reason


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"length": True}, "part of the text"),
        ({"signature_algorithm": b"rsa-sha1"}, "method"),
    ],
)
async def test_a_weak_signature_proves_nothing(server, options, told):
    (found,) = await check(signed(**options), server)
    assert (found.result, told in found.reason) == ("policy", True)
    assert server.asked == []


async def test_a_signature_that_leaves_from_out_proves_nothing(server):
    raw = signed().replace(b"h=from : subject", b"h=subject", 1)
    assert (await check(raw, server))[0].result == "policy"


async def test_a_signature_over_more_headers_than_any_mail_has_is_not_looked_at(server):
    # A look through all headers for each of them would take minutes.
    names = b":".join(b"x%x" % number for number in range(14_000))
    raw = signed().replace(b"h=from", b"h=from:" + names, 1)
    raw = raw.replace(b"\r\n\r\n", b"\r\n" + b"a:\r\n" * 25_000 + b"\r\n", 1)
    assert [one.result for one in await check(raw[:180_000] + b"\r\n\r\n", server)] == ["policy"]


@pytest.mark.parametrize(
    ("bits", "exponent", "told"),
    [(11_000, 10_999, "bigger"), (2048, 2047, "bigger"), (40_000, 17, "too long")],
)
async def test_a_key_that_would_keep_us_reckoning_for_hours_is_not_used(bits, exponent, told):
    key = der(
        0x30,
        *(der(0x02, number.to_bytes(bits // 8 + 1)) for number in ((1 << bits) - 159, (1 << exponent) - 1)),
    )

    class Published:
        async def find_text(self, name: str) -> bytes | None:
            return b"v=DKIM1; p=" + b64encode(key)

    (found,) = await check_signatures(signed(), DOMAIN, Published())
    assert (found.result, told in found.reason) == ("policy", True)


async def test_a_key_that_its_domain_only_tests_proves_nothing(server):
    for tags in ("t=y;", "t=s:y;", "t=y : s;"):
        server.texts[KEY_NAME] = record(tags)
        (found,) = await check(signed(), server)
        assert (found.result, "tested" in found.reason) == ("policy", True)
    server.texts[KEY_NAME] = record("t=s;")
    assert (await check(signed(), server))[0].result == "pass"


async def test_an_expired_signature_proves_nothing(server):
    past = int(time.time()) - 30 * 86_400
    raw = signed().replace(b"; t=", b"; x=%d; t=%d; z=" % (past, past - 1), 1)
    assert (await check(raw, server))[0].result == "permerror"


@pytest.mark.parametrize("insert", [b"X-A: b\r\r\nNew text", b"X-A: b\r\rNew text\r\n", b"X-A: \0\r\n"])
async def test_bytes_that_two_programs_read_differently_prove_nothing(server, insert):
    raw = signed()
    raw = raw.replace(b"Subject:", insert + b"Subject:", 1)
    assert (await check(raw, server))[0].result != "pass"


async def test_a_second_from_proves_nothing(server):
    assert (await check(b"From: ceo@customer.example\r\n" + signed(), server))[0].result != "pass"


async def test_only_signatures_of_the_senders_organisation_are_looked_at(server):
    assert await check(signed(), server, "other.example") == ()
    assert await check(PLAIN, server) == ()
    assert server.asked == []
    server.texts[f"s1._domainkey.mail.{DOMAIN}"] = record()
    assert (await check(signed(domain=f"mail.{DOMAIN}"), server))[0].result == "pass"


async def test_a_good_signature_counts_below_bad_ones_and_after_three_nobody_looks(server):
    bad = b"DKIM-Signature: v=1; a=rsa-sha256; d=customer.example; s=no; h=from; bh=x; b=x\r\n"
    assert [one.result for one in await check(bad * 2 + signed(), server)] == ["pass"]
    assert [one.result for one in await check(bad * 3 + signed(), server)] == ["permerror"] * 3


@pytest.mark.parametrize("mode", ["is_silent", "refuses", "talks_nonsense"])
async def test_a_dns_that_is_down_is_said_and_does_not_hold_the_mail(server, mode):
    server.mode = mode
    (found,) = await check(signed(), server)
    assert found.result == "temperror"
    assert "DNS did not answer" in found.reason


async def test_a_key_that_is_not_there_is_no_outage(server):
    del server.texts[KEY_NAME]
    assert (await check(signed(), server))[0].result == "permerror"
    server.mode = "refuses"
    with pytest.raises(KeyNotReachable):
        await DnsKeys([server.address], timeout=0.3).find_text("other.example")


async def test_an_answer_is_kept(server):
    keys = DnsKeys([server.address], timeout=PATIENCE)
    for _ in range(3):
        assert (await check_signatures(signed(), DOMAIN, keys))[0].result == "pass"
    assert server.asked == [KEY_NAME]


async def test_blanks_by_the_hundred_thousand_are_read_once(server):
    # By the square of their number this would not end within minutes.
    assert (await check(signed() + b" " * 300_000 + b"x\r\n", server))[0].result != "pass"


class FixedKeys:
    async def find_text(self, name: str) -> bytes | None:
        return "".join(record()).encode()


@given(data=st.data())
async def test_whatever_is_broken_in_a_signed_mail_what_passes_says_the_same(data):
    raw = signed_once()
    start = data.draw(st.integers(0, len(raw) - 1))
    end = min(len(raw), start + data.draw(st.integers(0, 60)))
    piece = data.draw(
        st.one_of(st.sampled_from([b"", b"\r\n", b"\r", b"\n", b" ", b"\0"]), st.binary(max_size=20))
    )
    broken = raw[:start] + piece + raw[end:]
    for found in await check_signatures(broken, DOMAIN, FixedKeys()):
        assert found.result in {"pass", "fail", "policy", "permerror"}
        if found.result == "pass":
            assert gist(broken) == gist(raw)


def gist(raw: bytes) -> tuple[object, ...]:
    """What people read of a mail, blanks aside: a relaxed signature bears with those."""
    mail = read(raw)
    return mail.from_, mail.subject.split(), mail.text.split()


@cache
def signed_once() -> bytes:
    covered = ("from", "subject", "to", "date", "mime-version", "content-type", "content-transfer-encoding")
    return signed(include_headers=[name.encode() for name in covered])
