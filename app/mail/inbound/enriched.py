"""The text of text/enriched and text/richtext (RFC 1896, RFC 1341), which old Apple and Eudora programs still send."""

import re

_PARAMETER = re.compile(r"<param>[^<]{0,2000}</param>", re.IGNORECASE)
_COMMAND = re.compile(r"<(/?[A-Za-z0-9-]{1,60})>")
# So many are taken out, and more for so many characters.
_COMMANDS = 2_000
_CHARACTERS = 100
_BREAKS = re.compile(r"\n+")


def text_of(enriched: str, *, is_richtext: bool = False) -> str:
    """Formatting commands taken out; a single line end is a space, n of them are n-1 (in richtext: `<nl>` only)."""
    most = _COMMANDS + len(enriched) // _CHARACTERS
    text = _PARAMETER.sub("", enriched) if "</" in enriched else enriched
    if is_richtext:
        text = text.replace("\n", " ")
        return _COMMAND.sub(
            lambda command: "\n" if command[1].lower() in {"nl", "/paragraph"} else "", text, most
        ).replace("<lt>", "<")
    text = _BREAKS.sub(lambda run: "\n" * (len(run.group()) - 1) or " ", text)
    return _COMMAND.sub("", text.replace("<<", "\x01"), most).replace("\x01", "<")
