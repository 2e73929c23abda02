import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.inbound.threading import LOOP_HEADER
from app.mail.outbound.compose import (
    MAX_REFERENCES,
    automatic_headers,
    clean_header,
    cut_references,
    loop_headers,
    reply_subject,
)


@pytest.mark.parametrize(
    ("subject", "reply"),
    [
        ("My order", "Re: My order"),
        ("Re: My order", "Re: My order"),
        ("RE: AW: SV: Re[2]: My order", "Re: My order"),
        ("پاسخ: سفارش من", "Re: سفارش من"),
        ("رد: طلبي", "Re: طلبي"),
        ("回复：订单", "Re: 订单"),
        ("RE : Commande", "Re: Commande"),
        ("Fwd: My order", "Re: Fwd: My order"),
        ("Reminder: pay", "Re: Reminder: pay"),
        ("Na: So?", "Re: Na: So?"),
        ("", "Re:"),
        ("Re: ", "Re:"),
        ("Hi\r\nBcc: thief@x.example", "Re: Hi Bcc: thief@x.example"),
        ("\u202eolleh", "Re: olleh"),
    ],
)
def test_a_reply_has_one_mark(subject, reply):
    assert reply_subject(subject) == reply


@given(st.text(max_size=2000))
def test_no_subject_breaks_out_of_its_header(subject):
    reply = reply_subject(subject)

    assert reply.startswith("Re:")
    assert len(reply.splitlines()) == 1
    assert reply.isprintable() or not set(reply) & set(map(chr, range(32)))
    assert len(reply) <= 260
    assert reply_subject(reply) == reply


@given(st.text())
def test_a_header_stays_one_line(value):
    assert len(clean_header(value).splitlines()) <= 1


def test_references_of_a_long_thread_keep_its_root_and_its_end():
    ids = [f"<{n}@x.example>" for n in range(100)]

    found = cut_references(ids, "<last@x.example>")

    assert (found[0], found[-2:], len(found)) == (
        "<0@x.example>",
        ("<99@x.example>", "<last@x.example>"),
        MAX_REFERENCES,
    )


def test_references_end_with_the_answered_mail_once():
    assert cut_references(["<a@x>", "<b@x>"], "<a@x>") == ("<b@x>", "<a@x>")
    assert cut_references([], None) == ()
    assert cut_references(["<a@x>\r\nBcc: x"], "<b@x>") == ("<b@x>",)


def test_automatic_answers_say_so():
    assert automatic_headers() == {
        "Auto-Submitted": "auto-replied",
        "X-Auto-Response-Suppress": "All",
        LOOP_HEADER: "1",
    }
    assert loop_headers() == {LOOP_HEADER: "1"}


@pytest.mark.parametrize(
    ("subject", "answered"),
    [
        ("Claim your refund at https://evil.example/login now", "Re: Claim your refund at … now"),
        ("www.evil.example", "Re: …"),
        ("Visit evil-shop.com/win today", "Re: Visit … today"),
        ("![x](https://evil.example/p.png)", "Re: ![x](…"),
        ("Order 1001. Where is it?", "Re: Order 1001. Where is it?"),
        ("Re: Tea 2.5 kg, cup v1.2", "Re: Tea 2.5 kg, cup v1.2"),
    ],
)
def test_a_link_in_a_subject_is_not_mailed_on(subject, answered):
    assert reply_subject(subject) == answered
