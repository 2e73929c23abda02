import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.mail.inbound.html_text import text_of
from tests.costs import is_at_most


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
        (" \n ", ""),
        ("<div>one</div><div><br></div><div>two</div>", "one\n\ntwo"),
        ("<div>one</div><div>&nbsp;</div><div>two</div>", "one\n\ntwo"),
        ("<ol><li>a<li>b<ul><li>c</ul><li>d</ol>", "1. a\n2. b\n\n- c\n\n3. d"),
        ("one<hr>two", "one\n--------------------------------\ntwo"),
        ("<hr>one", "one"),
        ("<div style='white-space: pre-wrap'>a\n  b</div>", "a\n  b"),
        ('see <a href="https://x.example/a">here</a>.', "see here <https://x.example/a>."),
        ('see <a href="https://www.x.example/a/">x.example/a</a>.', "see x.example/a."),
        ('<a href="mailto:a@b.example">a@b.example</a>', "a@b.example"),
        ('<a href="mailto:a@b.example">Ann</a>', "Ann <a@b.example>"),
        (
            'pay at <a href="https://thief.example/">shop.example</a>',
            "pay at shop.example <https://thief.example/>",
        ),
        ('<a href="javascript:x()">x</a><a href="#top">up</a>', "xup"),
        ('<a href="https://x.example"><img src="y"></a>seen', "seen"),
        ('<a href="https://x.example/?a=1&amp;b=<2>">x</a>', "x <https://x.example/?a=1&b=<2>>"),
        (
            'good <img alt="\N{SMILING FACE WITH OPEN MOUTH}" src="x">',
            "good \N{SMILING FACE WITH OPEN MOUTH}",
        ),
        ("<!-- secret --><!--[if mso]>secret<![endif]-->seen", "seen"),
        ("<template>t</template><textarea>t</textarea><select><option>t</select>seen", "seen"),
        ('<script>if (a<b) "</p>"</script>seen', "seen"),
        ('<p title="a > b" class=x>seen', "seen"),
        ("a &amp;lt; b &amp; c &copy; &#8364;", "a &lt; b & c © €"),
        ('<p dir="rtl">سلام</p>', "سلام"),
        ("<b>bo<i>th</b> it</i>s", "both its"),
        ("a < b and c > d <3", "a < b and c > d <3"),
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


@pytest.mark.parametrize(
    "element",
    [
        '<div style="display:none">no</div>',
        "<p hidden>no</p>",
        '<span style="font-size:0px">no</span>',
        '<span style="color:red; font-size: 0">no</span>',
        '<div style="font-size:0"><p style="font-size:100%;font-weight:bold">no</p></div>',
        '<p style="font:0/0 a">no</p>',
        '<div style="max-height:0;overflow:hidden">no<p>no</p></div>',
        '<div style="visibility:hidden">no</div>',
        '<div style="opacity:0">no</div>',
        '<div style="mso-hide:all">no<br>no</div>',
        '<font color="#ffffff">no</font>',
        '<span style="color:white">no</span>',
        '<span style="color:#FFF;">no<b>no</b></span>',
        '<p style="color:#123456;background-color:rgb(18, 52, 86)">no</p>',
        '<table bgcolor="#000"><tr><td style="color:black">no</td></tr></table>',
        '<img alt="no" style="display:none">',
    ],
)
def test_what_a_reader_cannot_see_is_no_text(element):
    assert text_of(f"<p>seen</p>{element}<p>too</p>") == "seen\n\ntoo"


@pytest.mark.parametrize(
    "element",
    [
        '<span style="font-size:0.9em">yes</span>',
        '<div style="max-height:0.5em">yes</div>',
        '<table bgcolor="#336699"><tr><td><font color="white">yes</font></td></tr></table>',
        '<div style="background:#000"><span style="color:#fff">yes</span></div>',
        '<style>.b{background:#000}</style><a class="b" style="color:#fff">yes</a>',
        '<div style="opacity:0.5">yes</div>',
        '<div style="color:#fff"><span style="color:#000">yes</span></div>',
        '<p style="background-color:#fff">yes</p>',
        '<td style="font-size:0px;padding:9px"><div style="font-size:13px">yes</div></td>',
        '<div style="font-size:0"><p style="font:bold 14px/1 Arial">yes</p></div>',
        '<div style="font-size:0"><font size="2">yes</font></div>',
        '<div style="font-size:.8em">yes</div>',
    ],
)
def test_what_a_reader_may_see_is_text(element):
    assert "yes" in text_of(f"<p>seen</p>{element}<p>too</p>")


@pytest.mark.parametrize(
    "html",
    [
        '<body style="color:white"><div style="color:rgb(255, 255, 255)">Where is it?</div></body>',
        '<div style="mso-hide:all">Where is it?</div>',
    ],
)
def test_where_nothing_could_be_seen_everything_is_text(html):
    """Programs in a dark mode send white text without a background."""
    assert text_of(html) == "Where is it?"


@pytest.mark.parametrize(
    "make",
    [
        lambda n: "<div>" * n,
        lambda n: "<b><p>" * n,
        lambda n: "<blockquote>x" * n,
        lambda n: "<table><tr><td>" * n,
        lambda n: '<a href="https://x.example">x' * n,
        lambda n: '<a "' * n,
        lambda n: "<!--" * n,
        lambda n: "<p " + " ".join(f"a{i}" for i in range(n)) + ">x",
        lambda n: "<p " + "/".join(f"a{i}=" for i in range(n)) + ">x",
        lambda n: '<img src="data:image/png;base64,' + "A/b+" * n + '">x',
        lambda n: "".join(f'<p style="margin:{i}px">x</p>' for i in range(n)),
        lambda n: f"<p style='{'color:red;' * n}'>x</p>",
        lambda n: "<font color=white>x</font>" * n,
        lambda n: "<script><style>" * n,
    ],
)
def test_hostile_html_costs_no_more_than_its_size(make):
    small, large = make(2_500), make(10_000)
    assert is_at_most(lambda: text_of(large), lambda: text_of(small), 12, slack=0.05)


def test_a_large_picture_in_the_html_does_not_hide_its_quotes():
    picture = f'<img src="data:image/png;base64,{"iVBOR/w0" * 5000}">'

    assert text_of(f"<p>one</p>{picture}<blockquote>two</blockquote>") == "one\n\n> two"
