import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.mail.inbound.html_text import text_of


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n3"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("  spaced \n out <b> text </b> ", "spaced out text"),
        ("a&nbsp;b &lt;tag&gt;", "a b <tag>"),
        ("<style>p{}</style><script>x()</script><title>t</title>seen", "seen"),
        ('<div style="display: none">preheader</div>seen', "seen"),
        ("in\u200bvisi\u00adble", "invisible"),
        ("<blockquote>one<blockquote>two</blockquote></blockquote>", "> one\n>\n> > two"),
        ('<img src="x" alt="broken cup">', "[broken cup]"),
        ("", ""),
    ],
)
def test_text_is_what_a_reader_sees(html, text):
    assert text_of(html) == text


def test_quotes_may_be_left_unmarked():
    assert text_of("<blockquote>one</blockquote>", mark_quotes=False) == "one"


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("<>/abpdivr =\"'&;!-\n"), max_size=200))
def test_any_html_has_a_text(html):
    assert isinstance(text_of(html), str)
