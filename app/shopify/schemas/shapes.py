"""What all shapes share: pages of lists, money, and the names of Shopify's fields."""

from decimal import Decimal
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

T = TypeVar("T")


class Shape(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, validate_by_alias=True, frozen=True
    )


class PageInfo(Shape):
    has_next_page: bool


class Page(Shape, Generic[T]):
    """The first page of a connection."""

    nodes: tuple[T, ...]
    page_info: PageInfo | None = None

    @property
    def is_complete(self) -> bool:
        return self.page_info is None or not self.page_info.has_next_page


class MoneyV2(Shape):
    amount: Decimal
    currency_code: str


class MoneyBag(Shape):
    """Asked for in the shopper's currency alone."""

    presentment_money: MoneyV2


class EmailAddress(Shape):
    email_address: str
