"""Shopify's GraphQL Admin API: `ShopifyClient` asks, `schemas` is what comes back."""

from app.shopify.client import ShopifyClient

__all__ = ["ShopifyClient"]
