"""Only the outbox's own steps move a reply: no code sets its state by hand."""

import ast

from tests.conftest import ROOT

STEPS = {"step", "settle"}


def _is_step(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in STEPS


def _assigned(node: ast.Assign) -> list[tuple[ast.expr, ast.expr]]:
    """Each target with its own value, tuples taken apart."""
    found = []
    for target in node.targets:
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            found += [*zip(target.elts, node.value.elts, strict=True)]
        else:
            found.append((target, node.value))
    return found


def _is_state_of_reply(target: ast.expr) -> bool:
    return (
        isinstance(target, ast.Attribute)
        and target.attr == "state"
        and isinstance(target.value, ast.Name)
        and target.value.id not in {"app", "conversation", "account", "request", "talk"}
    )


def test_a_replys_state_is_set_by_a_step_or_by_settling_alone():
    wrong, seen = [], 0
    for path in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.AugAssign | ast.AnnAssign) and _is_state_of_reply(node.target):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
            if not isinstance(node, ast.Assign):
                continue
            for target, value in _assigned(node):
                if _is_state_of_reply(target):
                    seen += 1
                    if not _is_step(value):
                        wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert wrong == []
    assert seen > 8
