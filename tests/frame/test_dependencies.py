"""What production installs is what the code imports: nothing undeclared, nothing unused, nothing of the sandbox."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
APP = ROOT / "app"
SANDBOX = APP / "sandbox"

PART_OF = {
    "markupsafe": "jinja2",
    "pydantic": "fastapi",
    "python-http-client": "sendgrid",
    "rich": "typer",
    "starlette": "fastapi",
}
"""Distributions that belong to the interface of a declared one, which pins what fits it."""

_WITHOUT_THE_SANDBOX = """
import importlib, importlib.abc, pkgutil, sys

class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"graphql", "sklearn", "quicktok", "pytest"} or name.startswith("app.sandbox"):
            raise ModuleNotFoundError(f"{name} is not part of the image", name=name)

sys.meta_path.insert(0, Absent())
import app
for module in pkgutil.walk_packages(app.__path__, "app."):
    if not module.name.startswith(("app.sandbox", "app.cli.demo.")):
        importlib.import_module(module.name)
"""


def distributions(names: Iterable[str]) -> set[str]:
    """Requirement strings to normalised names."""
    return {re.sub(r"[-_.]+", "-", re.split(r"[\[<>=~! ]", name)[0]).lower() for name in names}


def imported(paths: Iterable[Path]) -> set[str]:
    """Top-level names of the modules that files import."""
    trees = [ast.parse(path.read_text("utf-8")) for path in paths]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    members = {
        node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level
    }
    return {name.split(".")[0] for name in plain | members} - sys.stdlib_module_names - {"app", "tests"}


def owners(modules: Iterable[str]) -> dict[str, set[str]]:
    """The distributions that bring each module."""
    known = packages_distributions()
    found = {module: distributions(known.get(module, [])) for module in modules}
    return {module: {PART_OF.get(name, name) for name in names} for module, names in found.items()}


DECLARED = distributions(PROJECT["dependencies"])
EXTRA = distributions(PROJECT["optional-dependencies"]["sandbox"])
OURS = [path for path in APP.rglob("*.py") if not path.is_relative_to(SANDBOX)]


def test_the_app_imports_only_what_it_declares():
    undeclared = {module for module, bringers in owners(imported(OURS)).items() if not bringers & DECLARED}
    assert undeclared == set()


def test_the_sandbox_imports_only_what_it_declares():
    found = owners(imported(SANDBOX.rglob("*.py")))
    assert {module for module, bringers in found.items() if not bringers & (DECLARED | EXTRA)} == set()


def test_everything_that_is_declared_is_used():
    used = {
        name
        for bringers in owners(imported([*OURS, *(ROOT / "migrations").rglob("*.py")])).values()
        for name in bringers
    }
    assert DECLARED - used == set()


def test_the_app_starts_where_the_sandbox_is_not_installed():
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _WITHOUT_THE_SANDBOX],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
