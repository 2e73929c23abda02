"""Shopify's `query:` argument: its syntax, and an index that answers it.

Source: https://shopify.dev/docs/api/usage/search-syntax, and the field lists of each connection's reference page.
"""
