"""What a mail costs to read: in proportion to its size, and to what the standard library takes for it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.mail.inbound.html_text import read_html
from app.mail.inbound.mime import read
from app.mail.inbound.quoting import cut
from benchmarks.costs import crafted, mails_of_sets, measure, ours
from tests.mail import hostile_bodies
from tests.mail.test_mime_hostile import _seconds

MOST = 4.0
SLACK = 1.25  # other work goes on beside the tests, which costs both ways caches; `python -m benchmarks.costs` says it exactly
GROUPS = {"html": hostile_bodies.HTML, "text": hostile_bodies.TEXTS, "mail": hostile_bodies.MAILS}


@pytest.mark.slow
@pytest.mark.parametrize("group", GROUPS)
def test_the_time_for_a_hostile_body_grows_with_its_size(group: str):
    """Four times the size: linear is four, quadratic is sixteen."""
    slow = {
        name: (before, after)
        for name, make in GROUPS[group].items()
        if (after := _least(make, 80_000)) >= 9 * (before := _least(make, 20_000)) + 0.02
    }
    assert slow == {}


def _least(make: Callable[[int], bytes], size: int) -> float:
    return _seconds(ours, make(size), 2)


@pytest.mark.slow
def test_no_mail_costs_four_times_the_standard_library(corpora: Path):
    assert corpora.is_dir()
    dear: dict[str, float] = {}
    for name, raw in (*mails_of_sets(), *crafted((3_000, 30_000))):
        found = measure(name, raw)
        if found is not None and found.ratio > MOST:
            again = measure(name, raw)
            assert again is not None
            dear[name] = min(found.ratio, again.ratio)
    assert {name: ratio for name, ratio in dear.items() if ratio > MOST * SLACK} == {}


def test_of_html_with_very_many_elements_every_word_is_kept():
    words = [f"word{number}" for number in range(9_000)]
    html = "<style>p{}</style>" + "".join(f"<p>{word} &amp; <b>more</b></p>" for word in words)
    found = read_html(html)

    assert not found.is_whole
    assert [word for word in words if word not in found.text] == []
    lines = found.text.split("\n")
    assert "word0 & more" in lines
    assert "word500 & more" in lines  # beyond what is walked through, lines are still lines
    mail = read(b"Content-Type: text/html\n\n" + html.encode())
    assert "The HTML has very many elements; the end of it was read as plain words." in mail.problems


@pytest.mark.parametrize(
    "hidden",
    [
        '<div style="display:none">no<div>no</div>no</div>',
        "<p hidden>no</p>",
        "<span style='font-size:0'>no<b>no</b></span>",
        '<TD STYLE="visibility: hidden">no<table><tr><td>no</td></tr></table></TD>',
        "<script>no</script><style>no</style><title>no</title><!-- no -->",
    ],
)
def test_what_is_hidden_is_no_text_however_many_elements_stand_before_it(hidden: str):
    before = "<b>a</b> " * 1_000  # more than are walked through
    found = read_html(f"{before}{hidden}<p>seen</p>")

    assert not found.is_whole
    assert "seen" in found.text
    assert "no" not in found.text


def test_what_hides_and_does_not_end_hides_no_question_that_follows():
    found = read_html("<b>a</b> " * 1_000 + "<p hidden>no<div>Where is it?</div>")

    assert found.text.endswith("Where is it?")


def test_a_long_mail_of_outlook_is_read_whole():
    """In lines of quoted-printable, as mail programs send it."""
    words = "where is the parcel that I ordered last week"
    line = f"<p class=MsoNormal><span lang=EN-US style='font-size:11.0pt'>{words}<o:p></o:p></span></p>\n"
    html = f"<div class=WordSection1>{line * 130}</div>"

    assert read_html(html, lines=len(html) // 70).is_whole


def test_an_ordinary_document_is_read_whole():
    rows = "".join(f"<tr><td style='color:#333'>Line {number}</td></tr>" for number in range(150))
    assert read_html(f"<table>{rows}</table>").is_whole


@pytest.mark.parametrize(
    "html",
    [
        "".join(f"<font size={number % 7} color=c{number}>a{number}<p>" for number in range(300)),
        "".join(f"<b><p>a{number}" for number in range(300)),
        "<div>" * 600 + "a299",
        "&copy; &foo; " * 12_000 + "a299",
        "> " * 3_000 + "a299",
        "".join(f'<p class="c{number}" style="color:#{number:03x}">a{number}</p>' for number in range(340)),
    ],
)
def test_html_that_keeps_the_parser_busy_keeps_its_words(html: str):
    found = read_html(html)

    assert "a299" in found.text
    assert "<" not in found.text


def test_in_a_text_of_very_many_lines_the_first_quote_is_found():
    text = (
        "Where is it?\n\nOn Mon, 2 Nov 2026 at 10:00, Ann <ann@customer.example> wrote:\n" + "> a\n" * 9_000
    )
    assert cut(text).reply == "Where is it?"


def test_many_lines_that_end_with_colons_do_not_hide_the_quote_below_them():
    items = "".join(f"Item {number}:\nblue\n" for number in range(60))
    text = f"{items}\nOn Mon, 2 Nov 2026 at 10:00, Ann <ann@customer.example> wrote:\n> Hello\n> there\n"
    assert cut(text).reply == items.strip()


def test_what_lies_beyond_the_lines_that_are_looked_at_is_kept():
    text = "a:\n" * 40_000 + "the end"
    assert cut(text).reply.endswith("the end")
