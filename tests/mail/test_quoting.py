import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.mail.inbound.mime import read
from app.mail.inbound.quoting import cut, cut_html, newly_written
from tests.costs import is_at_most
from tests.mail.samples import read_mail

NAME, ADDRESS = "Shop Support", "support@shop.example"

# As Gmail, Apple Mail, Thunderbird and Outlook write them.
ATTRIBUTIONS = {
    "en": f"On Mon, Jan 5, 2026 at 10:00 AM {NAME} <{ADDRESS}> wrote:",
    "en apple": f"On 5 Jan 2026, at 10:00, {NAME} <{ADDRESS}> wrote:",
    "en wrapped": f"On Mon, Jan 5, 2026 at 10:00 AM {NAME} via Some Long Name <\n{ADDRESS}> wrote:",
    "de": f"Am Mo., 5. Jan. 2026 um 10:00 Uhr schrieb {NAME} <{ADDRESS}>:",
    "fr": f"Le lun. 5 janv. 2026 à 10:00, {NAME} <{ADDRESS}> a écrit :",
    "es": f"El lun, 5 ene 2026 a las 10:00, {NAME} (<{ADDRESS}>) escribió:",
    "it": f"Il giorno lun 5 gen 2026 alle ore 10:00 {NAME} <{ADDRESS}> ha scritto:",
    "nl": f"Op ma 5 jan 2026 om 10:00 schreef {NAME} <{ADDRESS}>:",
    "pt": f"Em seg., 5 de jan. de 2026 às 10:00, {NAME} <{ADDRESS}> escreveu:",
    "pl": f"pon., 5 sty 2026 o 10:00 {NAME} <{ADDRESS}> napisał(a):",
    "ru": f"пн, 5 янв. 2026 г. в 10:00, {NAME} <{ADDRESS}>:",
    "uk": f"пн, 5 січ. 2026 р. о 10:00 {NAME} <{ADDRESS}> пише:",
    "sv": f"Den mån 5 jan. 2026 kl 10:00 skrev {NAME} <{ADDRESS}>:",
    "da": f"Den man. 5. jan. 2026 kl. 10.00 skrev {NAME} <{ADDRESS}>:",
    "no": f"man. 5. jan. 2026 kl. 10:00 skrev {NAME} <{ADDRESS}>:",
    "fi": f"ma 5. tammik. 2026 klo 10.00 {NAME} ({ADDRESS}) kirjoitti:",
    "cs": f"po 5. 1. 2026 v 10:00 odesílatel {NAME} <{ADDRESS}> napsal:",
    "hu": f"{NAME} <{ADDRESS}> ezt írta (időpont: 2026. jan. 5., H, 10:00):",
    "ro": f"În lun., 5 ian. 2026 la 10:00, {NAME} <{ADDRESS}> a scris:",
    "tr": f"{NAME} <{ADDRESS}>, 5 Oca 2026 Pzt, 10:00 tarihinde şunu yazdı:",
    "el": f"Στις Δευ 5 Ιαν 2026 στις 10:00 π.μ., ο χρήστης {NAME} <{ADDRESS}> έγραψε:",
    "fa": f"در تاریخ دوشنبه ۵ ژانویهٔ ۲۰۲۶،\u200f ۱۰:۰۰ {NAME} <{ADDRESS}> نوشت:",
    "ar": f"في الاثنين، ٥ يناير ٢٠٢٦ في ١٠:٠٠ ص تمت كتابة ما يلي بواسطة {NAME} <{ADDRESS}>:",
    "he": f"\u202bבתאריך יום ב׳, 5 בינו׳ 2026 ב-10:00 מאת \u202a{NAME}\u202c\u200f <\u202a{ADDRESS}\u202c\u200f>:\u202c",
    "ja": f"2026年1月5日(月) 10:00 {NAME} <{ADDRESS}>:",
    "zh": f"{NAME} <{ADDRESS}> 于2026年1月5日周一 10:00写道：",
    "ko": f"2026년 1월 5일 (월) 오전 10:00, {NAME} <{ADDRESS}>님이 작성:",
    "vi": f"Vào Th 2, 5 thg 1, 2026 lúc 10:00 {NAME} <{ADDRESS}> đã viết:",
    "name only": f"{NAME} <{ADDRESS}> wrote:",
}

