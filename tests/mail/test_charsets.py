import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.inbound import charsets
from app.mail.inbound.charsets import decode, meta_charset
from app.mail.inbound.mime import read
from tests.mail.charset_texts import cases
from tests.mail.samples import a_mail

# Short, and in one letter only different from a neighbour's reading.
_AMBIGUOUS = {("Siparişim nerede", "cp1254")}
_LATIN = {"cp1250", "cp1252", "cp1254", "iso8859_1", "iso8859_2", "iso8859_15"}


def test_undeclared_texts_are_read_in_the_charset_they_are_written_in():
    wrong = {(text, codec) for text, codec in cases() if decode(text.encode(codec))[0] != text}

    assert wrong == _AMBIGUOUS


def test_another_script_declared_as_latin_is_seen_through():
    """Old programs write their own charset and declare ISO-8859-1."""
    for text, codec in cases():
        if codec not in _LATIN:
            assert decode(text.encode(codec), "iso-8859-1")[0] == text, (text, codec)


def test_what_is_truly_declared_is_believed():
    for text, codec in cases():
        assert decode(text.encode(codec), codec) == (text, None), (text, codec)


def test_utf_8_is_seen_whatever_is_declared():
    for text, codec in cases():
        assert decode(text.encode(), codec)[0] == text, (text, codec)


def test_what_is_no_utf_8_is_not_read_as_such():
    for text, codec in set(cases()) - _AMBIGUOUS:
        assert decode(text.encode(codec), "utf-8")[0] == text, (text, codec)


@pytest.mark.parametrize(
    "word",
    [
        "José",
        "naïve",
        "Hélène",
        "Größe",
        "£20",
        "€5",
        "it’s",
        "“hi”",
        "–",
        "ÄÖÜ",
        "Søren Kjær",
        "1 000 € – déjà payé",
        "• x",
    ],
)
def test_a_single_word_of_latin_letters_is_west_european(word):
    assert decode(word.encode("cp1252"))[0] == word
    assert decode(word.encode("cp1252"), "iso-8859-1") == (word, None)


@pytest.mark.parametrize(
    ("declared", "data", "text"),
    [
        ("iso-2022-jp", b"\x1b$B-!-j\x1b(B \x1b(I6E\x1b(B", "①㈱ ｶﾅ"),
        ("CP50221", b"\x1b$B%F\x1b(B", "テ"),
        ("iso-2022-jp", b"\x1b$B%F", "テ"),
        ("utf-7", b"Gr+APY-+AN8-e", "Größe"),
        ("utf-16", "Größe".encode("utf-16"), "Größe"),
        ("", "Größe".encode("utf-16"), "Größe"),
        ("", "My order 1001".encode("utf-16-le"), "My order 1001"),
        ("windows-1251;format=flowed", "заказ".encode("cp1251"), "заказ"),
        ("x-windows-949", "주문".encode("cp949"), "주문"),
        ("'koi8-r'", "заказ".encode("koi8-r"), "заказ"),
        ("UTF-8//TRANSLIT", "é".encode(), "é"),
        ("utf-8", "größe\n".encode() * 5 + b"caf\xe9 n\xb0 1", "größe\n" * 5 + "café n° 1"),
        ("utf-8", "größe\n".encode() * 5 + b"\xc3", "größe\n" * 5 + "\ufffd"),
        ("base64_codec", b"YWJj", "YWJj"),
        ("unicode_escape", b"\\u0041", "\\u0041"),
    ],
)
def test_charsets_are_read_as_programs_write_them(declared, data, text):
    assert decode(data, declared or None)[0] == text


def test_what_the_mail_declares_elsewhere_helps():
    raw = a_mail("BODY", subject="=?windows-1256?B?8eTI?=", content_type="text/plain").replace(
        b"BODY", "طلب".encode("cp1256")
    )

    assert read(raw).text.strip() == "طلب"


def test_an_html_page_may_declare_its_own_charset():
    page = '<html><head><meta charset="windows-1254"></head><p>Ayşe</p>'
    raw = a_mail("BODY", content_type="text/html").replace(b"BODY", page.encode("cp1254"))

    assert meta_charset(page.encode("cp1254")) == "windows-1254"
    assert read(raw).text.strip() == "Ayşe"
    assert read(raw).problems == ()


@given(
    st.binary(max_size=300),
    st.one_of(st.none(), st.text(max_size=20), st.sampled_from(sorted(charsets._ALIASES))),
)
def test_any_bytes_become_a_text_that_can_be_kept(data, declared):
    text, _ = decode(data, declared)

    assert "\x00" not in text
    text.encode("utf-8")


def test_signs_within_words_give_a_lie_about_central_europe_away():
    text = "Żółta filiżanka nie dotarła, proszę o zwrot pieniędzy za ąęśćź"
    french = "l'œuvre et le cœur de ma sœur, 5 m² à ½"
    for charset in ("iso8859-2", "cp1250"):
        for declared in ("iso-8859-1", "windows-1252", None):
            assert decode(text.encode(charset), declared)[0] == text, (charset, declared)
    assert decode(french.encode("cp1252"), "iso-8859-1") == (french, None)
