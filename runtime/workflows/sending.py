"""The job that sends: claims what is due, sends it outside of any transaction, and marks what became of it.

A process that dies between sending and marking leaves a claimed row; when its lease ends it is sent again under the same
mark, so that a receiver who has seen it can tell.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.accounts import notices, sending, vault
from runtime.accounts.vault import Vault
from runtime.config import Config
from runtime.errors import FenzuError, Invalid, Problem
from runtime.jobs import queue
from runtime.jobs.job import Job
from runtime.jobs.kinds import JobFunction
from runtime.storage import system_tables as tables
from runtime.workflows import outgoing
from runtime.workflows.failed import Unsent
from runtime.workflows.outgoing import SEND, Item

LOG = logging.getLogger("fenzu.sending")
APART = {SEND: 2}  # these jobs wait for other machines: threads of their own, so that nobody's import waits with them
LATER = {"later": True}  # apart from a look that a step asks for: that one is for now
REST = timedelta(minutes=2)  # how long a machine that did not answer is left alone


def kinds(config: Config) -> Mapping[str, JobFunction]:
    """The jobs of this package."""
    return {SEND: lambda job: work(job, Vault(config.secret))}


def work(job: Job, keys: Vault) -> dict[str, Any]:
    """Send all that is due now; what comes later is asked for before this one ends."""
    sender, count = Sender(job, keys), 0
    try:
        while sender.one():
            count += 1
            job.pause()
    finally:
        sender.close()
    with job.database.write() as conn:
        outgoing.sweep(conn, clock.now())
        due = outgoing.next_due(conn)
        if due is not None:
            _later(conn, due)
    return {"sent": count}


def _later(conn: Connection, due: str) -> None:
    """See that somebody looks again at a moment; an earlier look that is asked for already is enough."""
    jobs = tables.job
    same = sa.select(jobs.c.id).where(jobs.c.kind == SEND, jobs.c.state == "waiting", jobs.c.run_at <= due).limit(1)
    if conn.execute(same).first() is None:
        queue.put(conn, SEND, LATER, run_at=clock.moment(due))


class Sender:
    """Sends one thing after the other, and remembers which machines did not answer."""

    def __init__(self, job: Job, keys: Vault) -> None:
        self.database, self.keys = job.database, keys
        self.dead: set[str] = set()
        self.post: Any = None

    def one(self) -> bool:
        """Claim what is due longest and send it; false when nothing is."""
        with self.database.write() as conn:
            item = outgoing.claim(conn, clock.now())
        if item is None:
            return False
        if _way(item) in self.dead:
            with self.database.write() as conn:
                outgoing.later(conn, item, REST, clock.now())
            return True
        try:
            self._send(item)
        except Unsent as why:
            self._failed(item, why)
        except FenzuError as error:
            self._failed(item, Unsent(error.problems[0], passing=False))
        except Exception as error:
            self._failed(item, stumbled(error, item.id))
        else:
            with self.database.write() as conn:
                outgoing.sent(conn, item)
        return True

    def _send(self, item: Item) -> None:
        from runtime.workflows import calling

        with self.database.read() as conn:
            own, secrets = sending.read(conn), self._secrets(conn, item)
        if item.kind == outgoing.MAIL:
            self._mail(item, own)
        else:
            calling.call(item.body, secrets, own, clock.now())

    def _mail(self, item: Item, own: sending.Sending) -> None:
        from runtime.workflows.mailing import Post

        if self.post is None or self.post.sending != own:
            self.close()
            with self.database.read() as conn:
                self.post = Post(own, self._opened(conn, vault.MAIL))
        self.post.send(item.body, clock.moment(item.at))

    def _secrets(self, conn: Connection, item: Item) -> dict[str, str]:
        """The secrets that a call names; raises Unsent where one has been taken away."""
        if item.kind == outgoing.MAIL:
            return {}
        body = item.body
        names = {name for text in (body["url"], *body["headers"].values()) for name in vault.named(text)} | ({body["secret"]} - {""})
        found = {name: self._opened(conn, name) for name in sorted(names)}
        missing = next((name for name, value in found.items() if value is None), None)
        if missing is not None:
            raise Unsent(Problem("secret", "no_such_secret", {"name": missing}))
        return {name: value for name, value in found.items() if value is not None}

    def _opened(self, conn: Connection, name: str) -> str | None:
        """A secret in clear; one that cannot be opened may be entered again, so what needs it waits."""
        try:
            return self.keys.get(conn, name)
        except Invalid as error:
            raise Unsent(error.problems[0]) from None

    def _failed(self, item: Item, why: Unsent) -> None:
        LOG.warning("%s %s was not sent in attempt %s: %s", item.kind, item.id, item.attempts, why.problem.code)
        if why.dead:
            self.dead.add(_way(item))
        with self.database.write() as conn:
            if why.passing and item.attempts <= len(outgoing.BACK_OFF):
                outgoing.again(conn, item, why.problem, clock.now(), why.after)
                return
            outgoing.give_up(conn, item, why.problem)
            app = conn.execute(sa.select(tables.app.c.key).where(tables.app.c.id == item.app_id)).scalar()
            notices.tell(conn, notices.builders(conn), "outgoing_failed", {}, f"/outbox/{app}?state=failed", item.app_id)

    def close(self) -> None:
        """The mail server hears that there is no more."""
        if self.post is not None:
            self.post.close()


def _way(item: Item) -> str:
    """Which machine it goes to: the mail server or the one that is called."""
    return item.target if item.kind == outgoing.CALL else ""


def stumbled(error: Exception, what: object) -> Unsent:
    """For what nobody foresaw: it may quote an address or a password, so only its kind and place are logged."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    LOG.error("sending %s stumbled: %s at %s:%s", what, type(error).__name__, last.filename.rpartition("/")[2], last.lineno)
    return Unsent(Problem("", "sending_stumbled"))
