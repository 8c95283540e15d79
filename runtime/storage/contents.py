"""Where the contents of files lie: each once, under its own digest."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.storage.system_tables import attachment, picture, public_file


def content(folder: Path, digest: str) -> Path:
    """Where a content lies."""
    return folder / digest[:2] / digest


def forget(conn: Connection, folder: Path, digests: Iterable[str]) -> None:
    """Take away contents that nothing names any more."""
    wanted = set(digests)
    for table in (attachment, picture, public_file):
        wanted -= set(conn.execute(sa.select(table.c.sha256).where(table.c.sha256.in_(sorted(wanted)))).scalars())
    for digest in wanted:
        content(folder, digest).unlink(missing_ok=True)
