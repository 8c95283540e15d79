"""Third-party files come from the lock file, are never committed, and are all there and unharmed."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from jinja2 import nodes

from tests.house.source import jinja, scripts, short, templates
from tests.shared import ROOT

# A setting or an address that ties an installation to one place where packages are kept.
PLACE = re.compile(rb"(?m)^\s*(?:registry|index-url|extra-index-url)\s*=|--(?:index-url|extra-index-url|registry)\b|https?://\S+\.(?:tgz|whl)\b")
FRONTEND = ROOT / "frontend"
VENDOR = ROOT / "static" / "vendor"
SHEETS = sorted((ROOT / "static/css").rglob("*.css"))


def committed() -> list[Path]:
    """The files of the repository; without git, the ones we know."""
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("this is no git checkout")
    return [ROOT / name for name in done.stdout.splitlines() if (ROOT / name).is_file()]


def test_nothing_third_party_is_committed() -> None:
    wrong = [short(path) for path in committed() if {"vendor", "node_modules"} & set(path.parts)]
    assert not wrong


def test_no_file_names_a_registry() -> None:
    wrong = []
    for path in committed():
        data = path.read_bytes()
        wrong += [f"{short(path)} says {found.group().decode()}" for found in PLACE.finditer(data)]
    assert not wrong, "\n".join(wrong)


def test_lock_file_is_exact_and_names_no_place() -> None:
    lock = json.loads((FRONTEND / "package-lock.json").read_text("utf-8"))
    wanted = json.loads((FRONTEND / "package.json").read_text("utf-8"))["dependencies"]
    packages = {name.removeprefix("node_modules/"): value for name, value in lock["packages"].items() if name}
    assert not [name for name, value in packages.items() if "resolved" in value]
    assert not [name for name, value in packages.items() if not value.get("integrity", "").startswith("sha512-")]
    assert {name: packages[name]["version"] for name in wanted} == wanted
    assert wanted["htmx.org"].startswith("2.0."), "htmx-flask reads the headers of htmx 2"


def test_assets_are_those_of_the_manifest() -> None:
    manifest = VENDOR / "manifest.json"
    if not manifest.is_file():
        pytest.skip("static/vendor is not built here: python hatch_build.py")
    files = json.loads(manifest.read_text("utf-8"))["files"]
    found = {name: hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() for name in files}
    assert found == files


def test_python_packages_are_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pins = dict(re.findall(r"^([\w.-]+)==(\S+)$", (ROOT / "constraints.txt").read_text("utf-8"), re.MULTILINE))
    known = {name.lower().replace("_", "-"): version for name, version in pins.items()}
    for wanted in [*project["dependencies"], *project["optional-dependencies"]["test"]]:
        name, _, version = re.sub(r"\[.*?\]", "", wanted).partition("==")
        assert version, f"{wanted} is not pinned"
        assert known.get(name.lower().replace("_", "-")) == version, f"{wanted} is pinned otherwise in constraints.txt"


def test_licence_is_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["license"] == json.loads((FRONTEND / "package.json").read_text("utf-8"))["license"] == "Apache-2.0"
    assert "Version 2.0, January 2004" in (ROOT / "LICENSE").read_text("utf-8")


def asset_names() -> set[tuple[str, str]]:
    """Every `asset('…')` of the templates, and the literal lists that templates loop over to call it."""
    found = set()
    for path in templates():
        for call in jinja(path).find_all(nodes.Call):
            if (
                isinstance(call.node, nodes.Name)
                and call.node.name == "asset"
                and isinstance(call.args[0], nodes.Const)
            ):
                found.add((short(path), str(call.args[0].value)))
        for loop in jinja(path).find_all(nodes.For):
            if isinstance(loop.iter, nodes.List):
                names = [one.value for one in loop.iter.items if isinstance(one, nodes.Const)]
                found |= {(short(path), name) for name in names if str(name).endswith((".css", ".js"))}
    return found


def test_every_asset_exists() -> None:
    if not VENDOR.is_dir():
        pytest.skip("static/vendor is not built here: python hatch_build.py")
    wrong = [f"{page} asks for {name}" for page, name in asset_names() if not (ROOT / "static" / name).is_file()]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", SHEETS, ids=short)
def test_style_sheet(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 300
    assert text.count("{") == text.count("}")
    for address in re.findall(r"url\([\"']?([^\"')]+)", text):
        assert "//" not in address, f"{short(path)} fetches from elsewhere: {address}"
        assert not VENDOR.is_dir() or (path.parent / address).resolve().is_file(), f"{short(path)}: {address}"


def test_every_style_sheet_is_loaded() -> None:
    loaded = {name for _, name in asset_names()}
    assert not [short(path) for path in SHEETS if path.relative_to(ROOT / "static").as_posix() not in loaded]


@pytest.mark.parametrize("path", scripts(), ids=short)
def test_script(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 150
    assert not re.search(r"\beval\(|new Function\(|innerHTML\s*=|document\.write|https?://", text)
    for name in re.findall(r'from "(\./[^"]+)"', text):
        assert (path.parent / name).is_file(), f"{short(path)} imports {name}"
    assert not re.search(r"[\u4e00-\u9fff]", text), f"{short(path)} speaks by itself; words live in the page"
