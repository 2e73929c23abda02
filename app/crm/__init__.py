"""Who writes to the shop, and every exchange with them."""
