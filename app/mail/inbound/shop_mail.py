"""Mails that a shop's software sends to the shop: contact forms are unwrapped, the others are told apart.

A contact form's mail comes from Shopify's mailer, with the visitor in Reply-To and in the fields of the text. Other
forms (plugins, site builders, relays) do likewise, some even with the shop's own address in From. The visitor then is
the customer. A form proves nothing about who filled it in: an unwrapped mail counts as unauthenticated at best, and
whoever forges one gains nothing, as the reply goes to the customer's address only and discloses what that may know.

Which address: Reply-To, as that is where any mail program would answer. The form's own email field only where
Reply-To names nobody (a mailing host put the shop itself there). Where both differ, a `problem` says so.
"""

import re
from collections.abc import Collection
from dataclasses import replace

from app.mail.address import Address
from app.mail.inbound import bounce_words
from app.mail.inbound import robot_words as words
from app.mail.inbound.absence_words import states_absence
from app.mail.inbound.form_fields import FormFields, read_fields
from app.mail.inbound.message import InboundMail
from app.mail.inbound.threading import LOOP_HEADER
from app.mail.subject_marks import bare_subject, has_mark

_SHOPIFY = re.compile(
    r"(?:^|\.)(?:shopify\.com|shopifyemail\.com|shopifymail\.com|myshopify\.com|shopify\.dev)$"
)
_SHOPIFY_ROBOTS = re.compile(
    r"^(?:mailer|no-?reply|notifications?|billing|payments|payouts?|admin|store\+\d+|store|email|hello|info|news|newsletter|team|"
    r"updates?|inbox|accounts?|security|alerts?|partners?|support-noreply|flow|fraud|shipping|capital|tax|marketing|bounces?)(?:[-_.+].*)?$"
)
_FORM_SUBJECT = re.compile(
    r"customer message on |new (?:customer )?message (?:from|on|via)|contact form|neue (?:kunden)?nachricht|kontaktformular|nouveau message|formulaire de contact|"
    r"nuevo mensaje|formulario de contacto|nova mensagem|formulário de contato|nuovo messaggio|modulo di contatto|nieuw (?:klant)?bericht|contactformulier|"
    r"nytt (?:kund)?meddelande|ny kundebesked|ny besked|kontaktformulär|kontaktskjema|uusi (?:asiakas)?viesti|nowa wiadomość|nová zpráva|új üzenet|mesaj nou|yeni (?:müşteri )?mesaj|"
    r"новое сообщение|νέο μήνυμα|پیام جدید|رسالة جديدة|הודעה חדשה|新しい(?:お客様|メッセージ)|お問い合わせ|新的?(?:客户)?(?:消息|訊息)|새(?:로운)? (?:고객 )?메시지|ข้อความใหม่|tin nhắn mới|pesan baru",
    re.IGNORECASE,
)
_SHOP_SUBJECT = re.compile(
    r"^\[[^\]]{1,80}\] .{0,40}(?:#|№)?\w*\d+.{0,60}(?:placed by|von|par|por|da|door|av|af|od|przez|tarafından|によ)|^\[[^\]]{1,80}\] (?:order|bestellung|commande|pedido|ordine|bestelling)\b|"
    r"^(?:order|bestellung|commande|pedido|ordine|bestelling) \S{1,20} (?:confirmed|bestätigt|confirmée|confirmado|confirmato|bevestigd)$|"
    r"^(?:new order|you(?:'ve| have) (?:got|received) a(?:n| new)? order|neue bestellung|payout|your payout|abandoned checkout|fulfillment request|draft order)\b"
)
_VIA = re.compile(r"\b(?:via|über|por medio de|tramite|経由)\s", re.IGNORECASE)
_MACHINE_HEADERS = ("List-Unsubscribe", "List-Id", "X-Failed-Recipients", LOOP_HEADER)


