"""A pretend Shopify: the GraphQL Admin API of one shop, read-only, on a subset of the real schema.

`Shop.load(folder)` reads a shop's data files, `Shop(read_shop(source))` those of other sources; `create_router(shop, access_token=…)` serves it. What it plays
and what it leaves out is told in README.md beside this file.
"""

from app.sandbox.shopify.access import Access
from app.sandbox.shopify.router import create_router
from app.sandbox.shopify.shop import DEMO_SHOP, Shop
from app.sandbox.shopify.sources import read_shop
from app.sandbox.shopify.throttle import CostBucket

__all__ = ["DEMO_SHOP", "Access", "CostBucket", "Shop", "create_router", "read_shop"]
