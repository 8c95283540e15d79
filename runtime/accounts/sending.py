"""How the installation sends: its mail server, the hosts of the house's own network that may be called, and how long it waits."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import Connection

from runtime.accounts import audit, settings
from runtime.accounts.actor import Actor
from runtime.errors import Invalid, Problem

KEY = "sending"
SECURITIES = ("starttls", "ssl", "none")
PATIENCE, LONGEST = 15, 30  # seconds that a machine may take to answer
MOST_HOSTS = 100
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
HOST = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*|[0-9a-f:]+(%[a-z0-9]+)?")


@dataclass(frozen=True, slots=True)
class Sending:
    """`host` is "" while mail is not set up; `hosts` are allowed although their addresses are not public."""

    host: str = ""
    port: int = 587
    security: str = "starttls"
    user: str = ""
    sender: str = ""
    sender_name: str = ""
    hosts: tuple[str, ...] = ()
    patience: int = PATIENCE


def read(conn: Connection) -> Sending:
    """As it is set up now."""
    stored = settings.get(conn, KEY)
    found: dict[str, Any] = json.loads(stored) if stored else {}
    return Sending(**{**found, "hosts": tuple(found.get("hosts", ()))})


def save(conn: Connection, by: Actor, wanted: Sending) -> None:
    """Keep it; raises Invalid with a problem for each input."""
    problems = [*_mail_problems(wanted), *_host_problems(wanted.hosts)]
    if not 1 <= wanted.patience <= LONGEST:
        problems.append(Problem("patience", "sending_patience", {"most": LONGEST}))
    if problems:
        raise Invalid(problems)
    settings.put(conn, KEY, json.dumps(asdict(wanted), ensure_ascii=False))
    audit.note(conn, by, "sending_changed", wanted.host)


def _mail_problems(wanted: Sending) -> list[Problem]:
    if not wanted.host:
        return []
    found = []
    if not HOST.fullmatch(wanted.host):
        found.append(Problem("host", "sending_host", {"host": wanted.host[:80]}))
    if not 1 <= wanted.port <= 65_535:
        found.append(Problem("port", "sending_port"))
    if wanted.security not in SECURITIES:
        found.append(Problem("security", "sending_security"))
    if not is_address(wanted.sender):
        found.append(Problem("sender", "sending_sender"))
    found += [Problem(name, "sending_line") for name in ("user", "sender_name") if not _line(getattr(wanted, name))]
    return found


def _host_problems(hosts: Sequence[str]) -> list[Problem]:
    wrong = [host for host in hosts if not HOST.fullmatch(host)]
    if len(hosts) > MOST_HOSTS:
        return [Problem("hosts", "sending_hosts", {"most": MOST_HOSTS})]
    return [Problem("hosts", "sending_host", {"host": wrong[0][:80]})] if wrong else []


def _line(text: str) -> bool:
    return len(text) <= 200 and is_line(text)


def is_line(text: str) -> bool:
    """Whether a text holds nothing that could end a line of a message's head."""
    return CONTROL.search(text) is None


def is_address(text: str) -> bool:
    """Whether a text is one mail address and nothing else."""
    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return False
    return is_line(text)


def given(form: Mapping[str, str]) -> Sending:
    """What was typed on the settings page; numbers that are none become 0, which is refused with a sentence."""
    hosts = re.split(r"[\s,;，；、]+", form.get("hosts", "").strip().lower())
    text = {name: form.get(name, "").strip() for name in ("security", "user", "sender", "sender_name")}
    return Sending(form.get("host", "").strip().lower(), _number(form.get("port", "")), hosts=tuple(dict.fromkeys(host for host in hosts if host)),
                   patience=_number(form.get("patience", str(PATIENCE))), **text)


def _number(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
