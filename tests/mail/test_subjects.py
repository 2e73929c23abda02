import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.inbound.subjects import read_subject

SUBJECT = "Broken teapot"


@pytest.mark.parametrize(
    "mark",
    [
        "Re:",
        "RE :",
        "Re[2]:",
        "Re (3):",
        "Re^2:",
        "AW:",
        "Antw:",
        "SV:",
        "VS:",
        "Vá:",
        "Odp:",
        "YNT:",
        "R:",
        "RES:",
        "Αντ:",
        "ΣΧΕΤ:",
        "Отв:",
        "Ответ:",
        "回复:",
        "答复：",
        "返信:",
        "답장:",
        "رد:",
        "پاسخ:",
        "תשובה:",
        "Trả lời:",
    ],
)
def test_an_answers_subject_is_the_subject_that_it_answers(mark):
    for written in (f"{mark} {SUBJECT}", f"{mark}{SUBJECT}", f"[EXTERN] {mark} Fwd: {mark} [#12] {SUBJECT}"):
        found = read_subject(written)
        assert (found.bare, found.is_reply) == ("broken teapot", True), written


@pytest.mark.parametrize(
    "mark", ["Fwd:", "FW:", "WG:", "TR :", "Doorst:", "转发：", "Továbbítás:", "[List] Fwd:"]
)
def test_a_forwarded_mails_subject_is_no_answers(mark):
    found = read_subject(f"{mark} {SUBJECT}")

    assert (found.bare, found.is_reply) == ("broken teapot", False)


@pytest.mark.parametrize(
    "written",
    [
        "BROKEN\tTEAPOT",
        "Broken   teapot ",
        "Ｂroken teapot",
        "\u200fBroken teapot\u200e",
        "Broken teapot [fwd]",
    ],
)
def test_case_spaces_and_invisible_characters_do_not_matter(written):
    assert read_subject(written).bare == "broken teapot"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "Re:",
        "Order",
        "Re: Order #1035",
        "My order 1035-A",
        "Question",
        "Hello!",
        "hi",
        "Frage zur Bestellung",
        "سفارش من",
        "您好",
        "Re: [Ticket 8812] Order #5",
        "(no subject)",
        "2026-11-22",
        "Bonjour",
    ],
)
def test_numbers_and_what_everybody_writes_tell_nothing(written):
    assert not read_subject(written).is_telling


@pytest.mark.parametrize(
    "written", [SUBJECT, "Where is my parcel?", "Kaputte Teekanne", "قوری شکسته", "茶壶坏了"]
)
def test_a_matter_of_ones_own_tells(written):
    assert read_subject(written).is_telling


def test_words_that_only_begin_like_a_mark_stay():
    assert read_subject("Return: my teapot").bare == "return: my teapot"
    assert read_subject("Resend the invoice").bare == "resend the invoice"


@given(st.text(max_size=200))
def test_reading_twice_finds_nothing_more(written: str):
    once = read_subject(written)

    assert read_subject(once.bare).bare == once.bare
