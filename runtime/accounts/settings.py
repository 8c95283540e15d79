"""What the organisation has decided for everybody: its name, time zone and first language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.errors import Invalid, Problem
from runtime.storage.system_tables import setting
from runtime.words import LANGUAGES

NAME_LENGTH = 100
CHANGEABLE = ("organisation", "zone", "lang")


@dataclass(frozen=True, slots=True)
class Settings:
    """`zone` is an IANA name; `first_run_done` is true once the first administrator exists."""

    organisation: str
    zone: str
    lang: str
    first_run_done: bool = False

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


DEFAULT = Settings("Fenzu", "Asia/Shanghai", "zh")
READ = sa.select(setting.c.key, setting.c.value).where(setting.c.key.in_((*CHANGEABLE, "first_run_done")))


def read(conn: Connection) -> Settings:
    """The settings as they are now; four small rows, parsed once per set of values."""
    return _parsed(frozenset((row.key, row.value) for row in conn.execute(READ)))


@lru_cache(maxsize=8)
def _parsed(rows: frozenset[tuple[str, str]]) -> Settings:
    found = dict(rows)
    return Settings(
        found.get("organisation", DEFAULT.organisation),
        found.get("zone", DEFAULT.zone),
        found.get("lang", DEFAULT.lang),
        "first_run_done" in found,
    )


def save(conn: Connection, changes: Mapping[str, str]) -> Settings:
    """Change organisation, zone or lang; whoever calls this has checked that the actor may administer."""
    before = read(conn)
    given = {key: str(changes.get(key, getattr(before, key))).strip() for key in CHANGEABLE}
    wanted = Settings(**given, first_run_done=before.first_run_done)
    problems = check(wanted)
    if problems:
        raise Invalid(problems)
    for key, value in given.items():
        put(conn, key, value)
    return wanted


def check(wanted: Settings) -> list[Problem]:
    """What is wrong with the settings, all of it."""
    found = []
    if not 1 <= len(wanted.organisation) <= NAME_LENGTH:
        found.append(Problem("organisation", "organisation_name", {"n": NAME_LENGTH}))
    if wanted.zone not in zones():
        found.append(Problem("zone", "no_such_zone", {"zone": wanted.zone}))
    if wanted.lang not in LANGUAGES:
        found.append(Problem("lang", "no_such_language", {"given": wanted.lang}))
    return found


@cache
def zones() -> tuple[str, ...]:
    """Every time zone this machine knows, by name; `Region/City` and UTC only."""
    return tuple(sorted(name for name in available_timezones() if "/" in name or name == "UTC"))


def get(conn: Connection, key: str) -> str | None:
    """One stored value, for settings that belong to another module."""
    value: str | None = conn.execute(sa.select(setting.c.value).where(setting.c.key == key)).scalar()
    return value


def put(conn: Connection, key: str, value: str) -> None:
    """Store one value."""
    changed = conn.execute(sa.update(setting).where(setting.c.key == key).values(value=value))
    if not changed.rowcount:
        conn.execute(sa.insert(setting).values(key=key, value=value))
