"""A shop's records as the objects of the schema, built once when the shop is loaded."""
