"""The argument of every tool that is about one order."""

from pydantic import Field

from app.tools.lookup import ToolArgs


class OrderArgs(ToolArgs):
    """The number, as the customer wrote it: digits of any script, with or without the shop's prefix."""

    order_number: str = Field(min_length=1, max_length=64)