HEADER_BLOCKS = {
    "en": "From: {n} <{a}>\nSent: Monday, January 5, 2026 10:00 AM\nTo: Ann\nSubject: RE: My order",
    "en bold": "*From:* {n} <{a}>\n*Sent:* Monday\n*To:* Ann\n*Subject:* RE: My order",
    "de": "Von: {n} <{a}>\nGesendet: Montag, 5. Januar 2026 10:00\nAn: Ann\nBetreff: AW: Bestellung",
    "fr": "De : {n} <{a}>\nEnvoyé : lundi 5 janvier 2026 10:00\nÀ : Ann\nObjet : Commande",
    "es": "De: {n} <{a}>\nEnviado: lunes\nPara: Ann\nAsunto: RE: Pedido",
    "it": "Da: {n} <{a}>\nInviato: lunedì\nA: Ann\nOggetto: R: Ordine",
    "nl": "Van: {n} <{a}>\nVerzonden: maandag\nAan: Ann\nOnderwerp: RE: Bestelling",
    "sv": "Från: {n} <{a}>\nSkickat: den 5 januari\nTill: Ann\nÄmne: SV: Order",
    "fa": "از: {n} <{a}>\nتاریخ: دوشنبه\nبه: Ann\nموضوع: سفارش",
    "ja": "差出人: {n} <{a}>\n送信日時: 2026年1月5日\n宛先: Ann\n件名: 注文",
    "ru": "От: {n} <{a}>\nОтправлено: понедельник\nКому: Ann\nТема: Заказ",
}


@pytest.mark.parametrize("attribution", ATTRIBUTIONS.values(), ids=list(ATTRIBUTIONS))
@pytest.mark.parametrize("mark", ["> ", ""], ids=["marked", "bare"])
def test_what_is_quoted_below_an_attribution_is_cut(attribution, mark):
    text = f"Thank you!\nWhere is it?\n\n{attribution}\n\n{mark}Your order is on its way.\n{mark}Shop"

    found = cut(text)

    assert found.reply == "Thank you!\nWhere is it?"
    assert "on its way" in found.quoted


@pytest.mark.parametrize("attribution", ATTRIBUTIONS.values(), ids=list(ATTRIBUTIONS))
def test_an_answer_below_the_quote_is_kept(attribution):
    assert cut(f"{attribution}\n> Which size?\n\nSize M, please.").reply == "Size M, please."


@pytest.mark.parametrize("block", HEADER_BLOCKS.values(), ids=list(HEADER_BLOCKS))
def test_what_stands_below_a_header_block_is_cut(block):
    text = f"Yes, please.\n\n________________________________\n{block.format(n=NAME, a=ADDRESS)}\n\nShall we send it again?"

    found = cut(text)

    assert found.reply == "Yes, please."
    assert "send it again" in found.quoted


def test_answers_between_the_quotes_are_kept_with_them():
    found = cut(
        f"Hi,\n\n{ATTRIBUTIONS['en']}\n> Which size?\n\nSize M.\n\n> Which colour?\n\nBlue.\n\n-- \nAnn\nAnn's house"
    )

    assert found.reply == "Hi,\n\n> Which size?\n\nSize M.\n\n> Which colour?\n\nBlue."


