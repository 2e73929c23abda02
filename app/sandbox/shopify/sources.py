"""Where a shop's data comes from: a folder of ours, or a data set of somebody else's."""

from pathlib import Path

from app.sandbox.shopify.records import ShopFiles
from app.sandbox.shopify.shop import read_folder
from app.sandbox.shopify.tau2 import read_tau2

_TAU2 = "tau2:"


def read_shop(source: str | Path) -> ShopFiles:
    """The data of `tau2:FILE` (the `db.json` of τ²-bench's retail domain), or of a folder as `shops/saffron-and-clay`.

    Raises:
        FileNotFoundError: It is not there.
        ValueError: It is not of that shape.
    """
    text = str(source)
    if text.startswith(_TAU2):
        return read_tau2(Path(text.removeprefix(_TAU2)))
    return read_folder(Path(text))
