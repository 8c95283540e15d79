"""One writer and one reader: whoever looks for what changes customers, or shows them, has few places to look."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.source import python_files, short, tree

RECORD_TABLES = re.compile(r"\btables\.(main|many|members|column|shadow)\b")
SYSTEM_TABLES = re.compile(r"\(?((system_)?tables\.(?!main\b|many\b|members\b)\w+(, )?)+\)?")
TABLES = ("runtime.storage.system_tables", "runtime.storage.draft_tables", "runtime.storage.pool_tables")
STATEMENTS = ("insert", "update", "delete")

WRITERS = {
    "runtime/commands/rows.py": "values into rows, always inside a command's transaction",
    "runtime/commands/subrows.py": "the rows of sub-forms, called by rows.py",
    "runtime/groups/membership.py": "members of the records a command touched",
    "runtime/groups/codes.py": "the code column, given at creation or by back-fill",
    "runtime/groups/generations.py": "a new build of a grouping's members, chunk by chunk",
}
READERS = ("runtime/storage/", "runtime/records/", "runtime/groups/", "runtime/commands/")
COUNTERS = {
    "builder/publish/impact.py": "counts what publishing would do to existing records, for those who build",
    "builder/publish/concerned.py": "says which of them a change concerns",
    "builder/publish/retired.py": "counts what the fields that were taken off still hold, with a few samples, for those who build",
}


def assigned(path: Path) -> dict[str, list[str]]:
    """What each plain name of a file is set to, as written; a name imported from the system tables is one of them."""
    found: dict[str, list[str]] = {}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module in TABLES:
            found |= {alias.asname or alias.name: [f"tables.{alias.name}"] for alias in node.names}
    for node in ast.walk(tree(path)):
        if not isinstance(node, (ast.Assign, ast.For)):
            continue
        value = node.value if isinstance(node, ast.Assign) else node.iter
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            both = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts)
            pairs = zip(target.elts, value.elts, strict=True) if both else [(target, value)]  # type: ignore[attr-defined]
            for name, given in pairs:
                for one in ast.walk(name):
                    if isinstance(one, ast.Name):
                        found.setdefault(one.id, []).append(ast.unparse(given))
    return found


def written(path: Path) -> Iterator[tuple[int, str]]:
    """(line, table as written) of every INSERT, UPDATE and DELETE of a file."""
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        if isinstance(node.func, ast.Attribute) and node.func.attr in STATEMENTS:
            if name.startswith("sa.") and node.args:
                yield node.lineno, ast.unparse(node.args[0])
            elif not node.args and not node.keywords:
                yield node.lineno, ast.unparse(node.func.value)
        elif name in ("insert_rows", "insert_or_ignore", "update_by_id"):
            yield node.lineno, ast.unparse(node.args[1])


def writes_records(path: Path) -> list[str]:
    """The places of a file that write to people's own tables; what cannot be told apart counts as one."""
    names, found = assigned(path), []
    for line, table in written(path):
        meant = [far for near in names.get(table, [table]) for far in names.get(near, [near])]
        if not all(SYSTEM_TABLES.fullmatch(one) for one in meant):
            found.append(f"{short(path)}:{line} writes {table}")
    return found


def test_records_are_written_by_the_commands_and_the_keepers_of_groups_and_codes() -> None:
    wrong = [
        place
        for path in python_files("runtime", "builder")
        if short(path) not in WRITERS and not short(path).startswith(("runtime/storage/", "runtime/sql/"))
        for place in writes_records(path)
    ]
    assert not wrong, "\n".join(wrong)


def test_the_list_of_writers_is_true() -> None:
    by_name = {short(path): path for path in python_files("runtime")}
    idle = [name for name in WRITERS if name not in by_name or not writes_records(by_name[name])]
    assert not idle, f"these write nothing any more: {idle}"


def test_records_are_read_in_the_rooms_that_know_whose_they_are() -> None:
    wrong = [
        f"{short(path)}:{node.lineno} says {ast.unparse(node)}"
        for path in python_files("runtime", "builder")
        if not short(path).startswith(READERS) and short(path) not in COUNTERS
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and RECORD_TABLES.search(ast.unparse(node).split("(")[-1])
        if node.attr in ("main", "many", "members", "column", "shadow")
    ]
    assert not wrong, "\n".join(wrong)
