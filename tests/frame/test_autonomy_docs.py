"""docs/autonomy.md shows the reasons as they are in the code."""

from app.replies.reasons import REASONS
from tests.conftest import ROOT


def table() -> str:
    """What stands in the document; print it to bring that up to date."""
    rows = [f"| `{code}` | {one.sentence} | {one.advice} |" for code, one in REASONS.items()]
    return "\n".join(row.replace("{", "*").replace("}", "*") for row in rows)


def test_every_reason_stands_in_the_documentation_in_its_words():
    assert table() in (ROOT / "docs/autonomy.md").read_text("utf-8")
