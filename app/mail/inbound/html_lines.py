"""The lines of a text that is written piece by piece: quote marks, empty lines between paragraphs, blanks collapsed."""

KEPT_BLANK = "\x1f"
"""One that does not break, or of preformatted text, until all other blanks are collapsed."""
_LONG_RUN = " " * 32  # halving a flood of blanks takes as long as all the rest
_LONG_RUN_OF_NBSP = "&nbsp;" * len(_LONG_RUN)
_MAX_EMPTY = "\n\n\n"


class Lines:
    """Collects lines; knows the quote depth and whether an empty line is due before the next one.

    `current` holds the pieces of the line that is being written; no blanks but single spaces are in them, apart from those
    that `verbatim` wrote.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.current: list[str] = []
        self.depth = self._last_depth = 0
        self.gap = False

    def verbatim(self, data: str) -> None:
        """Preformatted text: its line ends and blanks stay."""
        first, *rest = data.replace(" ", KEPT_BLANK).split("\n")
        self.current.append(first)
        for line in rest:
            self.line_break()
            self.current.append(line)

    def line_break(self) -> None:
        """End the line, also an empty one."""
        self._emit(self._joined())
        self.current.clear()

    def block(self, *, spaced: bool = False) -> None:
        """End the line, if one was begun; `spaced` asks for an empty line before the next."""
        if self.current:
            if line := self._joined().rstrip(" "):
                self._emit(line)
            self.current.clear()
        if spaced:
            self.gap = True

    def line(self, line: str) -> None:
        """A line of its own, unless it would be the first or the same again."""
        self.block()
        if self.lines and self.lines[-1].strip("> ") != line:
            self._emit(line)

    def _joined(self) -> str:
        current = self.current
        return current[0] if len(current) == 1 else with_single_blanks("".join(current), "")

    def _emit(self, line: str) -> None:
        if "&nbsp;" in line:
            line = line.replace(_LONG_RUN_OF_NBSP, _LONG_RUN).replace("&nbsp;", " ")
        if self.gap:
            above = self.lines[-1] if self.lines else ""
            if not self._last_depth:
                if above:
                    self.lines.append("")
            elif above.strip("> "):
                self.lines.append(("> " * min(self.depth, self._last_depth)).rstrip())
            self.gap = False
        self._last_depth = self.depth
        self.lines.append(("> " * self.depth + line if self.depth else line).rstrip())

    def result(self) -> str:
        self.block()
        text = "\n".join(self.lines).strip("\n").replace(KEPT_BLANK, " ")
        while _MAX_EMPTY in text:
            text = text.replace(_MAX_EMPTY, "\n\n")
        return text


def with_single_blanks(text: str, blanks: str = "\n\t\r\f") -> str:
    """As a browser shows it: each of these characters is a space, and a run of spaces is one."""
    for blank in blanks:
        if blank in text:
            text = text.replace(blank, " ")
    for run in (_LONG_RUN, "  "):
        while run in text:
            text = text.replace(run, " ")
    return text
