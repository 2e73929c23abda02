"""Labelled mails against a model: read them, run them through the real code, score, tell. See docs/evaluation.md."""
