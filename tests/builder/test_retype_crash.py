"""Real kill -9 of a real process that converts the values of a field: it goes on where it was, or nothing has happened."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from builder import apps
from builder.publish import apply as publish
from builder.publish import retype_job
from runtime.commands import change, rows
from runtime.jobs import queue
from runtime.jobs.runner import Runner
from runtime.records import entry
from runtime.records.act import acting
from runtime.storage import versions
from runtime.storage.live import Live
from tests.builder.test_retype import as_number, sizes, text_form
from tests.conftest import database_url
from tests.shared import ROOT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a POSIX signal")
COUNT = 300
WRITTEN = ["约 30 人" if i % 7 == 0 else f"{i:04}" for i in range(1, COUNT + 1)]
READ = [None if i % 7 == 0 else i for i in range(1, COUNT + 1)]


@pytest.fixture
def job(database, boss, monkeypatch):
    """A form whose texts are to become numbers, asked of a job."""
    monkeypatch.setattr("builder.publish.retype.AT_ONCE", 10)
    with database.write() as conn:
        app = apps.create(conn, {"en": "Shop"})
        publish.publish_body(conn, app.id, "form", text_form(), None)
    with acting(database, Live(), app.key, boss) as act:
        rows.insert(act, act.app.form("customer"), list(range(1, COUNT + 1)), [{"name": f"n{at}", "size": size} for at, size in enumerate(WRITTEN)])
    with database.write() as conn:
        number = retype_job.ask(conn, app.key, app.id, as_number(text_form()), boss.id, "", None)
    return app, number


def low(database, number):
    with database.read() as conn:
        return queue.get(conn, number).saved.get("low", 0)


def killed_at(database, number, goal):
    """A process that works until this record is done, then no longer exists."""
    command = [sys.executable, "-m", "tests.builder.retype_child", database_url(database)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert child.stdout is not None and child.stdout.readline() == "started\n"
    end = time.monotonic() + 30
    while low(database, number) < goal:
        assert time.monotonic() < end
        time.sleep(0.01)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()


def runner(database):
    found = Runner(database, {**retype_job.kinds(Live()), "refresh": lambda job: None}, rest=0)
    found.sweep()
    return found


def test_killed_again_and_again_every_value_goes_over_once_and_comes_back(database, boss, job):
    app, number = job
    for goal in (40, 120):
        killed_at(database, number, goal)
        assert sizes(database, app) == WRITTEN  # nobody reads the new column before everything is in it
    with acting(database, Live(), app.key, boss) as act:
        live_form = act.app.form("customer").form
        change.change(act, "customer", 1, entry.read(live_form, {"size": "88"}, act.names, whole=False), version=None)
    assert runner(database).drain() >= 1
    assert sizes(database, app) == [88, *READ[1:]]
    with database.write() as conn:
        assert queue.get(conn, number).state == "done"
        back = retype_job.back_later(conn, app.key, app.id, "customer", 1, boss.id, "")
        assert back is not None
    assert runner(database).drain() >= 1
    assert sizes(database, app) == ["88", *WRITTEN[1:]]


def test_stopped_in_the_middle_it_has_not_happened_and_can_be_asked_again(database, boss, job):
    app, number = job
    killed_at(database, number, 40)
    with database.write() as conn:
        queue.cancel(conn, boss, number)
    runner(database).drain()
    assert sizes(database, app) == WRITTEN
    with database.write() as conn:
        assert versions.find(conn, app.id, "form", "customer").version == 1
        assert retype_job.ask(conn, app.key, app.id, as_number(text_form()), boss.id, "", None) is not None
    runner(database).drain()
    assert sizes(database, app) == READ