@pytest.mark.parametrize(
    "text",
    [
        "Your page says:\nFrom: 3 days\nreturns are free. Is that so?",
        "On Monday I wrote:\nplease cancel. Nobody answered.",
        "Your agent wrote: we refund you. When?",
        "I ordered on 5 May 2026 at 10:00 from ann@customer.example and nothing came. Why?",
        "Order: 1001\nSize: M\nTo: Ann Beck, Main Street 1\nWhen will it come?",
        "- one\n- two\n-- three",
        "> Free returns within 30 days\n\nIs this still true?",
        "My list:\n--\n"
        + "\n".join(f"item {n} costs {n} euros and I want to send it back" for n in range(30)),
        "Sent from my old address, order 1001 never came back?",
        "",
    ],
)
def test_in_doubt_the_text_stays(text):
    assert cut(text).reply == text


@pytest.mark.parametrize(
    "footer",
    [
        "-- \nAnn Beck\nMain Street 1",
        "--\nAnn",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "Envoyé depuis mon appareil mobile Samsung",
        "Enviado desde mi iPhone",
        "Get Outlook for iOS<https://aka.ms/o0ukef>",
        "ارسال شده از iPhone من",
        "iPhoneから送信",
        "_______________\nAnn",
    ],
)
def test_signatures_and_footers_are_cut(footer):
    assert cut(f"Where is order #1001?\n\n{footer}\n").reply == "Where is order #1001?"


@pytest.mark.parametrize(
    "mark",
    [
        "---------- Forwarded message ---------",
        "Begin forwarded message:",
        "-------- Weitergeleitete Nachricht --------",
        "---------- Mensaje reenviado ---------",
    ],
)
def test_a_forwarded_mail_is_kept_apart(mark):
    forwarded = f"{mark}\nFrom: Parcel <p@parcel.example>\nDate: Monday\nSubject: Held\nTo: Ann\n\nYour parcel is held."

    assert cut(f"What is this?\n\n{forwarded}").reply == "What is this?"
    assert cut(f"What is this?\n\n{forwarded}").forwarded == forwarded
    assert cut(forwarded).reply == "Your parcel is held."
    assert cut(forwarded).forwarded == forwarded


@pytest.mark.parametrize(
    "html",
    [
        f"""<div>Thanks!</div><div class="gmail_quote"><div class="gmail_attr">On Monday {NAME} said:<br></div>
        <blockquote class="gmail_quote">old</blockquote></div>""",
        f"""<p>Thanks!</p><div class="moz-cite-prefix">Nyt {NAME} sanoi</div>
        <blockquote type="cite"><p>old</p></blockquote>""",
        f"""<p>Thanks!</p><div><hr><p><b>From:</b> {NAME}<br><b>Sent:</b> Monday<br><b>To:</b> Ann<br>
        <b>Subject:</b> x</p></div><p>old</p>""",
        f"""<div>Thanks!<br><blockquote type="cite">On 5 Jan 2026, at 10:00, {NAME} &lt;{ADDRESS}&gt; wrote:<br>
        old</blockquote></div>""",
    ],
    ids=["gmail", "thunderbird", "outlook", "apple"],
)
def test_the_containers_of_mail_programs_are_cut(html):
    found = cut_html(html)

    assert found.reply == "Thanks!"
    assert "old" in found.quoted


def test_an_indented_paragraph_is_no_quote():
    html = (
        '<div>See:</div><blockquote style="margin:0 0 0 40px;border:none;padding:0px">order 1001</blockquote>'
    )

    assert cut_html(html).reply == "See:\n\norder 1001"


def test_the_html_shows_a_quote_that_the_text_hides():
    raw = (
        b"Content-Type: multipart/alternative; boundary=b\n\n--b\n\nThanks!\nThe shop said\nold\n--b\n"
        b'Content-Type: text/html\n\n<p>Thanks!</p><div class="gmail_attr">The shop said</div><blockquote>old</blockquote>\n--b--\n'
    )

    assert newly_written(read(raw)).reply == "Thanks!"


OUTLOOK = (
    "Can you help her?\n\nFrom: Ben <ben@x.example>\nSent: Monday, January 5, 2026 10:00 AM\n"
    "To: Ann <ann@customer.example>\nSubject: Broken cup\n\nMy cup is broken."
)


