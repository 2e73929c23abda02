"""How closely the lines of a text are looked at for quotes: a crafted one could ask for it with every line."""

_GLANCES = 150
_LATE_GLANCE = 4
_LOOKS = 80


class Looks:
    """How often the lines of one text may still be looked at; so many are in it."""

    def __init__(self, lines: int) -> None:
        self._glances = _GLANCES + lines // 10
        self._left = _LOOKS + lines // 20

    @property
    def are_spent(self) -> bool:
        return self._glances < 0

    def glance(self) -> bool:
        """Ask before a line is looked at that may begin a quote. Where the dear looks are spent, most of these are too."""
        self._glances -= 1 if self._left >= 0 else _LATE_GLANCE
        return self._glances >= 0

    def take(self, count: int = 1) -> bool:
        """Ask before a dear look at such a line and its neighbours."""
        self._left -= count
        return self._left >= 0
