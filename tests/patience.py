"""How long a test waits for what should take a moment."""

PATIENCE = 90
"""Seconds. A machine may be ten times as slow as usual, and stand still for a while: nobody waits so long for what goes well."""
