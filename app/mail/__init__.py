"""An email in, an email out. Knows nothing of shops, models, the database or settings: it gets values."""
