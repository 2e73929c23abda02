import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.mail.inbound import absence_words, bounce_words, robot_words
from app.mail.inbound.wordings import Wordings, alternatives, fold, stems_of

LISTS = {
    f"{module.__name__.rpartition('.')[2]}.{name}": value
    for module in (absence_words, bounce_words, robot_words)
    for name, value in vars(module).items()
    if isinstance(value, Wordings)
} | {f"bounce_words.WORDINGS-{place}": wordings for place, (_, wordings) in enumerate(bounce_words.WORDINGS)}


@pytest.mark.parametrize(
    ("wording", "stems"),
    [
        ("unsubscribe", {"unsubscribe"}),
        ("opt[- ]out", {"opt"}),
        ("do(?:es)? not|don't (?:reply|answer)", {" not", "don't "}),
        ("colou?rful", {"colo"}),
        ("colou+r", {"colo"}),
        (r"hi\. this", {"hi. this"}),
        ("very{2,3} long", {" long"}),
        ("very{0,3} long", {" long"}),
        ("(?:mail)? came(?: back)*", {" came"}),
        ("(?!not)a(?:bc|cd)", {"bc", "cd"}),
        ("(?:one|two|)", {""}),
        (r"\d+\s[a-z]", {""}),
        ("(?:mail|e-?mail)", {"mail"}),
        (r"[]|)(]very", {"very"}),
    ],
)
def test_stems_are_the_plain_words_that_a_wording_cannot_do_without(wording: str, stems: set[str]):
    assert stems_of(wording) == stems


def test_only_bars_outside_of_groups_and_sets_part_alternatives():
    assert [*alternatives(r"a(?:b|c)|[|]\||d")] == ["a(?:b|c)", r"[|]\|", "d"]


@pytest.mark.parametrize("name", LISTS)
def test_no_wording_runs_on_every_mail(name: str):
    """A word without a stem, or with one that stands anywhere, would be tried at each character of each text."""
    for wording in alternatives(LISTS[name].words):
        assert all(len(stem) > 1 or stem == "#" for stem in stems_of(wording)), wording


@pytest.mark.parametrize("name", LISTS)
@settings(max_examples=60)
@given(data=st.data())
def test_whatever_a_wording_matches_is_found_by_its_stems(name: str, data: st.DataObject):
    words = LISTS[name]
    wording = data.draw(st.sampled_from([*alternatives(words.words)]))
    text = fold(data.draw(st.from_regex(wording, fullmatch=True)))

    # What lower-casing made of an odd character may be no match any more: then nothing has to be found.
    if re.search(wording, text, re.MULTILINE):
        assert any(stem in text for stem in stems_of(wording))
        assert words.are_in(f"Dear shop,\n{text}")


@given(st.text("abß' ’AB\n", max_size=30))
def test_lists_find_what_their_expressions_find(text: str):
    words = "a(?:b|a+b)b|ss?b|^b'a|bb$"
    folded = fold(text)

    assert Wordings(words).are_in(folded) == bool(re.search(words, folded, re.MULTILINE))
    assert Wordings(words).begin(folded) == bool(re.match(words, folded, re.MULTILINE))
