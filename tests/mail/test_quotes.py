"""Mails of our own writing, as the programs of many makers write them, with what the customer newly wrote.

A case in `quotes/*.txt` begins with `%%%% name`, then the mail's text (HTML in html.txt); `%%%% reply` and, where
a mail is forwarded, `%%%% forwarded` begin what is expected.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.mail.inbound.message import InboundMail
from app.mail.inbound.mime import read
from app.mail.inbound.quoting import Cut, cut, newly_written
from tests.mail.test_quoting import is_subsequence

FOLDER = Path(__file__).parent / "quotes"
_MARK = re.compile(r"^%%%% (.*)\n", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    name: str
    is_html: bool
    body: str
    reply: str = ""
    forwarded: str = ""

    def mail(self) -> InboundMail:
        kind = "html" if self.is_html else "plain"
        head = f"From: Ann <ann@customer.example>\nContent-Type: text/{kind}; charset=utf-8\n\n"
        return read((head + self.body).encode())

    def cut(self) -> Cut:
        return newly_written(self.mail()) if self.is_html else cut(self.body)


def _cases() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*.txt")):
        sections = _MARK.split(path.read_text("utf-8"))[1:]
        case: dict[str, str] = {}
        for title, text in zip(sections[::2], sections[1::2], strict=True):
            if title not in {"reply", "forwarded"}:
                if case:
                    yield Case(is_html=path.stem == "html", **case)
                case = {"name": f"{path.stem}: {title}"}
                title = "body"  # noqa: PLW2901 - the first section of a case has its name instead
            case[title] = text.strip("\n")
        yield Case(is_html=path.stem == "html", **case)


CASES = list(_cases())


def test_what_is_newly_written_is_found():
    found = {case.name: case.cut().reply.strip() for case in CASES}

    assert found == {case.name: case.reply for case in CASES}


def test_what_is_forwarded_is_kept_apart():
    forwarded = [case for case in CASES if case.forwarded]

    assert {case.name: case.cut().forwarded for case in forwarded} == {c.name: c.forwarded for c in forwarded}


def test_a_reply_is_of_lines_of_the_text_and_is_not_cut_again():
    replies = [(case, case.cut().reply) for case in CASES if not case.is_html]

    assert [case.name for case, reply in replies if not is_subsequence(reply, case.body)] == []
    assert [c.name for c, reply in replies if not c.forwarded and cut(reply).reply != reply] == []


def test_there_is_a_case_for_many_languages_and_programs():
    assert len(CASES) >= 200
    assert len({case.name for case in CASES}) == len(CASES)
