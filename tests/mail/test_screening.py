import json
from pathlib import Path

import pytest
from hypothesis import given

from app.mail.inbound.message import Transport
from app.mail.inbound.mime import read
from app.mail.inbound.screening import ASKS_FOR_SILENCE, Screening, screen
from app.mail.inbound.shop_mail import unwrap
from app.mail.inbound.threading import LOOP_HEADER
from app.mail.outbound.compose import automatic_headers
from app.vocabulary import MailKind
from tests.mail.samples import broken_mails, read_mail

OWN = {"support@shop.example"}


def screened(
    body: str = "Where is my order?", transport: Transport | None = None, **headers: str
) -> Screening:
    return screen(read_mail(body, **headers), own_addresses=OWN, transport=transport)


DELIVERY_REPORT = """\
--b
Content-Type: text/plain

Your mail did not arrive.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.shop.example

Final-Recipient: rfc822; ann@customer.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

Final-Recipient: rfc822; bob@customer.example
Action: delayed
Status: 4.4.7

Final-Recipient: rfc822; eve@customer.example
Action: delivered
Status: 2.0.0
--b--
"""
REPORT_TYPE = 'multipart/report; report-type={}; boundary="b"'


def test_a_customer_is_answered():
    assert screened() == Screening(MailKind.CUSTOMER, answerable=True)


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"auto_submitted": "auto-replied"}, MailKind.AUTO_REPLY),
        ({"auto_submitted": "auto-generated (failure)"}, MailKind.AUTO_REPLY),
        ({"x_autoreply": "yes"}, MailKind.AUTO_REPLY),
        ({"x_autorespond": "Re: hello"}, MailKind.AUTO_REPLY),
        ({"precedence": "auto_reply"}, MailKind.AUTO_REPLY),
        ({"return_path": "<>"}, MailKind.AUTO_REPLY),
        ({"from_": "no-reply@parcel.example"}, MailKind.AUTO_REPLY),
        ({"from_": "Parcel <donotreply+1@parcel.example>"}, MailKind.AUTO_REPLY),
        ({"from_": "postmaster@parcel.example"}, MailKind.AUTO_REPLY),
        ({"content_type": REPORT_TYPE.format("disposition-notification")}, MailKind.AUTO_REPLY),
        ({"list_id": "News <news.brand.example>"}, MailKind.LIST),
        ({"subject": "Automatic reply: My order"}, MailKind.OUT_OF_OFFICE),
        ({"subject": "Abwesenheitsnotiz"}, MailKind.OUT_OF_OFFICE),
        ({"subject": "Réponse automatique : absence"}, MailKind.OUT_OF_OFFICE),
        ({"subject": "پاسخ خودکار: سفارش"}, MailKind.OUT_OF_OFFICE),
        ({"subject": "自動返信: 注文"}, MailKind.OUT_OF_OFFICE),
        ({"subject": "Автоответ: заказ"}, MailKind.OUT_OF_OFFICE),
        ({LOOP_HEADER: "1"}, MailKind.LOOP),
        ({"from_": "Shop <SUPPORT@shop.example>"}, MailKind.OWN),
        ({"content_type": REPORT_TYPE.format("feedback-report")}, MailKind.COMPLAINT),
        ({"from_": "MAILER-DAEMON@mx.example", "subject": "Hm"}, MailKind.BOUNCE),
        ({"x_failed_recipients": "ann@customer.example"}, MailKind.BOUNCE),
        ({"from_": "Mail Delivery System <x@mx.example>", "subject": "failure notice"}, MailKind.BOUNCE),
    ],
)
def test_robots_are_never_answered_and_a_sentence_says_why(headers, kind):
    found = screened(**headers)

    assert (found.kind, found.answerable) == (kind, False)
    assert all(reason.endswith(".") for reason in found.reasons)
    assert found.reasons


@pytest.mark.parametrize("wish", ["All", "DR, OOF, AutoReply"])
def test_who_only_asks_for_no_automatic_answer_is_answered_by_a_person(wish):
    found = screened(x_auto_response_suppress=wish)

    assert (found.kind, found.answerable, found.reasons) == (MailKind.CUSTOMER, True, (ASKS_FOR_SILENCE,))
    assert screened(x_auto_response_suppress=wish, x_mailer="Microsoft Outlook 16.0").reasons == ()


def test_our_own_automatic_answer_that_comes_back_stops():
    mail = read_mail(**automatic_headers())

    assert not screen(mail, own_addresses=OWN).answerable


@pytest.mark.parametrize(
    "headers",
    [
        {"subject": "Office chair out of stock?"},
        {"subject": "Delivery failed yesterday, nobody rang"},
        {"subject": "Undelivered parcel"},
        {"subject": "Absence of a receipt"},
        {"auto_submitted": "no"},
        {"x_auto_response_suppress": "OOF, DR"},
        {"from_": "Noreen Reply <noreen@customer.example>"},
        {"from_": "bouncy.castle@customer.example"},
        {"return_path": "<ann@customer.example>"},
        {
            "precedence": "list",
            "list_id": "<support.shop.example>",
            "list_post": "<mailto:support@shop.example>",
        },
        {"list_unsubscribe": "<https://groups.example/u>", "list_id": "Shop <support.shop.example>"},
    ],
)
def test_a_customer_whose_mail_looks_a_little_like_a_robots_is_answered(headers):
    assert screened(**headers).answerable


