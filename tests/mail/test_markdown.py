import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from app.mail.inbound.html_text import text_of
from app.mail.outbound.markdown import escape_markdown, render_markdown

REPLY = """\
Hello **Ann**,

your order is [on its way](https://parcel.example/t?id=1):

- one *shirt*
- two socks

1. Wait.
2. Enjoy.

Write to [us](mailto:support@shop.example) or see <https://shop.example/help>.\\
Bye
"""


def test_text_and_html_say_the_same():
    text, html = render_markdown(REPLY, rtl=False, lang="en")

    assert text == (
        "Hello Ann,\n\nyour order is on its way (https://parcel.example/t?id=1):\n\n- one shirt\n- two socks\n\n"
        "1. Wait.\n2. Enjoy.\n\nWrite to us (support@shop.example) or see https://shop.example/help.\nBye\n"
    )
    assert re.findall(r"[^\W\d]+", text) == re.findall(r"[^\W\d]+", text_of(html))


@pytest.mark.parametrize(("rtl", "lang", "direction"), [(True, "fa", "rtl"), (False, "de", "ltr")])
def test_language_and_direction_stand_where_mail_programs_keep_them(rtl, lang, direction):
    _, html = render_markdown("سلام\n\n- یک\n\n> دو 2 b", rtl=rtl, lang=lang)
    tree = LexborHTMLParser(html)

    for selector in ("html", "body > div"):
        node = tree.css_first(selector)
        assert node is not None
        assert (node.attributes["dir"], node.attributes["lang"]) == (direction, lang)
    start, end = ("right", "left") if rtl else ("left", "right")
    assert f"direction:{direction};text-align:{start}" in html
    assert f"border-{start}" in html
    assert f"border-{end}" not in html
    assert ("margin:0 1.5em 1em 0" if rtl else "margin:0 0 1em 1.5em") in html
    blocks = {node.attributes.get("dir") for node in tree.css("p, ul, blockquote")}
    assert blocks == {"rtl" if rtl else None}


def test_styles_stand_inline_and_leave_colours_to_the_mail_program():
    _, html = render_markdown(REPLY + "\n> quoted\n\n---\n", rtl=False, lang="en")

    assert "<style" not in html
    assert "class=" not in html
    assert not re.search(r"[^-]color:|background", html)
    for node in LexborHTMLParser(html).css("p, ul, ol, blockquote, hr"):
        assert node.attributes.get("style")


def test_an_isolated_number_is_an_element_in_html_and_leaves_nothing_to_copy_along():
    markdown = "سفارش **\u2066#1042\u2069** از \u2068Anna <Schmidt>\u2069 و \u2066 تنها"
    text, html = render_markdown(markdown, rtl=True, lang="fa")

    assert "\u2066#1042\u2069" in text
    assert '<strong><span dir="ltr">#1042</span></strong>' in html
    assert '<span dir="auto">Anna &lt;Schmidt&gt;</span>' in html
    assert "\u2069" not in html


def test_a_quote_in_the_other_direction_runs_as_its_own_language_does():
    text, html = render_markdown("سلام:\n\n> \u2068Thirty days.\u2069\n>\n> سی روز\n", rtl=True, lang="fa")
    english, persian = LexborHTMLParser(html).css("blockquote > p")

    assert english.attributes["dir"] == "ltr"
    assert "text-align:left" in (english.attributes["style"] or "")
    assert persian.attributes["dir"] == "rtl"
    assert text == "سلام:\n\n  \u2068Thirty days.\u2069\n\n  سی روز\n"
    _, html = render_markdown("It says:\n\n> \u2068سی روز\u2069\n", rtl=False, lang="en")
    assert '<p style="margin:0 0 1em 0;text-align:right" dir="rtl">' in html


def test_a_line_of_plain_text_that_begins_with_latin_letters_runs_as_the_mail_does():
    markdown = "سلام\n\n- \u2068XL\u2069: ۱\n\n- \u2068XL\u2069 و\n\nSara"

    assert render_markdown(markdown, rtl=True, lang="fa")[0].split("\n") == [
        "سلام",
        "",
        "\u200f- \u2068XL\u2069: ۱",
        "- \u2068XL\u2069 و",
        "",
        "\u200fSara",
        "",
    ]
    assert "\u200f" not in render_markdown(markdown, rtl=False, lang="en")[0]


def test_a_quote_is_set_in_and_bears_no_mark_of_an_earlier_mail():
    text, html = render_markdown("It says:\n\n> one\n>\n> two\n\nBye", rtl=False, lang="en")

    assert text == "It says:\n\n  one\n\n  two\n\nBye\n"
    assert len(LexborHTMLParser(html).css("blockquote > p")) == 2


@pytest.mark.parametrize(
    "markdown",
    [
        "[x](javascript:alert(1))",
        "[x](data:text/html,hi)",
        "[x](//evil.example)",
        "[x](ftp://evil.example)",
        "<javascript:alert(1)>",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '[x](https://a.example/"onclick=alert(1))',
        "![x](https://tracker.example/p.png)",
        "[x][1]\n\n[1]: javascript:alert(1)",
    ],
)
def test_only_web_and_mail_links_live(markdown):
    _, html = render_markdown(markdown, rtl=False, lang="en")
    tree = LexborHTMLParser(html)

    assert tree.css("script, img, iframe, object") == []
    for node in tree.css("*"):
        assert not [name for name in node.attributes if name.startswith("on")]
    for node in tree.css("a"):
        assert re.match(r"(https?|mailto):", node.attributes.get("href") or "")


def test_a_language_cannot_break_out_of_its_attribute():
    _, html = render_markdown("x", rtl=False, lang='en" onload="x')

    assert "onload" not in html


@given(st.text(max_size=80))
def test_a_customers_value_is_shown_as_it_is_and_does_nothing(value):
    text, html = render_markdown(f"Your {escape_markdown(value)} is here.", rtl=False, lang="en")
    tree = LexborHTMLParser(html)

    assert len(tree.css("body > div > p")) == 1
    assert tree.css("a, em, strong, code, ul, ol, h1, blockquote, img, br") == []
    literal = " ".join(value.replace("\x00", "\ufffd").split())
    assert text == f"Your {literal} is here.\n" if literal else True


@given(st.text(max_size=80))
def test_a_value_at_the_start_of_a_line_starts_no_block(value):
    _, html = render_markdown(escape_markdown(value) + " x", rtl=False, lang="en")

    assert LexborHTMLParser(html).css("ul, ol, h1, h2, h3, blockquote, pre, hr, a") == []
