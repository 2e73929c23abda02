"""`python -m app.cli` is `pasokh`."""

from app.cli import main

if __name__ == "__main__":
    main()
