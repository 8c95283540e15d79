"""The program's own text, parsed once, for the tests that hold the house to its rules."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import jinja2
from jinja2 import nodes

from tests.shared import ROOT

ROOMS = ("runtime", "builder")
ROUTES = ("route", "get", "post", "put", "patch", "delete", "errorhandler", "app_errorhandler")
FACTORIES = ("app.py", "runtime/app.py", "runtime/__init__.py")


def python_files(*folders: str) -> list[Path]:
    """Python files below the folders, and the single ones in the root with ""."""
    found: list[Path] = []
    for folder in folders:
        found += sorted((ROOT / folder).rglob("*.py")) if folder else sorted(ROOT.glob("*.py"))
    return [path for path in found if "node_modules" not in path.parts]


def templates() -> list[Path]:
    """Every Jinja template."""
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".j2", ".xml", ".txt"))


def short(path: Path) -> str:
    """The path as people write it."""
    return path.relative_to(ROOT).as_posix()


def scripts() -> list[Path]:
    """Our own JavaScript."""
    return sorted((ROOT / "static/js").rglob("*.js"))


@cache
def tree(path: Path) -> ast.Module:
    """A file's syntax tree, each node knowing its parent as `.parent`."""
    parsed = ast.parse(path.read_text("utf-8"), short(path))
    for node in ast.walk(parsed):
        for child in ast.iter_child_nodes(node):
            child.parent = node  # type: ignore[attr-defined]
    return parsed


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file."""
    for node in ast.walk(tree(path)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def is_view(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function answers a request, or an error on the way to one."""
    called = [decorator.func for decorator in node.decorator_list if isinstance(decorator, ast.Call)]
    return any(isinstance(func, ast.Attribute) and func.attr in ROUTES for func in called)


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """What a file imports, with line numbers; `from a import b` counts as `a.b` where that is a module of ours."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{short(path)}:{node.lineno} imports relatively; write the whole name"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield node.lineno, inner if is_module(inner) else str(node.module)


def is_module(name: str) -> bool:
    """Whether a dotted name is a module or package of ours."""
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def called(node: ast.AST) -> str:
    """The last part of a called thing's name: `Problem` for `errors.Problem(...)`, "" for what is no call."""
    if not isinstance(node, ast.Call):
        return ""
    return str(getattr(node.func, "attr", None) or getattr(node.func, "id", ""))


def calls(path: Path, *names: str) -> Iterator[ast.Call]:
    """Every call of one of the names."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and called(node) in names:
            yield node


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """String constants that are no docstrings, with their lines."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):  # noqa: SIM102  (one question each)
            if not isinstance(getattr(node, "parent", None), ast.Expr):
                yield node.lineno, node.value


@cache
def jinja(path: Path) -> nodes.Template:
    """A template's syntax tree."""
    environment = jinja2.Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"])
    return environment.parse(path.read_text("utf-8"), short(path))


class VisibleText(HTMLParser):
    """Collects what a person would read in a page: text and the attributes that are shown or read aloud."""

    SHOWN = ("title", "aria-label", "placeholder", "alt", "data-title", "aria-description")
    SILENT = ("script", "style", "code", "kbd", "svg")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in self.SILENT
        self.found += [(self.getpos()[0], value) for name, value in attrs if name in self.SHOWN and value]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [(self.getpos()[0], value) for name, value in attrs if name in self.SHOWN and value]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in self.SILENT and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.found.append((self.getpos()[0], data.strip()))


TAGS = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)


def fixed_text(path: Path) -> list[tuple[int, str]]:
    """What a template shows without asking `t()`: (line, text)."""
    parser = VisibleText()
    # lines stay where they are, so that the line numbers are right
    parser.feed(TAGS.sub(lambda match: "\n" * match[0].count("\n"), path.read_text("utf-8")))
    return parser.found