@pytest.mark.parametrize(
    ("subject", "is_forward"),
    [("FW: Broken cup", True), ("WG: AW: Broken cup", True), ("RE: FW: Broken cup", False), ("Cup", False)],
)
def test_what_outlook_forwards_is_told_by_the_subject_from_what_it_answers(subject, is_forward):
    found = newly_written(read_mail(OUTLOOK, subject=subject))

    assert found.reply == "Can you help her?"
    assert (found.forwarded if is_forward else found.quoted).endswith("My cup is broken.")
    assert (found.quoted if is_forward else found.forwarded) == ""


def test_an_answer_to_a_forwarded_mail_is_no_forward():
    mail = read_mail("Yes.\n\nOn 5 Jan 2026, at 10:00, Ben <ben@x.example> wrote:\n> Hi?", subject="Fwd: Cup")

    assert newly_written(mail).forwarded == ""


def test_a_mail_of_text_is_cut_by_its_text():
    assert newly_written(read_mail("Thanks!\n\n> old")).reply == "Thanks!"


def is_subsequence(reply: str, text: str) -> bool:
    """Whether the lines of a reply are lines of the text, in its order."""
    rest = iter([line.strip() for line in text.split("\n")])
    return all(line.strip() in rest for line in reply.split("\n") if line.strip())


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    "hello",
                    "",
                    "> q",
                    ">> q",
                    "--",
                    "____________",
                    "On 5 Jan 2026",
                    "wrote:",
                    "Hi,",
                    "see below",
                ),
                *("Kind regards", "Tel: +49 30 1", "www.x.example", "| q", "##- Reply above this line -##"),
                *("-----Original Message-----", "---------- Forwarded message ----------"),
                *ATTRIBUTIONS.values(),
                *HEADER_BLOCKS.values(),
            ]
        ),
        max_size=25,
    )
)
def test_cutting_never_raises_and_invents_nothing(lines):
    text = "\n".join(lines)

    found = cut(text)

    assert is_subsequence(found.reply, text)
    assert cut(f"Where is it?\n{text}").reply.startswith("Where is it?")


PARAGRAPHS = [
    "Hello,",
    "I ordered a pot last week.",
    "Best regards\nAnn",
    "-- \nAnn Beck\n+49 30 1234567",
    "--\nAnn",
    "_______________\nBeck Ltd",
    "Ann Beck\nTel. +49 30 1234567\nwww.x.example",
    "Sent from my iPhone",
    "> Which size?\n> Tell us.",
    "This e-mail is confidential and meant for the addressee. If you received it in error, please delete it.",
    *(f"{attribution}\n\n> Hello Ann,\n> thank you." for attribution in ATTRIBUTIONS.values()),
]
QUESTIONS = [
    "Where is my order 1042?",
    "Wo bleibt mein Paket?",
    "我的订单在哪里？",
    "سفارش من کجاست؟",
    "From Berlin to Rome: how long does it take?",
    "On Monday you wrote that it ships, does it?",
    "Sent from my iPhone was broken, can you replace it?",
    "Is this confidential, sent in error, or for the intended recipient only?",
    "Best regards to your team, but where is it?",
    "PS: is the lid included?",
    "- is the lid included?",
    "Can you ship by 10.11.2026 09:01?",
]


@settings(deadline=None, max_examples=300)
@given(
    above=st.lists(st.sampled_from(PARAGRAPHS), max_size=4),
    question=st.sampled_from(QUESTIONS),
    below=st.lists(st.sampled_from(PARAGRAPHS), max_size=4),
)
def test_a_question_of_the_customers_own_is_never_lost(above, question, below):
    text = "\n\n".join([*above, question, *below])

    assert question in cut(text).reply


