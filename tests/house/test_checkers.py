"""What machines check before people do: unused names, order of imports, types. Both are quick."""

from __future__ import annotations

import subprocess
import sys

from tests.shared import ROOT


def checked(*command: str) -> str:
    """What a checker complains about, or nothing."""
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_ruff_is_content() -> None:
    assert not (wrong := checked("ruff", "check", "--output-format", "concise", ".")), wrong


def test_every_type_fits() -> None:
    assert not (wrong := checked("mypy")), wrong
