"""Small files, small functions: nobody should need to scroll to understand one thing."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.house.source import functions, is_view, python_files, scripts, short, templates, tree

FILE, PART, FUNCTION, VIEW, TEMPLATE, SCRIPT = 300, 100, 45, 15, 120, 300
PARTS = (
    "runtime/exchange/formats/",
    "runtime/workflows/steps/",
    "runtime/workflows/triggers/",
    "runtime/dashboards/tiles/",
)


def length(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def too_long(paths: list[Path], limit: int) -> str:
    long = [path for path in paths if length(path) > limit]
    return "\n".join(f"{short(path)} has {length(path)} lines, {limit} are allowed" for path in long)


def is_field_type(path: Path) -> bool:
    """A file of `fields/` in which a class names itself."""
    if not short(path).startswith("runtime/fields/") or path.name in ("base.py", "__init__.py"):
        return False
    classes = [node for node in tree(path).body if isinstance(node, ast.ClassDef)]
    return any(
        isinstance(target, ast.Name) and target.id == "name"
        for one in classes
        for statement in one.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
    )


def test_files() -> None:
    assert not (wrong := too_long(python_files("", "runtime", "builder", "tests", "benchmarks"), FILE)), wrong


def test_members_of_a_family() -> None:
    members = [path for path in python_files("runtime") if is_field_type(path) or short(path).startswith(PARTS)]
    assert not (wrong := too_long(members, PART)), wrong


def test_templates() -> None:
    assert not (wrong := too_long(templates(), TEMPLATE)), wrong


def test_scripts() -> None:
    assert not (wrong := too_long(scripts(), SCRIPT)), wrong


def lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, decorators not counted."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_functions() -> None:
    wrong = [
        f"{short(path)}:{node.lineno} {node.name} has {lines(node)} lines, {FUNCTION} are allowed"
        for path in python_files("", "runtime", "builder", "benchmarks")
        for node in functions(path)
        if lines(node) > FUNCTION
    ]
    assert not wrong, "\n".join(wrong)


def test_views() -> None:
    wrong = [
        f"{short(path)}:{node.lineno} {node.name} has {lines(node)} lines, {VIEW} are allowed"
        for path in python_files("runtime/web", "builder/web")
        for node in functions(path)
        if is_view(node) and lines(node) > VIEW
    ]
    assert not wrong, "\n".join(wrong)
