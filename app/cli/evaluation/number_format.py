"""How a shop writes its order numbers, so that `#1001`, `1001` and `PS-1001` can be held against each other."""

from dataclasses import dataclass
from typing import Self

from app.classifier.evidence import fold
from app.errors import BadRequest

ANY = "any"
_PLACE = "{n}"


@dataclass(frozen=True)
class NumberFormat:
    """What stands before and after the digits; nothing for `any`."""

    prefix: str = ""
    suffix: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """`any`, a pattern such as `#{n}` or `PS-{n}-DE`, or a bare prefix.

        Raises:
            BadRequest: the pattern has several places for the number.
        """
        if text == ANY:
            return cls()
        if text.count(_PLACE) > 1:
            raise BadRequest("--order-format has {n} more than once. Write it as #{n}, PS-{n} or any.")
        prefix, _, suffix = text.partition(_PLACE)
        return cls(fold(prefix), fold(suffix))

    def core(self, number: str) -> str:
        """What tells one order from another: folded, without `#`, prefix and suffix."""
        bare = self.prefix.lstrip("#")
        return fold(number).lstrip("# ").removeprefix(bare).removesuffix(self.suffix).strip()
