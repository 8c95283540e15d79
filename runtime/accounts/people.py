"""The people who work here: added, changed, sent away, never forgotten."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from runtime import clock
from runtime.accounts import audit, passwords, settings, token_cache
from runtime.accounts.actor import ROLES, Actor
from runtime.accounts.settings import Settings
from runtime.errors import Conflict, Invalid, NotFound, Problem
from runtime.storage.db import last_id
from runtime.storage.system_tables import person, setting
from runtime.words import LANGUAGES

THEMES = ("light", "dark", "auto")
OWN = frozenset({"name", "email", "lang", "theme"})  # what a person may change about themselves
ALL = OWN | {"login", "role"}
CHOSEN = (("role", ROLES, "no_such_role"), ("theme", THEMES, "no_such_theme"), ("lang", LANGUAGES, "no_such_language"))
LOGIN = re.compile(r"[^\s\x00-\x1f\x7f/\\<>\"']{2,80}\Z")
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}\Z")


@dataclass(frozen=True, slots=True)
class Person:
    """One person as stored, without the password."""

    id: int
    login: str
    name: str
    email: str | None
    role: str
    lang: str
    theme: str
    active: bool
    epoch: int
    created_at: str
    seen_at: str | None


COLUMNS = tuple(person.c[name] for name in Person.__slots__)


def fold_login(login: str) -> str:
    """A login as it is stored and compared: width and case do not matter."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def first(conn: Connection, login: str, name: str, password: str, organisation: Settings) -> Actor:
    """Start the installation: its settings and its first administrator, once."""
    problems = [*settings.check(organisation), *passwords.check(password)]
    problems += check({"login": fold_login(login), "name": name.strip()})
    if problems:
        raise Invalid(problems)
    try:  # the key is unique, so of two first visitors one wins
        conn.execute(sa.insert(setting).values(key="first_run_done", value=clock.text(clock.now())))
    except IntegrityError as error:
        raise Conflict(Problem("", "already_started")) from error
    settings.save(conn, {key: getattr(organisation, key) for key in settings.CHANGEABLE})
    made = insert(conn, login, name, "administrator", organisation.lang, password)
    audit.note(conn, made, "started", organisation.organisation)
    return Actor(made, name.strip(), "administrator", organisation.lang, organisation.zone)


def add(
    conn: Connection, by: Actor, login: str, name: str, role: str, lang: str, password: str | None = None
) -> int:
    """Add a person; without a password they cannot sign in until one is set. Gives the id."""
    by.must("administer")
    made = insert(conn, login, name, role, lang, password)
    audit.note(conn, by, "person_added", name.strip(), role=role)
    return made


def insert(conn: Connection, login: str, name: str, role: str, lang: str, password: str | None) -> int:
    """One checked row; who may do this has been decided by the caller."""
    values = {"login": fold_login(login), "name": name.strip(), "role": role, "lang": lang}
    problems = [*check(values), *(passwords.check(password) if password is not None else ())]
    problems += _taken(conn, values["login"], None)
    if problems:
        raise Invalid(problems)
    stored = passwords.digest(password) if password is not None else None
    row = sa.insert(person).values(**values, password=stored, created_at=clock.text(clock.now()))
    try:
        return last_id(conn.execute(row))
    except IntegrityError as error:  # two people took the same login in the same moment
        raise Invalid(Problem("login", "login_taken", {"login": values["login"]})) from error


