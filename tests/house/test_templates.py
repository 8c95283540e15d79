"""Pages keep the strict content policy, say what their buttons do, and use parts that exist."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import nodes

from tests.house.looks import environment, page
from tests.house.source import jinja, short, templates
from tests.shared import ROOT

CODE = re.compile(r"\{#.*?#\}|\{%.*?%\}", re.DOTALL)
SAID = re.compile(r"\{\{.*?\}\}", re.DOTALL)
CLASS = re.compile(r"\bfz-[a-z0-9-]+(?![a-z0-9-]*\{\{)")
NAMED = ("aria-label", "aria-labelledby", "title")
PRESSED = ("button", "a")


@pytest.mark.parametrize("path", templates(), ids=short)
def test_compiles(path: Path) -> None:
    environment().get_template(path.relative_to(ROOT / "templates").as_posix())


def markup(text: str) -> str:
    """The HTML of a template, its expressions replaced by a word, its lines where they were."""
    text = CODE.sub(lambda hit: " " + "\n" * hit[0].count("\n"), text)
    return SAID.sub(lambda hit: "x" + "\n" * hit[0].count("\n"), text)


class Page(HTMLParser):
    """Finds what the content policy forbids, and buttons or links that neither show words nor have a name."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, int, bool, list[str]]] = []
        self.nameless: list[int] = []
        self.inline: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line, names = self.getpos()[0], [name for name, _ in attrs]
        bad = [name for name in names if name == "style" or re.match(r"on[a-z]+$|hx-on", name)]
        bad += ["javascript:" for _, value in attrs if (value or "").strip().lower().startswith("javascript:")]
        if tag == "style" or (tag == "script" and "src" not in names):
            bad.append(f"<{tag}>")
        self.inline += [f"line {line}: {what}" for what in bad]
        if tag in PRESSED:
            self.open.append((tag, line, any(name in NAMED and value for name, value in attrs), []))

    def handle_data(self, data: str) -> None:
        for one in self.open:
            one[3].append(data.strip())

    def handle_endtag(self, tag: str) -> None:
        if tag in PRESSED and self.open and self.open[-1][0] == tag:
            _, line, named, words = self.open.pop()
            if not named and not "".join(words):
                self.nameless.append(line)


@pytest.mark.parametrize("path", templates(), ids=short)
def test_no_inline_style_handler_or_script(path: Path) -> None:
    found = Page(markup(path.read_text("utf-8"))).inline
    assert not found, f"{short(path)}: the content policy allows no style=, on…= or inline script: {found}"


# What draws an icon and no words; every other expression is taken to be words.
ICON = re.compile(r"\{\{-?\s*(?:i|logo|av|sq)\(.*?\)\s*-?\}\}", re.DOTALL)


@pytest.mark.parametrize("path", templates(), ids=short)
def test_every_button_has_a_name(path: Path) -> None:
    nameless = Page(markup(ICON.sub("", path.read_text("utf-8")))).nameless
    assert not nameless, f"{short(path)} lines {nameless}: an icon alone needs an aria-label"


@pytest.mark.parametrize("path", templates(), ids=short)
def test_macros_come_with_the_context(path: Path) -> None:
    """Macros speak, so they need `t`; an import without context has none."""
    found: list[nodes.FromImport | nodes.Import] = [*jinja(path).find_all(nodes.FromImport)]
    found += jinja(path).find_all(nodes.Import)
    bare = [one.lineno for one in found if isinstance(one.template, nodes.Const) and not one.with_context]
    assert not bare, f"{short(path)} lines {bare}: import macros `with context`"


@pytest.mark.parametrize("path", templates(), ids=short)
def test_classes_exist(path: Path) -> None:
    """A class nobody draws is a typing mistake."""
    used = {name for name in CLASS.findall(path.read_text("utf-8")) if not name.endswith("-")}
    unknown = used - drawn()
    assert not unknown, f"{short(path)} uses {sorted(unknown)}, which no style sheet knows"


def drawn() -> set[str]:
    """Every class of ours that a style sheet draws."""
    sheets = (path.read_text("utf-8") for path in (ROOT / "static/css").rglob("*.css"))
    return {name for text in sheets for name in re.findall(r"\.(fz-[a-z0-9-]+)", text)}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_part_draws(lang: str, theme: str) -> None:
    html = page("ui/_gallery.html", lang, theme)
    assert f'data-bs-theme="{theme}"' in html
    seen = re.sub(r"data-\w+=\"[^\"]*\"|aria-label=\"[^\"]*\"", "", html)
    chinese = re.search(r"[\u4e00-\u9fff]", seen)
    assert bool(chinese) == (lang == "zh"), chinese and seen[chinese.start() - 40 : chinese.end() + 40]


def test_catalogue_names_only_what_exists() -> None:
    """docs/components.md is what page authors read; it may promise nothing that is not there."""
    text = (ROOT / "docs/components.md").read_text("utf-8")
    promised = {name for name in re.findall(r"`(fz-[a-z0-9-]+)", text) if not name.endswith("-")}
    assert not (promised - drawn()), sorted(promised - drawn())
