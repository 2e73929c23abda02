"""Text to Markdown that shows exactly that text."""

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&:=@^$\"'])")


def escape_markdown(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
