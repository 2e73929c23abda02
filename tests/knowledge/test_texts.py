"""How texts are cut into passages, spelled for the search, and told apart by their language."""

from hypothesis import given
from hypothesis import strategies as st

from app.knowledge.languages import detect
from app.knowledge.splitting import LONGEST, split_markdown, split_paragraphs
from app.knowledge.words import MOST_WORDS, normal, question_words
from tests.knowledge.labelled import ARTICLES


def test_a_heading_stays_with_what_stands_under_it():
    pieces = split_markdown("Intro.\n\n# Returns\n\nWithin **30 days**.\n\n* free\n* fast\n\n## Last\n")
    assert [(one.heading, one.text) for one in pieces] == [
        ("", "Intro."),
        ("Returns", "Within 30 days.\n- free\n- fast"),
        ("", "Last"),
    ]


def test_a_policy_is_cut_at_its_headings():
    pieces = split_paragraphs(["Returns", "Within 30 days.", "Unopened only.", "Refunds", "Within 5 days."])
    assert [(one.heading, one.text) for one in pieces] == [
        ("Returns", "Within 30 days.\nUnopened only."),
        ("Refunds", "Within 5 days."),
    ]


def test_a_long_paragraph_is_cut_between_sentences_and_nothing_is_lost():
    text = "This sentence says one thing about tea. " * 60
    pieces = split_markdown(text)
    assert all(len(one.text) <= LONGEST and one.text.endswith(".") for one in pieces)
    assert " ".join(one.text for one in pieces).split() == text.split()


@given(st.text(max_size=3_000))
def test_any_text_is_cut_into_passages_that_are_short_enough(text):
    assert all(0 < len(one.text) <= LONGEST for one in split_markdown(text))
    assert all(0 < len(one.text) <= LONGEST for one in split_paragraphs([text]) if one.text)


@given(st.text(max_size=3_000))
def test_any_question_becomes_few_words(text):
    for language in ("en", "fa"):
        words = question_words(text, language).split()
        assert len(words) <= MOST_WORDS
        assert len(set(words)) == len(words)


def test_persian_has_one_spelling():
    assert normal("كتاب‌ها ي ۱۲ ٣", "fa") == normal("کتاب ها ی 12 3", "fa")
    assert question_words("هدیه‌ام كجاست؟", "fa") == "هدیه ام کجاست"


def test_spanish_is_found_without_its_accents():
    assert normal("devolución", "es") == normal("devolucion", "es")


def test_the_language_of_a_text_is_told():
    wrong = [title for language, title, body in ARTICLES if detect(body, default="en") != language]
    assert wrong == []
    assert detect("Lorem 123", default="de") == "de"


def test_not_all_that_is_written_in_arabic_letters_is_persian():
    persian = ("سفارش من کجاست؟", "بسته هنوز نرسيده است", "سلام، چرا جواب نمی‌دهید؟")
    others = ("أين طلبي؟ لم يصل بعد. مع تحياتي", "میرا آرڈر کہاں ہے؟", "مرحبا، أريد إرجاع الحقيبة من فضلكم")
    assert [detect(text, default="") for text in persian] == ["fa"] * 3
    assert [detect(text, default="en") for text in others] == ["en"] * 3


def test_a_neighbour_of_one_of_the_five_is_not_taken_for_it():
    texts = {
        "it": (
            "Buongiorno, dov'è la borsa?",
            "Le scarpe sono strette, come faccio a renderle?",
            "La tazza è rotta.",
        ),
        "pt": ("Queria cancelar o pedido 6610, por favor.", "Quero falar com uma pessoa, por favor."),
        "nl": ("Waar is bestelling 60177? Ik wacht al sinds maandag.", "De kom is in stukken aangekomen."),
        "sv": ("Var är min beställning? Jag har inte fått den.",),
    }
    assert [(code, one) for code, some in texts.items() for one in some if detect(one, default="")] == []
    own = {
        "fr": ("Où est la commande 1035 ?", "La tasse est cassée."),
        "es": ("¿Dónde está la camisa?", "La taza ha llegado rota."),
        "de": ("Wo ist meine Bestellung?",),
        "en": ("Where is my order?",),
    }
    assert [
        (code, one) for code, some in own.items() for one in some if detect(one, default="") != code
    ] == []
    assert detect("La borsa", default="de") == "de"
