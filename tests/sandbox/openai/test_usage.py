from hypothesis import given
from hypothesis import strategies as st

from app.sandbox.openai.usage import CACHE_MINIMUM, PromptCache, Tokenizer

TOKENIZER = Tokenizer()


def test_tokens_are_those_of_o200k_base():
    assert TOKENIZER.encode("hello world") == [24912, 2375]
    assert len(TOKENIZER.encode("<|endoftext|>")) > 1  # plain text, not the special token


@given(st.text())
def test_any_text_can_be_counted_and_cut(text):
    cut, count, is_cut = TOKENIZER.cut(text, 5)
    assert count <= 5
    assert is_cut or cut == text


@given(st.integers(0, 4000), st.integers(0, 4000))
def test_only_a_common_beginning_is_cached(common, rest):
    cache = PromptCache()
    cache.read("key", [1] * common + [2] * rest)
    cached, written = cache.read("key", [1] * common + [3] * 4000)
    assert cached <= common
    assert cached == 0 or cached >= CACHE_MINIMUM
    assert cached + written <= common + 4000


def test_the_cache_forgets_the_oldest():
    cache = PromptCache(capacity=2)
    for token in (1, 2, 3):
        cache.read("key", [token] * CACHE_MINIMUM)
    assert cache.read("key", [3] * CACHE_MINIMUM) == (CACHE_MINIMUM, 0)
    assert cache.read("key", [1] * CACHE_MINIMUM) == (0, CACHE_MINIMUM)
