"""With which words a person may begin, by what the mail is."""

import itertools
from dataclasses import replace

from app.replies.locales import LOCALES
from app.replies.samples import SITUATIONS
from app.replies.starts import (
    ADDED,
    CHILD,
    IN_DANGER,
    IN_HAND,
    PERSON,
    RECEIVED,
    STARTS,
    WITHOUT_TEXT,
    Unanswered,
    choose_start,
    may_tell_more,
)
from app.web.pages.words import STARTS as SAID

MAIL = Unanswered("Hello", "Do you wrap gifts?")
CASES = (
    (MAIL, IN_HAND),
    (replace(MAIL, is_known=True, is_further=True), ADDED),
    (replace(MAIL, is_known=True), IN_HAND),
    (replace(MAIL, is_further=True), IN_HAND),
    (replace(MAIL, text="Person"), PERSON),
    (replace(MAIL, text="Person", is_known=True), IN_HAND),
    (replace(MAIL, text="Person", is_known=True, is_further=True), ADDED),
    (replace(MAIL, text="My lawyer will write."), RECEIVED),
    (replace(MAIL, text="My lawyer will write.", is_known=True, is_further=True), ADDED),
    (replace(MAIL, text="I want to die.", is_known=True, is_further=True), IN_DANGER),
    (replace(MAIL, subject="I want to die", text=""), IN_DANGER),
    (replace(MAIL, text="I am a minor and I want to die."), IN_DANGER),
    (replace(MAIL, text="I am a minor, I ordered this."), CHILD),
    (replace(MAIL, text=""), IN_HAND),
    (Unanswered(" ", "\n", has_files=True), WITHOUT_TEXT),
)


def test_each_mail_has_the_start_that_fits_it_and_nobody_is_told_twice():
    assert [choose_start(mail).name for mail, _ in CASES] == [name for _, name in CASES]


def test_who_asks_for_a_person_in_any_language_is_told_so():
    words = [locale.person_word for locale in LOCALES.values()]
    assert {choose_start(replace(MAIL, text=word)).name for word in words} == {PERSON}


def test_every_start_has_a_template_and_says_on_the_page_what_it_is():
    assert {*STARTS} <= {*SITUATIONS}
    assert SAID.keys() == {*STARTS}


def test_facts_stand_beside_those_alone_that_look_into_something():
    assert {name for mail, name in CASES if may_tell_more(choose_start(mail), mail)} == {IN_HAND, ADDED}


def test_no_facts_stand_where_lawyers_read_them_whoever_has_written_before():
    for known, further in itertools.product((False, True), repeat=2):
        mail = replace(MAIL, text="My lawyer will write about #1035.", is_known=known, is_further=further)
        assert not may_tell_more(choose_start(mail), mail)
