"""Situations whose reply asks the customer something: who writes next about the same answers it, and does not ask again."""

ASKS_BACK = frozenset(
    {
        "code_refused",
        "order_unknown",
        "product_not_found",
        "product_unnamed",
        "products_several",
        "which_order",
    }
)