def unwrap(mail: InboundMail, *, own_addresses: Collection[str] = ()) -> InboundMail:
    """The mail as its customer wrote it, where a form or a relay delivered it; any other mail as it is.

    `own_addresses` are those that the store receives at and sends from: they are nobody's customer.
    """
    own = frozenset(one.casefold() for one in own_addresses)
    if not mail.from_.address:
        return _without_from(mail, own)
    if mail.header(LOOP_HEADER) or not _is_relay(mail, own) or _is_answer_of_robot(mail):
        return mail
    fields = read_fields(mail.text)
    written = _pick(mail.reply_to, own)
    if not _is_form(mail, fields, written, own):
        return mail
    customer = written or _typed(fields, own)
    return _unwrapped(mail, fields, customer) if customer is not None else mail


def find_notification(mail: InboundMail, *, own_addresses: Collection[str] = ()) -> str | None:
    """Why a mail is the shop software's own word to the shop, or None where it is not. Ask after `unwrap`."""
    if mail.is_contact_form or has_mark(mail.subject):
        return None
    subject = bare_subject(mail.subject)
    if _SHOPIFY.search(mail.from_.domain) and (
        _SHOPIFY_ROBOTS.match(mail.from_.local_part) or not mail.from_.domain.endswith("shopify.com")
    ):
        return "It is Shopify's own notification to the shop."
    is_sent = _sent_by_shopify(mail)
    if (is_sent or is_own(mail.from_, own_addresses)) and _SHOP_SUBJECT.search(subject):
        return "It is the shop's own notification of an order."
    if is_sent:
        return "Shopify sent it in the shop's name: a copy of a mail to customers, or a notification."
    return None


def is_own(address: Address, own_addresses: Collection[str]) -> bool:
    """Whether an address is one of the store's, also with a detail behind a plus (RFC 5233)."""
    own = {one.casefold() for one in own_addresses}
    plain = f"{address.local_part.partition('+')[0]}@{address.domain}"
    return address.key in own or plain in own


def _without_from(mail: InboundMail, own: Collection[str]) -> InboundMail:
    answer = _pick(mail.reply_to, own)
    if answer is None:
        return mail
    problem = f"It has no From address: answers go to {answer.address}, its Reply-To."
    return replace(mail, customer=answer, problems=(*mail.problems, problem))


def _is_relay(mail: InboundMail, own: Collection[str]) -> bool:
    """Whether the address in From could be that of a form, not of a person."""
    sender = mail.from_
    if _SHOPIFY.search(sender.domain):
        return True
    if _names_another(sender):
        return bool(mail.reply_to)
    if is_own(sender, own):
        # Staff's own mails go to customers, and answer something; a form's come to the shop, and begin something.
        comes_in = any(is_own(one, own) for one in (*mail.to, *mail.cc)) or not (mail.to or mail.cc)
        return comes_in and not mail.references
    return bool(
        words.NO_REPLY.match(sender.local_part)
        or words.NOTIFIERS.match(sender.local_part)
        or _is_form_mailer(mail)
        or _sent_by_shopify(mail)
    )


def _is_form_mailer(mail: InboundMail) -> bool:
    """A shared address that sends forms: its Reply-To is somebody else's, and its text has a form's shape."""
    return (
        bool(mail.reply_to)
        and mail.reply_to[0].key != mail.from_.key
        and _FORM_SUBJECT.search(mail.subject) is not None
    )


def _is_form(mail: InboundMail, fields: FormFields, written: Address | None, own: Collection[str]) -> bool:
    if any(mail.header(name) for name in _MACHINE_HEADERS) and not _from_own_group(mail, written, own):
        return False
    has_shape = bool(fields.email and fields.message)
    if _SHOPIFY.search(mail.from_.domain):
        names_visitor = written is not None and (not fields.email or fields.email.casefold() == written.key)
        is_said = _FORM_SUBJECT.search(mail.subject) is not None or _names_another(mail.from_)
        return has_shape or (names_visitor and is_said)
    if written is None:
        return has_shape and _FORM_SUBJECT.search(mail.subject) is not None
    if is_own(mail.from_, own):
        return True
    if has_shape and fields.email.casefold() == written.key:
        return True
    # Without the shape of a form, only a relay that speaks for a person will do, not a service that tells of one.
    is_notice = words.SHARING_SERVICES.search(mail.from_.domain) or mail.header("Auto-Submitted")
    return not is_notice and written.domain != mail.from_.domain and _speaks_for(mail.from_, written)


