"""Labelled mails, one JSON object a line."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from app.errors import BadRequest
from app.vocabulary import Intent

SANDBOX = "sandbox"


class Line(BaseModel):
    """One mail, and what a person in support says of it. What a line does not have, it is not scored for.

    Attributes:
        id: Unique among the lines of a run.
        subject: The mail's subject.
        text: What the customer newly wrote.
        intents: What the mail asks for; empty: nothing.
        order_number: The one number that must be read; null: none must.
        language: Of the text, as a BCP 47 code.
        sender: `from` in the file: the address that the mail came from. With it the facts are looked up.
        shop: `sandbox`: look up in the sandbox's shop, whatever --store says.
        situation: What the facts amount to, by the names in app/intents; several for several requests, null where
            no template may answer.
        must_not_disclose: What must not stand in the reply: other people's orders, names, addresses.
        hostile: Whether the mail tries to make the machine do something.
    """

    # Others' files have columns of their own.
    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True, populate_by_name=True)

    id: str
    text: str
    subject: str = ""
    intents: tuple[Intent, ...] | None = None
    order_number: str | None = None
    language: str | None = None
    sender: Annotated[str | None, Field(alias="from", pattern=r".@.")] = None
    shop: str | None = None
    situation: str | tuple[str, ...] | None = None
    must_not_disclose: tuple[str, ...] = ()
    hostile: bool | None = None

    @model_validator(mode="after")
    def _has_sender(self) -> Self:
        if self.sender is None and (self.has_situation or self.must_not_disclose):
            raise ValueError(
                "'situation' and 'must_not_disclose' need 'from': facts are looked up for an address"
            )
        return self

    @property
    def has_number(self) -> bool:
        """Whether it is scored for its order number: null says that there is none, absence says nothing."""
        return "order_number" in self.model_fields_set

    @property
    def has_situation(self) -> bool:
        return "situation" in self.model_fields_set

    @property
    def situations(self) -> frozenset[str]:
        if self.situation is None:
            return frozenset()
        return frozenset((self.situation,) if isinstance(self.situation, str) else self.situation)


@dataclass(frozen=True)
class Lines:
    """What could be read, and a sentence with file and line for what could not."""

    lines: tuple[Line, ...]
    problems: tuple[str, ...]


def read_lines(paths: Sequence[Path]) -> Lines:
    """The lines of files, and of the .jsonl files of folders, in order.

    Raises:
        BadRequest: a file cannot be read, or there is not one line to run.
    """
    lines: dict[str, Line] = {}
    problems: list[str] = []
    for path in _files(paths):
        for number, text in _rows(path):
            where = f"{path}:{number}"
            try:
                line = Line.model_validate(json.loads(text))
            except ValidationError as error:
                problems.append(f"{where}: {_in_words(error)}")
            except ValueError:
                problems.append(f"{where}: this is not JSON. Write one object a line.")
            else:
                if line.id in lines:
                    problems.append(f"{where}: the id “{line.id}” is taken. Give each line its own.")
                lines.setdefault(line.id, line)
    if not lines:
        first = f" {problems[0]}" if problems else ""
        raise BadRequest(f"There is no line to run.{first} Each looks like {_EXAMPLE}")
    return Lines(tuple(lines.values()), tuple(problems))


_EXAMPLE = '{"id": "1", "text": "Where is order 1001?", "intents": ["order_status"], "order_number": "1001"}'


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.glob("*.jsonl")) if path.is_dir() else [path]


def _rows(path: Path) -> Iterator[tuple[int, str]]:
    try:
        content = path.read_text("utf-8-sig")
    except OSError as error:
        raise BadRequest(f"{path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BadRequest(f"{path} is not a text file in UTF-8.") from error
    # Not splitlines: a mail's text may hold U+2028, which ends no line of JSON.
    for number, row in enumerate(content.split("\n"), start=1):
        if row.strip():
            yield number, row


def _in_words(error: ValidationError) -> str:
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"])
    if first["type"] == "missing":
        return f"'{field}' is missing. Add it."
    if first["type"] == "enum":
        return f"'{field}' is no intent of Pasokh's. Known: {', '.join(Intent)}."
    said = first["msg"].removeprefix("Value error, ")
    return f"'{field}': {said}." if field else f"{said}."
