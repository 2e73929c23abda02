"""How long a reply can be taken back before it leaves: as the store has it, else as the installation has it."""

from datetime import timedelta

from app.models import Store
from app.settings import Settings

LONGEST = 3600
"""Seconds; who needs more wants drafts."""


def undo_window(store: Store, settings: Settings) -> timedelta:
    """Of a reply that leaves by itself."""
    own = store.undo_seconds
    return timedelta(seconds=settings.undo_seconds if own is None else own)


def undo_window_by_hand(store: Store, settings: Settings) -> timedelta:
    """Of a reply that a person releases."""
    own = store.undo_by_hand_seconds
    return timedelta(seconds=settings.undo_by_hand_seconds if own is None else own)
