"""Topics that always go to a person: found where they are, and seldom where they are not."""

import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.replies.locales import LOCALES
from app.replies.reasons import REASONS
from app.replies.topics import CODES, FOLDER, find_topics

LABELLED = tomllib.loads((Path(__file__).parent / "topics.toml").read_text("utf-8"))
TUNED, HELD_OUT = slice(0, None, 2), slice(1, None, 2)


def measure(part: slice) -> tuple[list[str], list[str], int, int]:
    """What was missed and what was found wrongly, and how many there were of each."""
    missed, wrong, hits, near = [], [], 0, 0
    for code, texts in LABELLED.items():
        for text in texts["hits"][part]:
            hits += 1
            missed += [f"{code}: {text}"] if code not in find_topics(text) else []
        for text in texts["near"][part]:
            near += 1
            wrong += [f"{found}: {text}" for found in find_topics(text)]
    return missed, wrong, hits, near


def test_every_topic_has_its_words_in_every_language_of_replies():
    assert set(LABELLED) == set(CODES) == {path.stem for path in FOLDER.glob("*.toml")}
    for code in CODES:
        words = tomllib.loads((FOLDER / f"{code}.toml").read_text("utf-8"))
        assert set(words) >= set(LOCALES), code
        assert all(table["words"] for table in words.values()), code
        assert code in REASONS
        assert min(len(LABELLED[code][kind]) for kind in ("hits", "near")) >= 15


def test_what_was_tuned_on_is_found_and_nothing_else():
    missed, wrong, _, _ = measure(TUNED)
    assert missed == []
    assert wrong == []


def test_what_was_not_tuned_on_is_found_too():
    missed, wrong, hits, near = measure(HELD_OUT)
    assert len(missed) / hits <= 0.05, missed
    assert len(wrong) / near <= 0.05, wrong


@pytest.mark.parametrize(
    "texts",
    [
        ["", "\u200c", "~", "*", "lawyer\u200cs", "-" * 10_000, "i " * 50_000],
        ["my " * 20_000 + "~ take take take take to to to court" * 500],
    ],
)
def test_strange_texts_end_soon(texts: Sequence[str]):
    for text in texts:
        find_topics(text)
