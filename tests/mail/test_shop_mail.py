"""Contact forms are unwrapped: Shopify's in every language, and those of plugins that send as the shop."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.address import Address
from app.mail.inbound.authentication import judge
from app.mail.inbound.form_fields import read_fields
from app.mail.inbound.message import InboundMail, Transport
from app.mail.inbound.mime import read
from app.mail.inbound.quoting import newly_written
from app.mail.inbound.screening import screen
from app.mail.inbound.shop_mail import unwrap
from app.vocabulary import Authenticity, MailKind
from tests.mail.samples import a_mail, read_mail

OWN = ("support@shop.example",)
FORM = """\
You received a new message from your online store's contact form.

Country Code:
DE

Name:
Ann Beck

Email:
ann@customer.example

Phone Number:
+49 555 1042

{label}:
Where is my order #1042?

It was a gift.
Note: the bell is broken.
"""
MESSAGE = "Where is my order #1042?\n\nIt was a gift.\nNote: the bell is broken."


def a_form(text: str = "", label: str = "Body", **headers: str) -> InboundMail:
    defaults = {
        "from_": '"Shop (Shopify)" <mailer@shopify.com>',
        "reply_to": "ann@customer.example",
        "subject": "New customer message on November 22, 2026 at 10:05 am",
    }
    return unwrap(read_mail(text or FORM.format(label=label), **{**defaults, **headers}), own_addresses=OWN)


@pytest.mark.parametrize(
    "label",
    [
        *(
            "Body",
            "Message",
            "Comment",
            "Nachricht",
            "Kommentar",
            "Mensaje",
            "Mensagem",
            "Messaggio",
            "Bericht",
        ),
        *(
            "Commentaire",
            "Meddelande",
            "Besked",
            "Viesti",
            "Wiadomość",
            "Zpráva",
            "Üzenet",
            "Mesaj",
            "Сообщение",
        ),
        *(
            "Μήνυμα",
            "پیام",
            "الرسالة",
            "הודעה",
            "お問い合わせ内容",
            "内容",
            "메시지",
            "ข้อความ",
            "Nội dung",
            "Pesan",
        ),
        "Was dürfen wir für Sie tun",  # a theme's own label: the longest of what is left
    ],
)
def test_a_contact_form_is_its_visitors_mail(label):
    mail = a_form(label=label)

    assert mail.is_contact_form
    assert mail.customer == Address("Ann Beck", "ann@customer.example")
    assert mail.from_.address == "mailer@shopify.com"
    assert mail.text == MESSAGE
    assert newly_written(mail).reply == MESSAGE
    assert mail.problems == ()
    assert screen(mail, own_addresses=OWN).answerable


def test_fields_on_one_line_and_in_another_order_are_read_as_well():
    mail = a_form(
        "Bestellnummer: NW-10211\nE-Mail: ann@customer.example\nName: Ann Beck\nNachricht: Wo ist es?\n"
    )

    assert (mail.customer.name, mail.text) == ("Ann Beck", "Wo ist es?\n\nBestellnummer: NW-10211")


def test_a_form_that_comes_as_html_only_is_read_as_well():
    html = (
        "<p>You received a new message from your online store's contact form.</p>"
        "<p><b>Name:</b></p><pre>Ann Beck</pre><p><b>Email:</b></p><pre>ann@customer.example</pre>"
        "<p><b>Body:</b></p><pre>Where is my order?</pre>"
    )
    mail = a_form(html, content_type="text/html; charset=utf-8")

    assert (mail.customer.name, mail.text, mail.html) == ("Ann Beck", "Where is my order?", None)


def test_a_form_without_blank_lines_is_read_as_well():
    mail = a_form("Name:\nAnn Beck\nEmail:\nann@customer.example\nOrder number:\n1042\nBody:\nWhere is it?")

    assert (mail.customer.name, mail.text) == ("Ann Beck", "Where is it?\n\nOrder number:\n1042")


def test_where_form_and_reply_address_differ_the_reply_address_counts_and_the_reader_is_told():
    mail = a_form(reply_to="bob@customer.example")

    assert mail.customer.address == "bob@customer.example"
    assert mail.problems == (
        "The form names ann@customer.example, but asks for answers to bob@customer.example.",
    )


@pytest.mark.parametrize("reply_to", ["", "support@shop.example", "no-reply@shopify.com"])
def test_where_the_reply_address_is_nobodys_the_forms_own_field_counts(reply_to):
    assert a_form(reply_to=reply_to).customer.address == "ann@customer.example"


def test_a_visitor_cannot_fake_fields_in_the_message():
    text = FORM.format(label="Message") + "\nEmail:\neve@evil.example\n\nName:\nEve\n"
    mail = a_form(text)

    assert mail.customer == Address("Ann Beck", "ann@customer.example")
    assert mail.text.endswith("Name:\nEve")


def test_a_form_proves_nothing_about_who_filled_it_in():
    transport = Transport(spf="pass", dkim="{@shopify.com : pass}", envelope_from="x@shopify.com")

    assert judge(a_form(), transport).result is Authenticity.UNAUTHENTICATED


def test_a_forged_form_reaches_nobody_but_the_address_that_it_names():
    mail = a_form(reply_to="victim@customer.example", to="support@shop.example, eve@evil.example")

    assert [one.address for one in (mail.customer, *mail.reply_to)] == ["victim@customer.example"] * 2
    assert judge(mail).result is not Authenticity.AUTHENTICATED


@pytest.mark.parametrize(
    ("headers", "text"),
    [
        ({"reply_to": "ann@customer.example, bob@customer.example"}, "No fields at all."),
        ({"subject": "Your payout is on its way", "reply_to": ""}, "100 EUR"),
        ({"subject": "[Shop] Order #1042 placed by Ann Beck"}, "Ann Beck placed order #1042."),
        ({"list_unsubscribe": "<https://shopify.com/u>", "subject": "News for you"}, "News."),
    ],
)
def test_shopifys_other_mails_are_notifications(headers, text):
    mail = a_form(text, **headers)

    assert not mail.is_contact_form
    assert screen(mail, own_addresses=OWN).kind is MailKind.SHOP_NOTIFICATION


def test_a_form_in_an_unknown_language_is_known_by_its_reply_address_and_subject():
    mail = a_form("Пішіть нам\n\nКали прыйдзе мой заказ?", subject="Contact form")

    assert (mail.customer.address, mail.text.strip()) == (
        "ann@customer.example",
        "Пішіть нам\n\nКали прыйдзе мой заказ?",
    )


@pytest.mark.parametrize(
    ("headers", "is_form"),
    [
        ({"reply_to": "Ann <ann@customer.example>"}, True),
        ({"reply_to": "Ann <ann@customer.example>", "to": "ann@customer.example"}, False),
        ({"reply_to": "Ann <ann@customer.example>", "references": "<m1@customer.example>"}, False),
        ({"reply_to": "Ann <ann@customer.example>", "x_pasokh_loop": "1"}, False),
        ({"reply_to": "Shop <support+token@shop.example>"}, False),
        ({}, False),
    ],
)
def test_a_mail_from_the_shops_own_address_is_a_form_only_where_it_comes_in_for_somebody_else(
    headers, is_form
):
    mail = unwrap(read_mail(from_="Shop <support@shop.example>", **headers), own_addresses=OWN)

    assert mail.is_contact_form is is_form
    assert screen(mail, own_addresses=OWN).answerable is is_form


def test_a_spam_score_counts_for_forms_too():
    assert screen(a_form(), own_addresses=OWN, transport=Transport(spam_score=30.0)).kind is MailKind.SPAM


@pytest.mark.parametrize(
    "headers",
    [
        {"from_": "Desk <noreply@customer.example>", "Auto-Submitted": "auto-replied"},
        {"from_": "mailer-daemon@customer.example"},
        {
            "from_": "Desk <noreply@customer.example>",
            "subject": "Automatic reply: New customer message on November 22, 2026",
        },
    ],
)
def test_a_robot_that_repeats_a_form_is_no_form(headers):
    mail = a_form(**headers)
    assert not mail.is_contact_form
    assert not screen(mail, own_addresses=OWN).answerable


def test_shopify_that_speaks_for_somebody_is_no_notification():
    mail = a_form("Where is it?", from_="Ann via Shop <noreply@shopify.com>", subject="Ann has written")
    assert (mail.customer.key, screen(mail, own_addresses=OWN).answerable) == ("ann@customer.example", True)


def test_an_ordinary_mail_is_left_as_it_is():
    mail = read(a_mail("Name: Ann\nEmail: eve@evil.example\nMessage: hello", reply_to="bob@customer.example"))

    assert unwrap(mail, own_addresses=OWN) is mail


@given(st.text(max_size=400))
def test_whatever_a_form_holds_it_is_read(text):
    fields = read_fields(text)

    assert len(fields.text) <= len(text) + 4
    mail = a_form(text.replace("\x00", "") or "x")
    assert mail.customer.address in {"ann@customer.example", "mailer@shopify.com"}


def test_many_fields_cost_no_more_than_their_length():
    assert read_fields("a: b\n" * 50_000).others
