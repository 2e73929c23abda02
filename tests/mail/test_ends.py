"""What firms' servers and mail programs put above and below what somebody wrote, and what only looks like it.

A row each in the texts beside this module, in whatever language: all of a kind are tried in one test.
"""

from collections.abc import Iterator
from pathlib import Path

from app.mail.inbound.quoting import cut

ROWS = (Path(__file__).parent / "quotes" / "rows.lst").read_text("utf-8")
WORDS = "Where is my order?\nI paid last week."
GAPS = ("\n\n", "\n")


def rows(kind: str) -> Iterator[str]:
    section = ROWS.partition(f"%%%% {kind}\n")[2].partition("\n%%%%")[0]
    assert section, kind
    return (row.replace("⏎", "\n") for row in section.strip("\n").split("\n"))


def test_a_footer_of_a_mail_program_is_cut():
    assert [row for row in rows("footers") for gap in GAPS if cut(f"{WORDS}{gap}{row}").reply != WORDS] == []


def test_a_legal_notice_is_cut():
    assert [row for row in rows("notices") if cut(f"{WORDS}\n\n{row}").reply != WORDS] == []


def test_a_last_line_of_the_customers_own_stays():
    assert [row for row in rows("last lines") if row not in cut(f"Hello,\n\n{row}").reply] == []


def test_a_warning_of_the_senders_server_is_cut_and_nothing_below_it():
    assert [row for row in rows("banners") for gap in GAPS if cut(f"{row}{gap}{WORDS}").reply != WORDS] == []


def test_a_first_line_of_the_customers_own_stays():
    texts = [(row, f"{row}{end}") for row in rows("first lines") for end in ("", *(g + WORDS for g in GAPS))]

    assert [row for row, text in texts if cut(text).reply != text] == []


def test_a_mail_of_nothing_but_a_warning_keeps_it():
    assert [row for row in rows("banners") if not cut(row).reply] == []


def test_a_forwards_title_in_any_language_keeps_it_apart():
    below = "From: Carrier <info@carrier.example>\nDate: Mon, 5 Jan 2026 10:00\nSubject: Delivery\n\nIt goes back."
    for title in rows("forward titles"):
        found = cut(f"Can you help?\n\n{title}\n\n{below}")
        alone = cut(f"{title}\n\n{below}")

        assert (found.reply, found.forwarded) == ("Can you help?", f"{title}\n\n{below}"), title
        assert (alone.reply, alone.forwarded) == ("It goes back.", f"{title}\n\n{below}"), title


def test_a_title_between_dashes_goes_with_the_headers_below_it():
    below = "From: Shop <help@shop.example>\nDate: Mon, 5 Jan 2026 10:00\nSubject: Delivery\n\n> Which size?"
    for title in rows("titles"):
        assert cut(f"Size L.\n\n{title}\n{below}").reply == "Size L.", title
        assert cut(f"{title}\n{below}\n\nSize L.").reply == "Size L.", title
