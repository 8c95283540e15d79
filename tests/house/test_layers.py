"""The ruler: arrows point down, and each outside word has its one place."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.source import FACTORIES, ROOMS, called, imports, python_files, short, texts, tree

# Lowest first. Neighbours on one line may import each other in one direction, not in both.
RULER = (
    "errors registry words clock config process readings fold messages",
    "sql",
    "rules",
    "fields",
    "definitions",
    "storage",
    "accounts jobs",
    "records tags",
    "groups",
    "commands",
    "workflows dashboards exchange",
    "web",
    "app",
)
HEIGHT = {name: height for height, line in enumerate(RULER) for name in line.split()}
RUNTIME = python_files("runtime")
BUILDER = python_files("builder")
EDGE = ("runtime/web/", "builder/web/")


def room(module: str) -> str:
    """`records` for `runtime.records.queries`, `app` for the bare package, where the factory lives."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "app"


def module_of(path: Path) -> str:
    return short(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def inner_imports(path: Path) -> Iterator[tuple[int, str, str]]:
    """(line, room, module) for what a runtime file imports from other rooms of the runtime."""
    here = room(module_of(path))
    for line, name in imports(path):
        if name.split(".")[0] == "runtime" and room(name) != here:
            yield line, room(name), name


def test_every_room_has_a_place_on_the_ruler() -> None:
    assert sorted({room(module_of(path)) for path in RUNTIME} - HEIGHT.keys()) == []


def test_imports_point_down() -> None:
    wrong = [
        f"{short(path)}:{line} imports {name}, which lies above it"
        for path in RUNTIME
        for line, other, name in inner_imports(path)
        if HEIGHT.get(other, 99) > HEIGHT.get(room(module_of(path)), 99)
    ]
    assert not wrong, "\n".join(wrong)


def test_neighbours_import_each_other_in_one_direction_only() -> None:
    arrows: dict[tuple[str, str], str] = {}
    for path in RUNTIME:
        for line, other, name in inner_imports(path):
            arrows.setdefault((room(module_of(path)), other), f"{short(path)}:{line} imports {name}")
    both = [f"{where} and {arrows[b, a]}" for (a, b), where in arrows.items() if a < b and (b, a) in arrows]
    assert not both, "\n".join(both)


def test_only_app_py_knows_the_builder() -> None:
    wrong = [
        f"{short(path)}:{line}"
        for path in [*RUNTIME, *python_files("")]
        for line, name in imports(path)
        if name.split(".")[0] == "builder" and short(path) != "app.py"
    ]
    assert not wrong, "\n".join(wrong)


def test_the_program_does_not_import_its_tests_or_benchmarks() -> None:
    wrong = [
        f"{short(path)}:{line} imports {name}"
        for path in [*RUNTIME, *BUILDER]
        for line, name in imports(path)
        if name.split(".")[0] in ("tests", "benchmarks", "app", "run")
    ]
    assert not wrong, "\n".join(wrong)


def at_the_edge(path: Path) -> bool:
    return short(path).startswith(EDGE)


def test_flask_lives_at_the_edge() -> None:
    allowed = ("runtime/storage/db.py", *FACTORIES)
    wrong = [
        f"{short(path)}:{line} imports {name}"
        for path in [*RUNTIME, *BUILDER]
        for line, name in imports(path)
        if re.match(r"(flask|werkzeug|htmx_flask)(_|\.|$)", name)
        if not at_the_edge(path) and short(path) not in allowed
    ]
    assert not wrong, "\n".join(wrong)


def test_request_and_session_live_in_web_only() -> None:
    wrong = [
        f"{short(path)}:{node.lineno} imports {alias.name}"
        for path in [*RUNTIME, *BUILDER, *python_files("")]
        if not at_the_edge(path)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.module == "flask"
        for alias in node.names
        if alias.name in ("request", "session", "g", "current_app")
    ]
    assert not wrong, "\n".join(wrong)


DIALECT = re.compile(r"sqlite|postgres|psycopg|\bPRAGMA\b", re.IGNORECASE)


def test_databases_are_told_apart_in_sql_and_storage_only() -> None:
    allowed = ("runtime/sql/", "runtime/storage/", "runtime/config.py")
    wrong = []
    for path in [*RUNTIME, *BUILDER]:
        if short(path).startswith(allowed):
            continue
        wrong += [f"{short(path)}:{line} says {text[:40]!r}" for line, text in texts(path) if DIALECT.search(text)]
        wrong += [f"{short(path)}:{line} imports {name}" for line, name in imports(path) if DIALECT.search(name)]
        wrong += [
            f"{short(path)}:{node.lineno} asks for .dialect.name"
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Attribute) and node.attr == "name" and getattr(node.value, "attr", "") == "dialect"
        ]
    assert not wrong, "\n".join(wrong)


def test_htmx_headers_have_one_home() -> None:
    wrong = [
        f"{short(path)}:{line} says {text[:40]!r}"
        for path in [*RUNTIME, *BUILDER]
        if short(path) != "runtime/web/page.py"
        for line, text in texts(path)
        if re.search(r"\bHX-", text, re.IGNORECASE) and not re.search(r"\bhx-[a-z]+=", text)
    ]
    assert not wrong, "\n".join(wrong)


def test_only_the_clock_asks_what_time_it_is() -> None:
    wrong = [
        f"{short(path)}:{node.lineno} calls {ast.unparse(node.func)}"
        for path in [*RUNTIME, *BUILDER]
        if short(path) != "runtime/clock.py"
        for node in ast.walk(tree(path))
        if called(node) in ("now", "today", "utcnow") and isinstance(node, ast.Call)
        if ast.unparse(node.func).split(".")[-2:-1] in (["datetime"], ["date"], ["func"])
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", ROOMS)
def test_the_rooms_are_there(name: str) -> None:
    assert python_files(name)
