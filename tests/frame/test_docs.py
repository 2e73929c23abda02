"""The documents say what is there: each setting, each command, each decision, and no link leads nowhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.settings import Settings
from app.shopify.scopes import REQUIRED_SCOPES
from tests.conftest import ROOT
from tests.frame.surface import commands, setting_names

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
ADRS = sorted(path for path in (ROOT / "docs" / "adr").glob("*.md") if path.name != "README.md")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)[^)]*\)")
_CODE_PATH = re.compile(r"`((?:app|tests|docs|migrations|benchmarks)/[\w./-]+)`")


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def settings_table() -> dict[str, str]:
    """Each setting with its default, as the document has them."""
    return dict(re.findall(r"^\| `([A-Z_]+)` \| (?:`(.*?)`|empty) \|", OPERATIONS, re.MULTILINE))


def defaults() -> Iterator[tuple[str, str]]:
    for name, field in Settings.model_fields.items():
        default = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
        text = "" if default is None else str(default)
        yield field.alias or f"PASOKH_{name.upper()}", text.lower() if isinstance(default, bool) else text


def dead_links(document: Path) -> Iterator[str]:
    for target in _LINK.findall(document.read_text("utf-8")):
        if "://" not in target and not (document.parent / target).exists():
            yield target


def test_every_setting_is_documented_with_its_default():
    assert settings_table() == dict(defaults())


def test_every_setting_that_a_document_names_exists():
    named = {
        (shown(path), name)
        for path in DOCUMENTS
        for name in re.findall(r"\b(PASOKH_[A-Z_]*[A-Z])\b", path.read_text("utf-8"))
    }
    known = setting_names() | {"PASOKH_CORPORA", "PASOKH_CHROMIUM"}  # of the tests
    assert {(path, name) for path, name in named if name not in known} == set()


@pytest.mark.parametrize("document", ["README.md", "docs/operations.md"])
def test_every_command_that_a_document_names_exists(document):
    named = re.findall(r"`?pasokh ((?:[a-z]+ ?){1,2})", (ROOT / document).read_text("utf-8"))
    words = {name for command in commands() for name in (command, command.split()[0])}
    unknown = {name for name in map(str.strip, named) if name not in words and name.split()[0] not in words}
    assert unknown == set()


def test_every_command_is_documented():
    assert [name for name in commands() if f"pasokh {name}" not in README + OPERATIONS] == []


def test_every_option_in_an_example_exists():
    for name, options in re.findall(
        r"^\s+pasokh ((?:store|mailbox|user|key) \w+)(.*)$", README, re.MULTILINE
    ):
        assert set(re.findall(r"--[a-z-]+", options)) <= commands()[name], name


def test_the_readme_names_the_scopes_that_a_token_needs():
    assert {scope for scope in REQUIRED_SCOPES if f"`{scope}`" not in README} == set()


def test_every_decision_is_listed_once_by_its_title():
    listed = re.findall(
        r"^\d+\. \[(.+)\]\((.+)\)$", (ROOT / "docs/adr/README.md").read_text("utf-8"), re.MULTILINE
    )
    titles = [re.match(r"# (\d+)\. (.+)\n\n\d{4}-\d\d-\d\d · ", path.read_text("utf-8")) for path in ADRS]
    assert all(titles)
    assert [(title[2], path.name) for title, path in zip(titles, ADRS, strict=True) if title] == listed
    assert [int(title[1]) for title in titles if title] == [*range(1, len(ADRS) + 1)]


@pytest.mark.parametrize("document", [*map(shown, DOCUMENTS)])
def test_no_link_leads_nowhere(document):
    assert [*dead_links(ROOT / document)] == []


@pytest.mark.parametrize("document", [*map(shown, DOCUMENTS)])
def test_every_file_that_a_document_names_exists(document):
    named = set(_CODE_PATH.findall((ROOT / document).read_text("utf-8")))
    assert {path for path in named if not (ROOT / path).exists()} == set()


def test_every_room_of_the_app_is_in_the_architecture():
    rooms = {
        f"{path.name}/" if path.is_dir() else path.name
        for path in (ROOT / "app").iterdir()
        if not path.name.startswith("_") and (path.suffix == ".py" or (path / "__init__.py").exists())
    }
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    assert {room for room in rooms if f"`{room}`" not in text} == set()


def test_help_lists_every_target_of_the_makefile():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):(?! \|)", makefile, re.MULTILINE))
    explained = set(re.findall(r"^([a-z-]+): ## \S", makefile, re.MULTILINE))
    assert targets == explained
    assert {"help", "demo", "test", "check", "fix", "bench", "serve", "worker"} <= targets
