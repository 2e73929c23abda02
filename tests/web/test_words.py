"""What staff read instead of a name in code."""

from app.vocabulary import Intent
from app.web.pages import words


def test_an_owner_finds_every_intent_in_one_group():
    grouped = [one for group in words.INTENT_GROUPS.values() for one in group]
    assert sorted(grouped) == sorted(Intent)


def test_every_intent_has_its_words():
    assert set(words.INTENTS) == set(Intent)
    assert all(words.INTENTS.values())
