"""Whatever a mail program does to our own reply when the customer answers it, nothing of it is taken for the customer's."""

import textwrap
from html import escape

import pytest

from app.mail.inbound.quoting import cut, cut_html
from app.mail.outbound.markdown import render_markdown
from app.replies.drafting import with_note
from app.replies.locales import LOCALES
from app.replies.samples import SITUATIONS, samples
from tests.replies.voices import STORE, TODAY, drafted

ANSWER = "Thank you!\nBut it is not there. What now?"
_WHO = f"{STORE.name} <help@shop.example>"
_HEADERS = f"From: {_WHO}\nSent: Monday, January 5, 2026 10:00 AM\nTo: Ann <ann@customer.example>\nSubject: Re: Order"


def _marked(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n"))


PROGRAMS = {
    "gmail": lambda text: f"On Mon, Jan 5, 2026 at 10:00 AM {_WHO} wrote:\n\n{_marked(text)}",
    "gmail, wrapped": lambda text: (
        f"On Mon, Jan 5, 2026 at 10:00 AM {_WHO} wrote:\n\n{_marked(_wrapped(text))}"
    ),
    "apple": lambda text: f"> On 5 Jan 2026, at 10:00, {_WHO} wrote:\n> \n{_marked(text)}",
    "yahoo": lambda text: f"    On Monday, January 5, 2026 at 10:00:12 AM GMT+1, {_WHO} wrote:  \n \n {text}",
    "outlook": lambda text: f"________________________________\n{_HEADERS}\n\n{text}",
    "outlook, older": lambda text: f"-----Original Message-----\n{_HEADERS}\n\n{_wrapped(text)}",
    "no introduction": _marked,
}
HTML_PROGRAMS = {
    "gmail": lambda html: (
        f'<div class="gmail_quote"><div class="gmail_attr">On Mon, Jan 5, 2026 at 10:00 AM {escape(_WHO)} wrote:<br></div>'
        f'<blockquote class="gmail_quote">{html}</blockquote></div>'
    ),
    "outlook": lambda html: (
        f'<hr><div id="divRplyFwdMsg">{escape(_HEADERS).replace(chr(10), "<br>")}</div><div>{html}</div>'
    ),
    "apple": lambda html: (
        f'<br><blockquote type="cite"><div>On 5 Jan 2026, at 10:00, {escape(_WHO)} wrote:</div><br>{html}</blockquote>'
    ),
}


def _wrapped(text: str) -> str:
    return "\n".join("\n".join(textwrap.wrap(line, 70)) for line in text.split("\n"))


def _replies(locale: str) -> list[tuple[str, str]]:
    """Text and HTML of the first sample of every situation."""
    drafts = [drafted(next(iter(samples(name, TODAY))), language=locale) for name in SITUATIONS]
    return [
        render_markdown(
            with_note(one.markdown, locale=one.locale, store_name=STORE.name), rtl=one.rtl, lang=one.locale
        )
        for one in drafts
    ]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_our_reply_is_cut_off_a_text(program, locale):
    for text, _ in _replies(locale):
        assert cut(f"{ANSWER}\n\n{program(text)}").reply == ANSWER


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("program", HTML_PROGRAMS.values(), ids=HTML_PROGRAMS)
def test_our_reply_is_cut_off_an_html_mail(program, locale):
    answer = "<br>".join(ANSWER.split("\n"))

    for _, html in _replies(locale):
        assert cut_html(f"<html><body><div>{answer}</div>{program(html)}</body></html>").reply == ANSWER


@pytest.mark.parametrize("locale", LOCALES)
def test_an_answer_below_our_reply_is_all_that_is_kept(locale):
    for text, _ in _replies(locale):
        assert cut(f"{PROGRAMS['gmail'](text)}\n\n{ANSWER}").reply == ANSWER
