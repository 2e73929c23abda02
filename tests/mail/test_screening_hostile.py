"""Texts that a stranger writes to keep us busy: what they cost grows with their length, and no faster."""

from functools import partial

import pytest

from app.mail.inbound.message import InboundMail
from app.mail.inbound.mime import read
from app.mail.inbound.quoting import newly_written
from app.mail.inbound.screening import screen
from app.mail.inbound.shop_mail import unwrap
from app.mail.inbound.wordings import alternatives, stems_of
from tests.costs import is_at_most
from tests.mail.samples import a_mail
from tests.mail.test_wordings import LISTS

STEMS = sorted(
    {stem for one in LISTS.values() for wording in alternatives(one.words) for stem in stems_of(wording)}
)
REPORT = {"subject": "Undelivered mail", "from_": "mailer-daemon@mx.example"}
FORM = {"from_": "no-reply@forms.example", "reply_to": "ann@customer.example"}
CHECK = {"from_": "forwarding-noreply@google.com"}

SHAPES: dict[str, tuple[str, dict[str, str]]] = {
    "every stem": (" ".join(STEMS), {}),
    "every stem, a line each": ("\n".join(STEMS) + "\n", {}),
    "ever away": ("ich bin je suis i am jeg er ", {}),
    "one long line of marks": ("-- _ -=*> ", {}),
    "a report on one long line of marks": ("-- _ -=*> ", REPORT),
    "a report for thousands": ("a@b.example\n", REPORT),
    "a report in quotes": ("> > > > > \n", REPORT),
    "a report of many fields": ("Final-Recipient: a\n b\n", REPORT),
    "a report that says nothing": ("the quick brown fox jumps\n", REPORT),
    "a report that never comes to its point": ("your message\nto: ", {}),
    "a form of many fields": ("a: b\n", FORM),
    "a form of many words": ("a b c d e f g h i j k l\n", FORM),
    "a code that never comes": ("code ", CHECK),
    "links in links": ("https://mail.google.com/mail/vf-", CHECK),
    "a newsletter that never offers": ("voir afficher visualizza bekijk ", {}),
}


def screened(mail: InboundMail) -> object:
    return screen(unwrap(mail), own_addresses=("support@shop.example",))


@pytest.mark.parametrize("shape", SHAPES)
def test_the_time_to_screen_and_cut_grows_with_the_text(shape: str):
    """Four times the size: linear is four, quadratic is sixteen."""
    piece, headers = SHAPES[shape]
    small, large = (read(a_mail(piece * (size // len(piece) + 1), **headers)) for size in (15_000, 60_000))

    for work in (screened, newly_written):
        assert is_at_most(partial(work, large), partial(work, small), 9, slack=0.02), work


def test_a_line_without_an_end_costs_no_more_than_one_with_many():
    lines = read(a_mail("-- _ -=*> hello\n" * 6_000))
    line = read(a_mail("-- _ -=*> hello " * 6_000))

    assert is_at_most(lambda: newly_written(line), lambda: newly_written(lines), 4, slack=0.02)
