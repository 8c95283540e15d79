"""Long work on a page: polled, told in words, stopped by its owner, and its end."""

from __future__ import annotations

import re
from typing import Any

import pytest

from runtime.errors import Invalid, Problem
from runtime.jobs import queue
from runtime.jobs.job import Job
from tests.web import Person, Site, visible


def put(site: Site, kind: str = "export", role: str = "administrator") -> int:
    who = site.actor(role).id
    with site.database.write() as conn:
        return queue.put(conn, kind, {}, by=who)


def let_run(site: Site, function: Any) -> None:
    """Every kind of job does this."""
    site.fenzu.runner.kinds = {"export": function}
    assert site.jobs() == 1


def poll(person: Person, job: int, query: str = "") -> Any:
    return person.htmx("GET", f"/jobs/{job}{query}")


def test_a_waiting_job_is_polled_on(site: Site) -> None:
    answer = poll(site.person(), put(site))
    assert answer.status_code == 200
    assert "排队中" in answer.get_data(as_text=True) and "停下" in answer.get_data(as_text=True)


def test_a_running_job_says_how_far_it_is(site: Site) -> None:
    job, seen = put(site), []

    def work(running: Job) -> None:
        running.report(1020, 4080, step={"zh": "正在写文件", "en": "Writing the file"})
        running.beat(0)
        seen.append(poll(site.person(), job).get_data(as_text=True))

    let_run(site, work)
    assert "正在写文件" in seen[0] and "1,020 / 4,080 · 25%" in seen[0] and 'aria-valuenow="25"' in seen[0]


def test_the_last_answer_ends_the_polling_and_shows_the_way(site: Site) -> None:
    job = put(site)
    let_run(site, lambda _: {"rows": 3})
    answer = poll(site.person(), job, "?next=/apps")
    assert answer.status_code == 286 and re.search(r'href="/apps"[^>]*>下载<', answer.get_data(as_text=True))
    gone = poll(site.person(), job, "?next=/apps&go=1")
    assert gone.headers["HX-Redirect"] == "/apps"
    assert "evil" not in poll(site.person(), job, "?next=https://evil.example/").get_data(as_text=True)


def test_a_failed_job_says_why(site: Site) -> None:
    def work(_: Job) -> None:
        raise Invalid(Problem("", "upload_missing"))

    job = put(site)
    let_run(site, work)
    answer = poll(site.person(), job)
    assert answer.status_code == 286 and "请选一个文件" in answer.get_data(as_text=True)


def test_its_owner_stops_it(site: Site) -> None:
    job = put(site, role="member")
    answer = site.person("member").htmx("POST", f"/jobs/{job}/cancel")
    assert "已停下" in visible(answer.get_data(as_text=True))
    assert poll(site.person("member"), job).status_code == 286


@pytest.mark.parametrize(("asker", "status"), [("member", 200), ("administrator", 200), ("builder", 404)])
def test_only_its_owner_and_administrators_see_it(site: Site, asker: str, status: int) -> None:
    job = put(site, role="member")
    assert poll(site.person(asker), job).status_code == status
    assert site.person(asker).htmx("POST", f"/jobs/{job}/cancel").status_code == status
