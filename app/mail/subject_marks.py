"""The marks that mail programs put before the subject of what they answer or forward, each in its user's language.

RFC 5322, 3.6.5 knows "Re: " alone. Threads, replies and screening all read this list. Data: add a language by adding
its marks; they are compared in any case, and a space within one is written as it is read.
"""

import re

REPLY_MARKS = (
    *(
        "re",
        "ré",
        "rép",
        "réf",
        "réponse",
        "ref",
        "rif",
        "risposta",
        "r",
        "res",
        "resp",
        "respuesta",
        "resposta",
    ),
    *(
        "aw",
        "antw",
        "antwort",
        "antwoord",
        "sv",
        "svar",
        "vs",
        "vá",
        "odp",
        "odpoveď",
        "ynt",
        "yan",
        "bls",
        "balas",
    ),
    *("atb", "ats", "αντ", "απ", "απαντ", "σχετ", "отв", "ответ", "відп", "одг", "odg", "на"),
    *(
        "回复",
        "回覆",
        "答复",
        "答覆",
        "返信",
        "回信",
        "답장",
        "회신",
        "رد",
        "پاسخ",
        "جواب",
        "تو",
        "השב",
        "תשובה",
    ),
    *("trả lời", "tl", "ตอบ", "ตอบกลับ", "उत्तर"),
)
FORWARD_MARKS = (
    *(
        "fw",
        "fwd",
        "fwrd",
        "wg",
        "weitergeleitet",
        "doorst",
        "tr",
        "trans",
        "transf",
        "rv",
        "enc",
        "i",
        "inoltra",
    ),
    *(
        "vb",
        "vl",
        "vid",
        "vidarebefordrat",
        "pd",
        "tov",
        "továbbítás",
        "ilt",
        "i̇lt",
        "πρθ",
        "προωθ",
        "пересл",
        "пер",
        "прсл",
    ),
    *(
        "fs",
        "转发",
        "轉寄",
        "転送",
        "转寄",
        "전달",
        "إعادة توجيه",
        "هدایت",
        "ارجاع",
        "הועבר",
        "chuyển tiếp",
        "terusan",
        "ส่งต่อ",
    ),
)


def _one_of(marks: tuple[str, ...]) -> str:
    return "|".join(re.escape(mark).replace(r"\ ", r"\s") for mark in marks)


# A counter in brackets or behind a sign ("Re[2]:", "Re^2:"), a space before the colon, or a full-width colon.
_COLON = r"\s?(?:\[\d{1,3}\]|\(\d{1,3}\)|[*^]\d{1,3})?\s?[:：]\s*"

MARK = re.compile(rf"(?:(?P<reply>{_one_of(REPLY_MARKS)})|{_one_of(FORWARD_MARKS)}){_COLON}", re.IGNORECASE)
"""One mark; the group `reply` is set where it is an answer's."""
_REPLIES = re.compile(rf"\s*(?:(?:{_one_of(REPLY_MARKS)}){_COLON})+", re.IGNORECASE)
_ANY = re.compile(rf"\s*(?:(?:{_one_of(REPLY_MARKS + FORWARD_MARKS)}){_COLON})+", re.IGNORECASE)


def has_mark(subject: str) -> bool:
    """Whether a subject is that of an answer or of a forwarded mail."""
    return _ANY.match(subject) is not None


def bare_subject(subject: str) -> str:
    """A subject without the marks that it begins with, case and spaces folded."""
    return " ".join(_without(_ANY, subject).casefold().split())


def without_reply_marks(subject: str) -> str:
    """A subject without the marks of answers: that it was forwarded is still told."""
    return _without(_REPLIES, subject)


def _without(marks: re.Pattern[str], subject: str) -> str:
    found = marks.match(subject)
    return subject[found.end() :] if found else subject
