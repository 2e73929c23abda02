"""Files stay small enough to be read in one go, and exceptions to the rules say why."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

MODULE_LINES = 400
FUNCTION_LINES = 60
FOLDERS = ("app", "benchmarks", "tests", "tools")  # migrations are a generated record that nobody edits
MODULES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))

_WAIVER = re.compile(r"#\s*(?:noqa(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?|type:\s*ignore(?:\[[\w, -]+\])?)")


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_module_is_longer_than_can_be_read_in_one_go(folder):
    lengths = {shown(path): len(path.read_text("utf-8").splitlines()) for path in MODULES}
    assert {k: n for k, n in lengths.items() if n > MODULE_LINES and k.startswith(f"{folder}/")} == {}


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_function_is_longer_than_a_screen(folder):
    long = {
        f"{shown(path)}:{function.lineno} {function.name}": length
        for path in MODULES
        if shown(path).startswith(f"{folder}/")
        for function in functions(ast.parse(path.read_text("utf-8")))
        if (length := (function.end_lineno or 0) - function.lineno + 1) > FUNCTION_LINES
    }
    assert long == {}


def silent_waivers(text: str) -> set[str]:
    """The waivers of a module that are nowhere in it given a reason."""
    reasons: dict[str, bool] = {}
    for line in text.splitlines():
        if found := _WAIVER.search(line):
            has_reason = re.search(r"\w{2,}", line[found.end() :]) is not None
            reasons[found[0]] = reasons.get(found[0], False) or has_reason
    return {waiver for waiver, has_reason in reasons.items() if not has_reason}


def test_every_exception_to_a_rule_gives_its_reason():
    silent = {
        shown(path): waivers for path in MODULES if (waivers := silent_waivers(path.read_text("utf-8")))
    }
    assert silent == {}


def test_every_folder_of_tests_is_a_package():
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
    assert [shown(folder) for folder in folders if not (folder / "__init__.py").exists()] == []