@pytest.mark.parametrize(
    ("transport", "answerable"),
    [
        (Transport(envelope_from=""), False),
        (Transport(envelope_from="ann@customer.example"), True),
        (Transport(spam_score=25.0), False),
        (Transport(spam_score=4.9), True),
    ],
)
def test_the_transport_is_heard(transport, answerable):
    assert screened(transport=transport).answerable is answerable


def test_the_envelope_counts_more_than_a_return_path_in_the_mail():
    assert screened(return_path="<>", transport=Transport(envelope_from="ann@customer.example")).answerable


def test_a_delivery_report_names_every_recipient_that_was_not_reached():
    found = screened(DELIVERY_REPORT, content_type=REPORT_TYPE.format("delivery-status"))

    assert found.kind == MailKind.BOUNCE
    assert [(one.recipient, one.permanent, one.status) for one in found.bounces] == [
        ("ann@customer.example", True, "5.1.1"),
        ("bob@customer.example", False, "4.4.7"),
    ]


@pytest.mark.parametrize(
    ("text", "status", "permanent"),
    [
        ("<ann@customer.example>: 550 5.1.1 User unknown", "5.1.1", True),
        ("ann@customer.example\n452 mailbox busy", "4.0.0", False),
        ("ann@customer.example: mailbox is full", "5.2.2", True),
        ("ann@customer.example: we will retry for 3 days", "4.4.7", False),
        ("ann@customer.example is a mystery", "5.0.0", True),
    ],
)
def test_a_report_in_no_known_form_is_read_as_far_as_it_goes(text, status, permanent):
    found = screened(text, from_="MAILER-DAEMON@mx.example", subject="Returned mail: see transcript")

    assert [(one.recipient, one.permanent, one.status) for one in found.bounces] == [
        ("ann@customer.example", permanent, status)
    ]


def test_a_mail_without_any_address_is_kept_for_a_person():
    found = screened(from_="")

    assert (found.kind, found.answerable) == (MailKind.CUSTOMER, False)


def test_gmails_question_whether_to_forward_shows_code_and_link():
    found = screened(
        "To allow it, click https://mail-settings.google.com/mail/vf-%5Babc%5D-xyz or use code 123456789",
        from_="Gmail Team <forwarding-noreply@google.com>",
        subject="(#123456789) Gmail Forwarding Confirmation - Receive Mail from ann@gmail.example",
    )

    assert (found.kind, found.answerable) == (MailKind.FORWARDING_CHECK, False)
    assert found.forwarding_check is not None
    assert found.forwarding_check.code == "123456789"
    assert found.forwarding_check.link == "https://mail-settings.google.com/mail/vf-%5Babc%5D-xyz"


@given(broken_mails())
def test_however_broken_a_mail_is_it_is_screened(raw):
    mail = unwrap(read(raw), own_addresses=OWN)

    assert screen(mail, own_addresses=OWN).kind in MailKind


# Real mail


def test_no_real_bounce_is_answered_and_nearly_all_are_understood(corpora: Path):
    folder = corpora / "bounces" / "sisimai"
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    status_right = status_known = 0

    for path in folder.glob("maildir/**/*.eml"):
        found = screen(read(path.read_bytes()), own_addresses=())
        assert not found.answerable, path.name
        reports = expected.get(path.relative_to(folder).as_posix())
        if reports is None:
            continue
        assert found.kind == MailKind.BOUNCE, path.name
        wanted = {one["dsn_status"][:1] for one in reports if one["dsn_status"]}
        if wanted:
            status_known += 1
            status_right += bool(wanted & {(one.status or "")[:1] for one in found.bounces})

    assert status_right >= 0.95 * status_known


def test_the_help_desk_mails_of_people_are_answered(corpora: Path):
    robots = {
        "auto_reply.eml",
        "auto_reply_with_auto_submitted.eml",
        "bounced_with_no_from.eml",
        "non_utf_encoded_mail.eml",  # Auto-Submitted, X-Autoreply and Precedence: bulk
    }
    for path in (corpora / "mime" / "chatwoot").glob("*.eml"):
        found = screen(read(path.read_bytes()), own_addresses=())
        assert found.answerable is (path.name not in robots), (path.name, found)


def test_a_report_of_nothing_but_success_names_no_failure():
    report = (
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        "Final-Recipient: rfc822; ann@customer.example\nAction: delivered\nStatus: 2.0.0\n\n--b--"
    )
    mail = read_mail(
        report,
        content_type='multipart/report; report-type=delivery-status; boundary="b"',
        from_="mx@mx.example",
    )
    found = screen(mail, own_addresses=())

    assert (found.kind, found.answerable, found.bounces) == (MailKind.BOUNCE, False, ())


def test_a_text_without_any_header_is_nobodys_mail():
    found = screen(read(b"I am out of office until Monday, with limited access to mail.\n"), own_addresses=())

    assert found.kind is MailKind.CUSTOMER
    assert not found.answerable
    assert found.reasons == ("It gives no address that could be answered.",)
