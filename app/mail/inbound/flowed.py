"""Paragraphs that a mail program broke into lines, joined again (RFC 3676, `format=flowed`)."""

_SIGNATURE = "-- "


def unflow(text: str, *, delete_space: bool = False) -> str:
    """Join the lines that end in a space with the next one of the same quote depth.

    Args:
        text: With LF line ends.
        delete_space: `DelSp=yes`: the space was put there to break the line, as in Japanese, and goes.
    """
    paragraphs: list[tuple[int, list[str]]] = []
    is_open = False
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")  # space-stuffing
        is_signature = content == _SIGNATURE
        if not (is_open and paragraphs[-1][0] == depth and not is_signature):
            paragraphs.append((depth, []))
        is_open = content.endswith(" ") and not is_signature
        paragraphs[-1][1].append(content[:-1] if is_open and delete_space else content)
    return "\n".join(_line(depth, "".join(pieces)) for depth, pieces in paragraphs)


def _line(depth: int, content: str) -> str:
    return f"{'>' * depth} {content}" if depth and content else ">" * depth + content
