"""`python -m app.cli` is `pasokh`."""

from app.cli import main

main()