@pytest.mark.parametrize("question", ["我的订单在哪里？", "سفارش من کجاست؟", "Where is it?"])
def test_a_question_below_the_lines_of_a_firm_is_kept(question):
    text = f"Best regards\nAnn\n\nAnn Beck\nTel. +49 30 1234567\nwww.x.example\n\n{question}"

    assert question in cut(text).reply


@given(st.text(max_size=300))
def test_any_text_is_cut(text):
    assert cut(text) is not None


def _squash(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def test_the_discourse_set_is_cut_as_its_authors_expect(corpora: Path):
    folder = corpora / "mime" / "discourse-reply-trimmer"
    bodies = sorted((folder / "emails").glob("*.txt"))

    right = [
        path.name
        for path in bodies
        if _squash(cut(path.read_text("utf-8")).reply)
        == _squash((folder / "trimmed" / path.name).read_text("utf-8"))
    ]

    assert len(bodies) == 64
    assert len(right) >= 63


def test_the_replies_of_the_zapier_set_are_found(corpora: Path):
    folder = corpora / "mime" / "zapier-email-reply-parser" / "emails"

    def reply(name: str) -> str:
        return cut((folder / f"{name}.txt").read_bytes().decode("utf-8")).reply

    assert reply("email_headers_no_delimiter") == "And another reply!"
    assert "You can list the keys for the bucket" in reply("email_1_2")
    assert "I get" in reply("email_1_6")
    assert "On Dec" not in reply("email_1_6")
    assert reply("email_1_7") == ":+1:"
    assert "riak-users" not in reply("email_1_1")
    assert "Loader" not in reply("email_1_4")
    assert reply("correct_sig") == "this is an email with a correct -- signature."
    assert _squash(reply("greedy_on")) == _squash(reply("email_partial_quote_header"))
    for part in (
        "On your remote host you can run:",
        "telnet 127.0.0.1 52698",
        "This should connect to TextMate",
    ):
        assert part in reply("email_partial_quote_header")
    assert "kthxbai" in reply("email_sig_delimiter_in_middle_of_line")
    assert "I will reply under this one" in reply("email_1_8")
    assert "and under this." in reply("email_1_8")
    for name in ("email_BlackBerry", "email_iPhone", "email_multi_word_sent_from_my_mobile_device"):
        assert reply(name) == "Here is another email"


_ATTRIBUTION = "On Mon, Jan 5, 2026 at 10:00 AM a@b.example wrote:"


@pytest.mark.parametrize(
    "make",
    [
        lambda n: f"{_ATTRIBUTION}\n> q\nanswer\n" * (n // 4),
        lambda n: "".join("> " * (level % 100) + f"{_ATTRIBUTION}\n" for level in range(n // 4)),
        lambda n: f"On Mon {'x' * 390}:\n" * (n // 16),
        lambda n: "From: a@b.example\nSent: 5\n\n" * (n // 2),
        lambda n: f"{'-' * 20}\nA: <a@b.example>\n" * n,
        lambda n: "--\nwhy?\n" * n,
        lambda n: "Sent from my iPhone\n\n" * n,
        lambda n: (
            "This mail is confidential. Not the intended recipient? No, but received in error, so delete it.\n\n"
            * n
        ),
        lambda n: "---------- Forwarded message ---------\nFrom: a@b.example\n\n" * (n // 2),
        lambda n: "a@" * (100 * n) + ":",
        lambda n: "CAUTION: This email originated from outside " * (10 * n),
        lambda n: "\u202a" * (100 * n) + ":",
    ],
)
def test_cutting_is_linear_in_size(make):
    small, large = make(800), make(3200)
    assert is_at_most(lambda: cut(large), lambda: cut(small), 12, slack=0.05)


def test_a_text_of_very_many_lines_is_cut_all_the_same():
    filler = "word\n" * 30_000

    assert cut(f"Where is it?\n\n{_ATTRIBUTION}\n{filler}").reply == "Where is it?"
    assert cut(filler).reply == filler.strip("\n")
