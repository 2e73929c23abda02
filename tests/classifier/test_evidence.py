from hypothesis import given
from hypothesis import strategies as st

from app.classifier.evidence import fold, has_number, is_quoted


def test_words_are_found_however_they_are_spaced_and_cased():
    assert is_quoted("WHERE is  my\nparcel", "hi, where is my parcel?")


def test_words_that_are_not_in_the_mail_are_not_found():
    assert not is_quoted("I want a refund", "Where is my parcel?")


def test_empty_words_are_no_evidence():
    assert not is_quoted(" … ", "Where is my parcel?")


def test_digits_of_other_scripts_are_the_same_digits():
    assert has_number("1234", "سفارش ۱۲۳۴ کجاست؟")
    assert has_number("#1234", "أين الطلب ١٢٣٤")


def test_a_number_inside_a_longer_one_is_not_that_number():
    assert not has_number("1001", "tracking 410017")
    assert not has_number("1001", "order 1001A")


def test_arabic_and_persian_letters_that_look_alike_are_one():
    assert is_quoted("سفارش من كجاست", "سفارش من کجاست؟")


@given(st.text(min_size=1), st.text(), st.text())
def test_what_stands_in_a_mail_is_always_found(words: str, before: str, after: str):
    if fold(words).strip(" .…\"'"):
        assert is_quoted(words, f"{before} {words} {after}")


@given(
    st.integers(min_value=0, max_value=10**12), st.sampled_from(["۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩", "0123456789"])
)
def test_a_number_is_found_in_any_script(number: int, script: str):
    written = "".join(script[int(digit)] for digit in str(number))
    assert has_number(str(number), f"order #{written}, please")