def _is_answer_of_robot(mail: InboundMail) -> bool:
    """Robots repeat what they answer and mail systems what they could not deliver, a form's fields as well: a form begins."""
    answers = re.search(r"\bauto-(?:replied|notified)\b", mail.header("Auto-Submitted"), re.IGNORECASE)
    return bool(
        answers
        or bounce_words.NOBODY.match(mail.from_.local_part)
        or states_absence(bare_subject(mail.subject))
    )


def _from_own_group(mail: InboundMail, written: Address | None, own: Collection[str]) -> bool:
    """A Google Group puts itself into From where the sender's DMARC policy forbids more: "Ann via Support"."""
    return written is not None and is_own(mail.from_, own) and _names_another(mail.from_)


def _names_another(sender: Address) -> bool:
    """Whether a sender says that somebody else wrote it: "Ann Beck via Support"."""
    return _VIA.search(sender.name) is not None


def _speaks_for(sender: Address, written: Address) -> bool:
    """Whether a relay's display name is the person's, as in "Ann Beck via Market" or plain "Ann Beck"."""
    name = sender.name.casefold()
    person = written.name.casefold()
    if not name:
        return False
    return _names_another(sender) or (bool(person) and person in name) or written.key in name


def _pick(candidates: tuple[Address, ...], own: Collection[str]) -> Address | None:
    """The one person among them; nobody where there are several, or only robots and the shop itself."""
    people = {one.key: one for one in candidates if _is_person(one, own)}
    return next(iter(people.values())) if len(people) == 1 else None


def _typed(fields: FormFields, own: Collection[str]) -> Address | None:
    typed = Address(name=fields.name, address=fields.email)
    return typed if _is_person(typed, own) else None


def _is_person(address: Address, own: Collection[str]) -> bool:
    return (
        "@" in address.address
        and not is_own(address, own)
        and not _SHOPIFY.search(address.domain)
        and not words.NO_REPLY.match(address.local_part)
    )


def _unwrapped(mail: InboundMail, fields: FormFields, customer: Address) -> InboundMail:
    problems = mail.problems
    if fields.email and fields.email.casefold() != customer.key:
        problems = (*problems, f"The form names {fields.email}, but asks for answers to {customer.address}.")
    text = fields.text if fields.message and (fields.email or fields.name) else mail.text
    return replace(
        mail,
        customer=Address(name=fields.name or _name_of(mail, customer), address=customer.address),
        text=text,
        text_is_html=False if text != mail.text else mail.text_is_html,
        html=None if text != mail.text else mail.html,
        problems=problems,
        is_contact_form=True,
    )


def _name_of(mail: InboundMail, customer: Address) -> str:
    if customer.name:
        return customer.name
    return _VIA.split(mail.from_.name)[0].strip(" '\"") if _VIA.search(mail.from_.name) else ""


def _sent_by_shopify(mail: InboundMail) -> bool:
    """Whether Shopify's mailer sent a mail whose From is the shop's: its return path and its Message-ID tell."""
    message_id = (mail.message_id or "").strip("<>").rpartition("@")[2].casefold()
    paths = [value.strip("<> ").rpartition("@")[2].casefold() for value in mail.all_headers("Return-Path")]
    sender = mail.header("Sender").strip("<> ").rpartition("@")[2].casefold()
    return any(_SHOPIFY.search(domain) for domain in (message_id, sender, *paths) if domain)
