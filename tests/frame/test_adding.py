"""The pages on adding a thing are true: their own examples are put into a copy of the repository, and its contract runs."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

BLOCK = re.compile(r"^```(\w+) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ANYTHING = "…"
AUTHOR = ("-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false")

PAGES = ("tool.md", "intent.md")
CONTRACT = [
    "tests/tools/test_contract.py",
    "tests/intents/test_contract.py",
    "tests/replies/test_templates.py",
    "tests/classifier/test_triage.py",
    "tests/web/test_words.py",
]
NEW = "get_total or registry or gift_wrapping or vocabulary or left_over or schema or words"
WHOLE = [
    "tests/tools",
    "tests/intents",
    "tests/replies",
    "tests/classifier",
    "tests/sandbox/openai",
    "tests/web/test_words.py",
]


def blocks(page: str) -> list[tuple[str, str, str]]:
    """Language, path and text of each example of a page: a whole new file, or a `diff` without line numbers."""
    found = BLOCK.findall((ROOT / "docs/adding" / page).read_text("utf-8"))
    assert found, f"{page} has no example"
    return [(str(language), str(path), str(text)) for language, path, text in found]


def apply(folder: Path, language: str, path: str, text: str) -> None:
    file = folder / path
    if language != "diff":
        assert not file.exists(), f"{path} is there already"
        file.write_text(text, "utf-8")
        return
    lines = text.splitlines()
    old = "\n".join(re.escape(line[1:]).replace(ANYTHING, ".*") for line in lines if line[0] in " -")
    new = "\n".join(line[1:] for line in lines if line[0] in " +")
    found = list(re.finditer(rf"^{old}$", file.read_text("utf-8"), re.MULTILINE))
    assert len(found) == 1, f"the example for {path} fits {len(found)} places of it:\n{text}"
    before, after = file.read_text("utf-8")[: found[0].start()], file.read_text("utf-8")[found[0].end() :]
    file.write_text(before + new + after, "utf-8")


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, text=True)
    return done.stdout


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """What is in version control or will be, as it is now, in a repository of its own."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this is no checkout")
    for name in git(ROOT, "ls-files", "-z", "-co", "--exclude-standard").split("\0"):
        if name and (ROOT / name).is_file():
            target = tmp_path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A", "-f")
    git(tmp_path, *AUTHOR, "commit", "-q", "-m", "As it is.")
    return tmp_path


def follow(copy: Path, page: str) -> None:
    """Do what a page says, and see that nothing but its files is touched."""
    for block in blocks(page):
        apply(copy, *block)
    git(copy, "add", "-A")
    assert set(git(copy, "diff", "--cached", "--name-only").split()) == {path for _, path, _ in blocks(page)}
    git(copy, *AUTHOR, "commit", "-q", "-m", f"As {page} says.")


def run_tests(copy: Path, tests: list[str], *options: str) -> None:
    """Run tests in the copy, on the copy; they leave it as it is."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0", *options, *tests],
        cwd=copy,
        env={**environment, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=1800,  # as long as a busy machine needs: it must end, not be fast
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
    assert git(copy, "status", "--porcelain") == ""


@pytest.mark.parametrize("page", PAGES)
def test_an_example_names_only_files_that_its_page_lists(page):
    prose = BLOCK.sub("", (ROOT / "docs/adding" / page).read_text("utf-8"))
    listed = re.findall(r"`(app/[^`]+)`", prose)
    patterns = [
        re.escape(path).replace("<name>", r"\w+").replace("<locale>", "..").replace("<situation>", r"\w+")
        for path in listed
    ]
    patterns += [r"app/replies/\w+_samples\.py"] if "shop_samples" in prose else []
    for _, path, _ in blocks(page):
        assert any(re.match(rf"{pattern}(?:/|$)", path) for pattern in patterns), (
            f"{page} does not tell of {path}"
        )


def test_what_the_pages_add_fulfils_the_contract(copy):
    for page in PAGES:
        follow(copy, page)
    run_tests(copy, CONTRACT, "-k", NEW)


@pytest.mark.slow
def test_with_what_the_pages_add_every_test_of_tools_intents_and_replies_passes(copy):
    for page in PAGES:
        follow(copy, page)
    # The gallery is made anew by a command, as the page says.
    run_tests(copy, WHOLE, "-m", "not slow", "--deselect", "tests/replies/test_gallery.py")
