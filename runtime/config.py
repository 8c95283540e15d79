"""Where this installation keeps things; read once from the environment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Config:
    """`instance` holds the database, the files and the secret; `database_url` is SQLAlchemy's; `redis` wakes other machines."""

    instance: Path
    database_url: str
    secret: str
    testing: bool = False
    redis: str = ""

    @property
    def files(self) -> Path:
        return self.instance / "files"

    @property
    def scratch(self) -> Path:
        """Uploads and exports on their way; swept by the job that made them."""
        return self.instance / "scratch"


def load(environ: Mapping[str, str] = os.environ, **given: str | bool | None) -> Config:
    """The configuration from `FENZU_*` variables; makes the instance folder and its secret on the first run."""
    instance = Path(given.get("instance") or environ.get("FENZU_INSTANCE") or ROOT / "instance")  # type: ignore[arg-type]
    for folder in (instance, instance / "files", instance / "scratch"):
        folder.mkdir(parents=True, exist_ok=True)
    url = given.get("database_url") or environ.get("FENZU_DATABASE_URL") or f"sqlite:///{instance / 'fenzu.db'}"
    return Config(instance, str(url), _secret(instance / "secret.key"), bool(given.get("testing")), str(given.get("redis") or environ.get("FENZU_REDIS") or ""))


def _secret(path: Path) -> str:
    """The key that signs sessions; made once, readable by its owner only."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        made = secrets.token_urlsafe(48)
        file.write(made)
    return made