def check(values: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with the given columns of a person, all of it."""
    found = []
    if "login" in values and not LOGIN.match(values["login"]):
        found.append(Problem("login", "login_bad"))
    if "name" in values and not 1 <= len(values["name"]) <= 100:
        found.append(Problem("name", "person_name", {"n": 100}))
    if values.get("email") and not EMAIL.match(values["email"]):
        found.append(Problem("email", "person_email"))
    for key, allowed, code in CHOSEN:
        if key in values and values[key] not in allowed:
            found.append(Problem(key, code, {"given": values[key]}))
    return found


def _taken(conn: Connection, login: str, but: int | None) -> list[Problem]:
    other = conn.execute(sa.select(person.c.id).where(person.c.login == login)).scalar()
    return [Problem("login", "login_taken", {"login": login})] if other not in (None, but) else []


def change(conn: Connection, by: Actor, person_id: int, changes: Mapping[str, str | None]) -> Person:
    """Change login, name, email, role, lang or theme; of themselves anybody may change the last but login and role."""
    if by.id != person_id or changes.keys() - OWN:
        by.must("administer")
    before = get(conn, person_id)
    values: dict[str, Any] = {key: (changes[key] or "").strip() for key in ALL if key in changes}
    if "login" in values:
        values["login"] = fold_login(values["login"])
    problems = check(values)
    if values.get("login", before.login) != before.login:
        problems += _taken(conn, values["login"], person_id)
    if problems:
        raise Invalid(problems)
    if "email" in values:
        values["email"] = values["email"] or None
    if values.get("role", before.role) != "administrator":
        _keep_an_administrator(conn, before)
    changed = {key: value for key, value in values.items() if getattr(before, key) != value}
    if changed:
        _update(conn, person_id, changed)
        audit.note(conn, by, "person_changed", before.name, **changed)
    return get(conn, person_id)


def set_password(conn: Connection, by: Actor, person_id: int, password: str, current: str | None = None) -> int:
    """Set a password and end all other sessions; one's own needs the current one. Gives the new epoch."""
    if by.id != person_id:
        by.must("administer")
    row = conn.execute(sa.select(person.c.name, person.c.password).where(person.c.id == person_id)).first()
    if row is None:
        raise NotFound(Problem("", "not_found"))
    if by.id == person_id and not passwords.matches(row.password, current or ""):
        raise Invalid(Problem("current", "password_wrong"))
    problems = passwords.check(password)
    if problems:
        raise Invalid(problems)
    _update(conn, person_id, {"password": passwords.digest(password), "epoch": person.c.epoch + 1})
    audit.note(conn, by, "password_set", row.name)
    return get(conn, person_id).epoch


def deactivate(conn: Connection, by: Actor, person_id: int) -> None:
    """End a person's access at once; what they did keeps their name."""
    by.must("administer")
    before = get(conn, person_id)
    _keep_an_administrator(conn, before)
    _update(conn, person_id, {"active": False, "epoch": person.c.epoch + 1})
    audit.note(conn, by, "person_left", before.name)


def reactivate(conn: Connection, by: Actor, person_id: int) -> None:
    """Let a person in again, with the password they had."""
    by.must("administer")
    before = get(conn, person_id)
    _update(conn, person_id, {"active": True})
    audit.note(conn, by, "person_back", before.name)


def _keep_an_administrator(conn: Connection, leaving: Person) -> None:
    """The rows are locked in id order, so that two administrators cannot remove each other at once."""
    if leaving.role != "administrator" or not leaving.active:
        return
    keen = sa.select(person.c.id).where(person.c.role == "administrator", person.c.active).order_by(person.c.id)
    if not set(conn.execute(keen.with_for_update()).scalars()) - {leaving.id}:
        raise Conflict(Problem("role", "last_administrator"))


def _update(conn: Connection, person_id: int, values: Mapping[str, Any]) -> None:
    try:
        conn.execute(sa.update(person).where(person.c.id == person_id).values(**values))
    except IntegrityError as error:
        raise Invalid(Problem("login", "login_taken", {"login": values.get("login", "")})) from error
    token_cache.drop_person(person_id)


def get(conn: Connection, person_id: int) -> Person:
    """One person; NotFound when there is none."""
    row = conn.execute(sa.select(*COLUMNS).where(person.c.id == person_id)).first()
    if row is None:
        raise NotFound(Problem("", "not_found"))
    return Person(*row)


def everyone(conn: Connection, active_only: bool = False) -> list[Person]:
    """All people by name, those who left last."""
    query = sa.select(*COLUMNS).order_by(person.c.active.desc(), person.c.name, person.c.id)
    return [Person(*row) for row in conn.execute(query.where(person.c.active) if active_only else query)]


def names(conn: Connection) -> dict[int, str]:
    """Every person's name by id, those who left included."""
    return {row.id: row.name for row in conn.execute(sa.select(person.c.id, person.c.name))}
