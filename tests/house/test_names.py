"""Names say what a thing is; types answer for themselves; every function says what it takes and gives."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from jinja2 import nodes

from runtime.fields import FIELD_TYPES
from tests.house.source import functions, is_view, jinja, python_files, scripts, short, templates, tree

EMPTY_NAMES = re.compile(r"(^|_)(utils?|helpers?|managers?|handlers?|misc|common)(_|$)", re.IGNORECASE)
# The JSON Schema word "type" has values of its own; of ours only this one is spelled the same.
TYPE_NAMES = frozenset(FIELD_TYPES) - {"number"}


def test_no_file_is_a_drawer() -> None:
    files = [*python_files("", "runtime", "builder", "tests", "benchmarks"), *scripts()]
    wrong = [short(path) for path in files if EMPTY_NAMES.search(path.stem)]
    assert not wrong, "\n".join(wrong)


def test_no_class_is_a_drawer() -> None:
    wrong = [
        f"{short(path)}:{node.lineno} class {node.name}"
        for path in python_files("runtime", "builder")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and re.search(r"(Utils?|Helpers?|Managers?|Handlers?)$", node.name)
    ]
    assert not wrong, "\n".join(wrong)


def constants(node: ast.AST) -> set[Any]:
    """The texts a side of a comparison consists of, alone or in a literal collection."""
    if isinstance(node, ast.Constant):
        return {node.value}
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return {item.value for item in node.elts if isinstance(item, ast.Constant)}
    return set()


def asks_for_a_type(node: ast.AST) -> bool:
    """`field.type`, `ui["type"]`, `get("type")`, `field_type`, `kind.type.name`: something that names a field type.

    `field.type.kind` is what a type answers about itself, and may be compared.
    """
    return bool(re.search(r"(\b|_)type(_name|\.name)?['\"\])]*$", ast.unparse(node)))


def python_comparisons() -> Iterator[str]:
    for path in python_files("", "runtime", "builder"):
        if short(path).startswith("runtime/fields/"):
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Compare):
                sides = [node.left, *node.comparators]
                if any(constants(side) & TYPE_NAMES for side in sides) and any(map(asks_for_a_type, sides)):
                    yield f"{short(path)}:{node.lineno} {ast.unparse(node)}"
            elif isinstance(node, ast.Match) and asks_for_a_type(node.subject):
                cases = {constant.value for constant in ast.walk(node) if isinstance(constant, ast.Constant)}
                if cases & TYPE_NAMES:
                    yield f"{short(path)}:{node.lineno} match {ast.unparse(node.subject)}"


def jinja_names(node: nodes.Node) -> set[Any]:
    """All attribute names, item keys and variables an expression uses."""
    found = {one.attr for one in node.find_all(nodes.Getattr)} | {one.name for one in node.find_all(nodes.Name)}
    found |= {one.arg.value for one in node.find_all(nodes.Getitem) if isinstance(one.arg, nodes.Const)}
    if isinstance(node, nodes.Getattr):
        found.add(node.attr)
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        found.add(node.arg.value)
    if isinstance(node, nodes.Name):
        found.add(node.name)
    return found


def jinja_comparisons() -> Iterator[str]:
    for path in templates():
        for node in jinja(path).find_all(nodes.Compare):
            words = {one.value for one in node.find_all(nodes.Const) if isinstance(one.value, str)}
            if words & TYPE_NAMES and any(re.search(r"(^|_)type$", str(name)) for name in jinja_names(node.expr)):
                yield f"{short(path)}:{node.lineno} compares with {sorted(words & TYPE_NAMES)}"


def test_nobody_outside_fields_compares_with_a_type_name() -> None:
    wrong = [*python_comparisons(), *jinja_comparisons()]
    assert not wrong, "\n".join(wrong)


def test_every_function_is_typed() -> None:
    wrong = []
    for path in python_files("", "runtime", "builder", "benchmarks"):
        for node in functions(path):
            given = node.args
            every = [*given.posonlyargs, *given.args, *given.kwonlyargs, *filter(None, (given.vararg, given.kwarg))]
            bare = [one.arg for one in every if one.annotation is None and one.arg not in ("self", "cls")]
            if bare or (node.returns is None and node.name != "__init__"):
                wrong.append(f"{short(path)}:{node.lineno} {node.name}: {', '.join(bare) or 'what it gives'}")
    assert not wrong, "\n".join(wrong)


def test_every_module_and_public_name_says_what_it_is_for() -> None:
    wrong = []
    for path in python_files("", "runtime", "builder"):
        module = tree(path)
        if module.body and not ast.get_docstring(module):
            wrong.append(f"{short(path)} has no docstring")
        for node in module.body:
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) or node.name.startswith("_"):
                continue
            if not ast.get_docstring(node) and not tells_by_itself(node):
                wrong.append(f"{short(path)}:{node.lineno} {node.name} has no docstring")
    assert not wrong, "\n".join(wrong)


def tells_by_itself(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    """A view is told by its address; a member of a family by its label, and its module's docstring says the rest."""
    if not isinstance(node, ast.ClassDef):
        return is_view(node)
    return any(isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "label" for one in node.body)


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    files = [*python_files("", "runtime", "builder", "benchmarks"), *templates(), *scripts()]
    wrong = [
        f"{short(path)}:{number} {line.strip()[:80]}"
        for path in files
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if later.search(line)
    ]
    assert not wrong, "\n".join(wrong)


def test_the_eye_for_type_names_is_neither_blind_nor_nervous() -> None:
    for bad in ("field.type", "ui['type']", "node.get('type')", "field_type", "self.type.name", "column.type_name"):
        assert asks_for_a_type(ast.parse(bad).body[0]), bad
    for fine in ("field.type.kind", "operand.kind", "mime_types", "body['kind']", "typed"):
        assert not asks_for_a_type(ast.parse(fine).body[0]), fine
