import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.inbound.headers import decode_words, parse_date, parse_ids, parse_parameters


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("=?utf-8?Q?Gr=C3?= =?utf-8?Q?=B6=C3=9Fe?= x", "Größe x"),
        ("=?utf-8?B?R3LDt?= =?utf-8?B?sOfZQ==?=", "Größe"),
        ("=?utf-8?q?a?==?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a?=\t =?iso-8859-1?q?=E9?= b", "aé b"),
        ("=?utf-8?Q?My order?=", "My order"),
        ("=?utf-8?Q?Where?_Here?=", "Where? Here"),
        ("=?utf-8?Q?cut off", "cut off"),
        ("=?utf-8?Q?one =?utf-8?Q?two?= x", "one two x"),
        ("=?us-ascii?Q?Gr=C3=B6=C3=9Fe?=", "Größe"),
        ("=?utf-8?Q?Gr=F6=DFe?=", "Größe"),
        ("=?x-unknown?Q?Gr=C3=B6=C3=9Fe?=", "Größe"),
        ("=??Q?x=E9?=", "xé"),
        ("=?utf-8*de?q?a?=", "a"),
        ("=?UTF-8?b?w6k?=", "é"),
        ("=?utf-8?B?w 6 k=?=", "é"),
        ("=?utf-8?B?PT91dGYtOD9xP0dyPUMzPUI2Pz0=?=", "Grö"),
        ("(=?utf-8?q?a?=)", "(a)"),
        ("a=?utf-8?q?b?=c", "abc"),
        ("=?ISO-2022-JP?B?GyRCJUYlOSVIGyhC?= =?ISO-2022-JP?B?GyRCJUYlOSVIGyhC?=", "テストテスト"),
        ("=?x?= 2 =? 3", "=?x?= 2 =? 3"),
    ],
)
def test_encoded_words_are_read_in_every_wrong_form(written, meant):
    assert decode_words(written) == meant


@pytest.mark.parametrize(
    ("header", "value", "parameters"),
    [
        ("text/plain charset=utf-8", "text/plain", {"charset": "utf-8"}),
        ("text/plain; charset=utf-8 format=flowed", "text/plain", {"charset": "utf-8", "format": "flowed"}),
        ("text/html; charset=utf-8, boundary=x", "text/html", {"charset": "utf-8", "boundary": "x"}),
        ('Text / Plain ; Charset = "utf-8"', "text/plain", {"charset": "utf-8"}),
        ('multipart/mixed;boundary="a;b"', "multipart/mixed", {"boundary": "a;b"}),
        ("a; filename*1=b; filename*0=a", "a", {"filename": "ab"}),
        ("a; filename*1*=%C3%A9.txt; filename*0*=utf-8''Une%20pi", "a", {"filename": "Une pié.txt"}),
        ("a; filename*0*=koi8-r''%DA%C1; filename*1*=%CB%C1%DA", "a", {"filename": "заказ"}),
        ("a; filename*=\"utf-8'en'%C3%A9\"; filename=e", "a", {"filename": "é"}),
        ("a; filename*=''e%C3%A9", "a", {"filename": "eé"}),
        ("a; filename*0==?utf-8?q?a; filename*1=_b?=", "a", {"filename": "a b"}),
        ("a; filename=my file.pdf; size=3", "a", {"filename": "my file.pdf", "size": "3"}),
        ('a; filename="=?utf-8?Q?a;b?="', "a", {"filename": "a;b"}),
        ('a; filename="r%C3%A9sum%C3%A9 100%.pdf"', "a", {"filename": "résumé 100%.pdf"}),
        (r'a; filename="C:\dir\a \"b\".txt"', "a", {"filename": r'C:\dir\a "b".txt'}),
        ('a; filename="no end', "a", {"filename": "no end"}),
        ("; charset=x", "", {"charset": "x"}),
        ("", "", {}),
    ],
)
def test_parameters_are_read_in_every_wrong_form(header, value, parameters):
    found = parse_parameters(header)

    assert (found.value, found.parameters) == (value, parameters)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Mon, 20 Apr 2020 04:20:20 -0400", "2020-04-20T04:20:20-04:00"),
        ("20 Apr 20 04:20 GMT", "2020-04-20T04:20:00+00:00"),
        ("Mon, 20 Apr 2020 04:20:20 -0000 (UTC)", "2020-04-20T04:20:20+00:00"),
        ("2020-04-20T04:20:20-04:00", "2020-04-20T04:20:20-04:00"),
        ("some day", None),
        ("", None),
    ],
)
def test_dates_are_read_as_people_write_them(written, meant):
    date = parse_date(written)

    assert (date.isoformat() if date else None) == meant


@pytest.mark.parametrize(
    ("written", "ids"),
    [
        ("<a@b> <c@d>\t<a@b>", ("<a@b>", "<c@d>")),
        ("a@b", ("<a@b>",)),
        ("Your mail of Monday <a@b>", ("<a@b>",)),
        ("<a b@c>", ("<ab@c>",)),
        ("4e6e35f5a38b4", ("<4e6e35f5a38b4>",)),
        ("no id at all", ()),
    ],
)
def test_ids_are_found(written, ids):
    assert parse_ids(written) == ids


@given(st.text(alphabet="=?utf-8QB_;*'\"% ()<>@,:éa\\\t", max_size=200))
def test_any_header_is_read(value):
    for work in (decode_words, parse_parameters, parse_ids, parse_date):
        work(value)
