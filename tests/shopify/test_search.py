"""A sender's words are never an operator of Shopify's search."""

import re

from hypothesis import given
from hypothesis import strategies as st

from app.shopify.search import MAX_WORDS, any_prefix, equals


def test_a_value_is_quoted():
    assert equals("name", "#1001") == 'name:"#1001"'


@given(st.text(max_size=60))
def test_no_value_gets_out_of_its_quotes(value):
    query = equals("email", value)
    assert re.fullmatch(r'email:"(?:[^"\\]|\\["\\])*"', query)


@given(st.lists(st.text(max_size=20), max_size=20))
def test_words_of_a_search_are_prefixes_and_nothing_else(words):
    query = any_prefix(words)
    if query is not None:
        terms = query.strip("()").split(" OR ")
        assert all(re.fullmatch(r"\w+\*", term) for term in terms)
        assert len(terms) <= MAX_WORDS
        assert not {"and*", "or*", "not*"} & {term.lower() for term in terms}


def test_a_search_without_words_is_none():
    assert any_prefix(["!!", "OR", ""]) is None
