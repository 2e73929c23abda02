"""One list of marks: whoever reads a subject knows the same ones."""

import pytest

from app.mail.inbound.subjects import read_subject
from app.mail.outbound.compose import reply_subject
from app.mail.subject_marks import FORWARD_MARKS, REPLY_MARKS, bare_subject, has_mark


def spellings(mark: str) -> list[str]:
    return [
        *(f"{one}: Broken teapot" for one in (mark, mark.upper(), mark.capitalize())),
        *(f"{mark}{rest} Broken teapot" for rest in ("[2]:", " (3) :", "^4:", "：", " :", f": {mark}:")),
        f"{mark}:Broken teapot",
    ]


@pytest.mark.parametrize("mark", REPLY_MARKS)
def test_a_mark_of_an_answer_is_known_to_threads_replies_and_screening(mark: str):
    for subject in spellings(mark):
        read = read_subject(subject)
        assert (read.bare, read.is_reply) == ("broken teapot", True), subject
        assert reply_subject(subject) == "Re: Broken teapot"
        assert (has_mark(subject), bare_subject(subject)) == (True, "broken teapot")


@pytest.mark.parametrize("mark", FORWARD_MARKS)
def test_a_forwarded_mail_keeps_its_mark_in_the_reply(mark: str):
    for subject in spellings(mark):
        read = read_subject(subject)
        assert (read.bare, read.is_reply) == ("broken teapot", False), subject
        assert reply_subject(subject) == f"Re: {subject}"
        assert (has_mark(subject), bare_subject(subject)) == (True, "broken teapot")


@pytest.mark.parametrize(
    "subject", ["Return my teapot", "Refund: when?", "Reply needed: teapot", "[Re] teapot", "Tea: green", ""]
)
def test_words_that_only_begin_like_a_mark_are_none(subject: str):
    assert not has_mark(subject)
    assert bare_subject(subject) == subject.casefold()
    assert not read_subject(subject).is_reply


def test_marks_are_taken_off_however_many_there_are():
    assert bare_subject("Re: AW: Fwd:  SV: [shop] Hello  there") == "[shop] hello there"
    assert reply_subject("Re: AW: Fwd: Hello") == "Re: Fwd: Hello"
