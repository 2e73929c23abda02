"""Every situation has a title that a support agent understands."""

from app.intents import INTENTS
from app.intents.titles import TITLES, title_of
from app.replies.samples import SITUATIONS


def test_every_situation_has_a_title_of_its_own_and_nothing_else_has():
    declared = {name for spec in INTENTS.values() for name in spec.situations}
    assert {*TITLES} == {*SITUATIONS} | declared


def test_titles_are_short_words_for_people_and_no_two_are_alike():
    titles = [*TITLES.values()]
    assert len({title.casefold() for title in titles}) == len(titles)
    wrong = [
        one for one in titles if len(one) > 42 or "_" in one or not one[0].isupper() or one.endswith(".")
    ]
    assert wrong == []


def test_a_situation_of_old_rows_is_told_in_plain_words():
    assert title_of("order_lost_at_sea") == "Order lost at sea"
