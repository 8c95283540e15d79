"""Where the real data lies; a test that needs it skips cleanly where it is missing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def shared(name: str) -> Path:
    """A file or folder of the shared material, or the running test is skipped."""
    base = Path(os.environ.get("FENZU_SHARED", ROOT.parent / "shared"))
    path = base / name
    if not path.exists():
        pytest.skip(f"shared material is not here: {name}")
    return path
