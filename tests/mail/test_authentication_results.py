"""RFC 8601 headers: read in every form that hosts write, believed only where a trusted host must have written them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.inbound.authentication_results import believed, parse

HOST = "mx.host.example"
AR = "Authentication-Results"
ARC = "ARC-Authentication-Results"


def found(header: str) -> list[tuple[str, str, str]]:
    return [(one.method, one.result, one.domain()) for one in parse(header).results]


@pytest.mark.parametrize(
    ("header", "results"),
    [
        (f"{HOST}; none", []),
        (f"{HOST} 1; none", []),
        (HOST, []),
        ("", []),
        (f"{HOST}; spf=pass smtp.mailfrom=a.example", [("spf", "pass", "a.example")]),
        (f'"{HOST}" 1 ; SPF = Pass SMTP.MailFrom = Ann@A.example', [("spf", "pass", "a.example")]),
        (f"{HOST};spf=pass smtp.mailfrom=<ann@a.example>", [("spf", "pass", "a.example")]),
        (f"{HOST}; spf=pass smtp.helo=a.example", [("spf", "pass", "a.example")]),
        (f"{HOST}; spf=pass", [("spf", "pass", "")]),
        (
            f"{HOST}; dkim=pass (good key; 2048 (bits)) header.d=a.example header.i=@b.example",
            [("dkim", "pass", "a.example")],
        ),
        (f'{HOST}; dkim/1=fail reason="bad; spf=pass" header.i=@a.example', [("dkim", "fail", "a.example")]),
        (
            f"{HOST}; dkim=pass header.d=a.example; dkim=fail header.d=b.example; dmarc=pass header.from=a.example",
            [("dkim", "pass", "a.example"), ("dkim", "fail", "b.example"), ("dmarc", "pass", "a.example")],
        ),
        (f"{HOST}; (dmarc=pass) dmarc=fail (p=none\\) header.from=c.example)", [("dmarc", "fail", "")]),
        (f'{HOST}; dmarc=pass header.from="a.\\example"', [("dmarc", "pass", "a.example")]),
        (f"i=2; {HOST}; dmarc=temperror header.from=a.example", [("dmarc", "temperror", "a.example")]),
        (f"{HOST}; spf =; =pass; ; dkim", []),
        # A sender may be called as he likes in front of his own domain, in quotes (RFC 5321, 4.1.2).
        (
            f'{HOST}; spf=pass smtp.mailfrom="ann@victim.example"@evil.example',
            [("spf", "pass", "evil.example")],
        ),
        (f'{HOST}; spf=pass smtp.mailfrom="a\\"b@victim.example"@e.example', [("spf", "pass", "e.example")]),
        (f'{HOST}; dkim=pass header.i="a smtp.x=@victim.example"@e.example', [("dkim", "pass", "e.example")]),
        (f"{HOST}; spf=pass smtp.mailfrom=a@victim.example smtp.mailfrom=e.example", []),
    ],
)
def test_a_header_is_read_as_the_rfc_allows_it(header, results):
    assert found(header) == results
    if header:
        assert parse(header).authserv_id == HOST


def test_a_sender_whose_name_ends_a_comment_proves_nothing():
    name = '"a) smtp.mailfrom=ann@victim.example; dmarc=pass header.from=victim.example ("@evil.example'
    said = f"spf=pass ({HOST}: domain of {name} designates 192.0.2.1) smtp.mailfrom={name}"
    assert not [one for one in found(f"{HOST}; {said}") if one[1] == "pass"]
    failed = f"{HOST}; {said}; dmarc=fail header.from=victim.example"
    assert ("dmarc", "fail", "victim.example") in found(failed)


@given(st.text(alphabet='ab.;=()"\\ \t@/1i', max_size=400))
def test_whatever_stands_in_a_header_it_is_read(header):
    for one in parse(f"{HOST}; {header}").results:
        one.domain()


@pytest.mark.parametrize("piece", ["(", '"', "\\", 'smtp.a="', ";", "=", "dkim=pass "])
def test_a_long_header_is_cut(piece):
    assert len(parse(piece * 200_000).results) <= 16_000


def believed_from(*headers: tuple[str, str], trusted: tuple[str, ...] = (HOST,)) -> list[tuple[str, str]]:
    return [(one.method, one.result) for one in believed(headers, trusted)]


def received(by: str, from_: str = "sender.example") -> tuple[str, str]:
    return (
        "Received",
        f"from {from_} (192.0.2.1) by {by} (Postfix) with ESMTPS id 1; Mon, 2 Nov 2026 10:00:00 +0000",
    )


SPF, DKIM, DMARC = (f"{HOST}; {name}=pass" for name in ("spf", "dkim", "dmarc"))
FORGED = (AR, f"{HOST}; dmarc=pass header.from=victim.example")


def test_all_headers_above_the_topmost_received_count():
    headers = [(AR, SPF), (AR, "other.example; dkim=fail"), (AR.upper(), DKIM), received(HOST), FORGED]
    assert believed_from(*headers) == [("spf", "pass"), ("dkim", "pass")]


def test_the_first_one_below_the_hosts_own_received_counts_as_gmail_writes_it():
    google = "mx.google.com"
    headers = [
        ("Received", "by 2002:a05:6a20:1 with SMTP id x; Mon, 2 Nov 2026 10:00:00 -0800"),
        (ARC, f"i=1; {google}; dkim=pass header.d=a.example"),
        received(google),
        (AR, f"{google}; dkim=pass header.d=a.example; dmarc=fail"),
        (AR, f"{google}; dmarc=pass"),
        received("sender.example"),
    ]
    assert believed_from(*headers, trusted=(google,)) == [("dkim", "pass"), ("dmarc", "fail")]


def test_what_stands_below_another_hosts_received_is_the_senders_text():
    assert believed_from(received("relay.example"), FORGED) == []
    assert believed_from(received(HOST), received("sender.example"), FORGED) == []
    assert believed_from(received(HOST), received(HOST), FORGED) == []
    assert believed_from(received("relay.example"), received("sender.example"), FORGED) == []


def test_exchange_online_is_known_by_its_arc_header_below_its_own_hosts():
    microsoft = "mx.microsoft.com"
    headers = [
        received("AM0PR01.eurprd01.prod.outlook.com"),
        received("DB5EUR02.prod.protection.outlook.com"),
        (ARC, f"i=1; {microsoft} 1; spf=pass smtp.mailfrom=a.example; dkim=pass header.d=a.example"),
        (AR, "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=a.example; dkim=pass"),
        received("sender.example"),
        (ARC, f"i=9; {microsoft} 1; dmarc=pass"),
    ]
    assert believed_from(*headers, trusted=(microsoft,)) == [("spf", "pass"), ("dkim", "pass")]


def test_an_arc_header_counts_where_there_is_no_other_and_only_the_topmost():
    arc = [(ARC, f"i=2; {DKIM}"), (ARC, f"i=1; {DMARC}"), received(HOST)]
    assert believed_from(*arc) == [("dkim", "pass")]
    assert believed_from(*arc[:1], (AR, SPF), *arc[1:]) == [("spf", "pass")]


def test_nobody_is_believed_whom_nobody_trusts():
    assert believed_from((AR, SPF), trusted=()) == []
    assert believed_from((AR, SPF), trusted=("host.example",)) == []
    assert believed_from((AR, "; dmarc=pass"), trusted=("",)) == []


def test_a_mail_without_a_trace_tells_by_its_topmost_header_alone():
    assert believed_from((AR, SPF), FORGED) == [("spf", "pass")]
