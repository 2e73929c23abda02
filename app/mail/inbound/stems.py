"""Beginnings of words in many languages, looked for in a case-folded text."""


class Stems:
    """Plain words, one of which may stand in a text; `words` has them with `|` or line breaks between."""

    def __init__(self, words: str) -> None:
        found = (word.strip() for word in words.replace("\n", "|").split("|"))
        self._all = tuple(word for word in found if word)
        self._plain = tuple(word for word in self._all if word.isascii())

    def are_in(self, said: str) -> bool:
        """Whether any of them stands in a text; in one of ASCII, as most are, few have to be looked for."""
        return any(map(said.__contains__, self._plain if said.isascii() else self._all))
