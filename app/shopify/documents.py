"""The GraphQL documents beside this file, each with just the fragments that it uses."""

import re
from functools import cache
from importlib.resources import files

_FRAGMENT = re.compile(r"^fragment\s+(\w+)\s+on\s", re.MULTILINE)
_SPREAD = re.compile(r"\.\.\.\s*(?!on\b)(\w+)")  # `... on Type` opens a type, not a fragment
_COMMENT = re.compile(r"^\s*#.*\n", re.MULTILINE)


@cache
def document(name: str) -> str:
    """The text to send for `queries/<name>.graphql`.

    Shopify refuses a document that holds a fragment which nothing uses (GraphQL, "Fragments Must Be Used"), so only
    those that the operation reaches are appended. Comments are for readers of the file and stay here.
    """
    text = _read(f"{name}.graphql")
    known = _fragments()
    needed: dict[str, str] = {}
    waiting = _SPREAD.findall(text)
    while waiting:
        fragment = waiting.pop()
        if fragment not in needed:
            needed[fragment] = known[fragment]
            waiting += _SPREAD.findall(known[fragment])
    return "\n".join([text, *needed.values()])


@cache
def _fragments() -> dict[str, str]:
    names = sorted(p.name for p in files(__package__).joinpath("queries").iterdir() if "_fields." in p.name)
    text = "\n".join(_read(name) for name in names)
    starts = [match.start() for match in _FRAGMENT.finditer(text)]
    bodies = [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
    return {match.group(1): body for body in bodies if (match := _FRAGMENT.match(body))}


def _read(name: str) -> str:
    return _COMMENT.sub("", files(__package__).joinpath("queries", name).read_text("utf-8"))
