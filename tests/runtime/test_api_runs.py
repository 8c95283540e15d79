"""Workflows over the API: drawn and published, begun, seen, steered; my tasks, answered; each with the rights of the pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runtime.workflows import engine, inbox
from tests.api import APP, CUSTOMERS, Installation, installed

FLOWS, PARTS = f"{APP}/workflows", f"{APP}/definitions"
APPROVE = {"key": "ok", "type": "approve", "who": [{"role": "administrator"}], "title": {"zh": "请审批", "en": "Please approve"}}
BAD = {"key": "bad", "type": "set_fields", "set": [{"field": "kind", "value": "no such kind"}]}
END = {"key": "end", "type": "stop"}


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(sqlite_template, tmp_path_factory.mktemp("api")) as found:
        publish(found, body("ask_boss", {"type": "button"}, APPROVE), body("mine", {"type": "button", "roles": ["administrator"]}, END),
                body("inner", {"type": "called"}, END), body("broken", {"type": "button"}, BAD, END))
        yield found


def body(key: str, trigger: dict[str, Any], *steps: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "workflow", "format": 1, "key": key, "form": "customer", "label": {"zh": key, "en": key}, "trigger": trigger, "steps": list(steps)}


def publish(site: Installation, *bodies: dict[str, Any]) -> None:
    site.boss.ask("POST", PARTS, {"definitions": [{"kind": "workflow", "body": one} for one in bodies]})


def work(site: Installation) -> None:
    """The engine does all that is due."""
    while inbox.drain(site.fenzu.database, site.fenzu.live) + engine.turn(site.fenzu.database, site.fenzu.live):
        pass


def begun(site: Installation, key: str, mobile: str) -> int:
    """A run for a new customer."""
    record = site.boss.make(name=f"c{mobile}", mobile=mobile)["id"]
    run, = site.boss.ask("POST", f"{FLOWS}/{key}/runs", {"records": [record]})["runs"]
    work(site)
    return int(run)


def test_a_run_is_begun_waits_for_an_answer_and_is_told(site: Installation) -> None:
    run = begun(site, "ask_boss", "13806130001")
    told = site.boss.get(f"{FLOWS}/ask_boss/runs/{run}")
    assert (told["state"], told["places"][0]["step"], told["places"][0]["people"]) == ("open", "ok", [site.boss.by.id])
    task = next(one for one in site.boss.get("/api/v1/tasks")["tasks"] if one["run"] == run)
    assert (task["kind"], task["app"], task["step"], task["record"]) == ("approve", "wholesale_crm", "ok", told["record"])
    at = f"/api/v1/tasks/{task['id']}/answer"
    site.member.ask("POST", at, {"how": "approve"}, 403)
    assert site.boss.ask("POST", at, {"how": "done"}, 422)["errors"][0]["code"] == "answer_how"
    assert site.boss.ask("POST", at, {"how": "refuse"}, 422)["errors"][0]["code"] == "answer_opinion"
    assert site.boss.ask("POST", at, {"how": "approve", "opinion": "好"}) == {"id": task["id"], "state": "approved"}
    site.boss.ask("POST", at, {"how": "approve"}, 409)
    work(site)
    told = site.boss.get(f"{FLOWS}/ask_boss/runs/{run}")
    assert told["state"] == "done" and told["places"] == [] and any(line["by"] == site.boss.by.id and line["text"] for line in told["log"])
    assert run not in [one["run"] for one in site.boss.get("/api/v1/tasks")["tasks"]]


def test_runs_are_listed_by_state_and_record_page_by_page(site: Installation) -> None:
    records = [site.boss.make(name=f"n{n}", mobile=f"138061310{n:02}")["id"] for n in range(32)]
    runs = site.boss.ask("POST", f"{FLOWS}/mine/runs", {"records": records})["runs"]
    work(site)
    first = site.boss.get(f"{FLOWS}/mine/runs", state="done")
    rest = site.boss.get(f"{FLOWS}/mine/runs", state="done", before=first["next"])
    assert [one["id"] for one in [*first["runs"], *rest["runs"]]] == sorted(runs, reverse=True) and rest["next"] is None
    only, = site.boss.get(f"{FLOWS}/mine/runs", record=records[3])["runs"]
    assert (only["record"], only["workflow"], only["by"], only["why"]) == (records[3], "mine", site.boss.by.id, [])
    assert site.boss.get(f"{FLOWS}/mine/runs", state="failed")["runs"] == []
    site.boss.ask("GET", f"{FLOWS}/mine/runs?state=odd", status=422)


def test_a_stuck_run_is_tried_again_passed_over_or_ended(site: Installation) -> None:
    run = begun(site, "broken", "13806130002")
    at = f"{FLOWS}/broken/runs/{run}"
    told = site.boss.get(at)
    assert told["state"] == "failed" and told["why"][0]["message"] and told["places"][0]["state"] == "failed"
    assert site.boss.ask("POST", f"{at}/retry")["state"] == "open"
    work(site)
    site.boss.ask("POST", f"{at}/skip", {"place": 999_999}, 409)
    site.boss.ask("POST", f"{at}/skip", {"place": site.boss.get(at)["places"][0]["id"]})
    work(site)
    assert site.boss.get(at)["state"] == "done"
    site.boss.ask("POST", f"{at}/retry", status=409)
    other = begun(site, "broken", "13806130003")
    assert site.boss.ask("POST", f"{FLOWS}/broken/runs/{other}/cancel")["state"] == "stopped"
    site.boss.ask("POST", f"{FLOWS}/broken/runs/{other}/cancel", status=409)
    site.boss.ask("GET", f"{FLOWS}/mine/runs/{run}", status=404)  # another workflow's


def test_who_may_press_may_begin_and_nobody_else_sees_runs(site: Installation) -> None:
    own = site.member.make(name="own", mobile="13806130004")["id"]
    theirs = site.boss.make(name="theirs", mobile="13806130005")["id"]
    assert len(site.member.ask("POST", f"{FLOWS}/ask_boss/runs", {"records": [own, theirs]})["runs"]) == 1  # the other is not hers to see
    for key in ("mine", "nothing"):
        assert site.member.ask("POST", f"{FLOWS}/{key}/runs", {"records": [own]}, 404)["errors"][0]["code"] == "press_not_there"
    site.member.ask("POST", f"{FLOWS}/inner/runs", {"records": [own]}, 403)
    assert len(site.boss.ask("POST", f"{FLOWS}/inner/runs", {"records": [own]})["runs"]) == 1
    for method, url in (("GET", "runs"), ("GET", "runs/1"), ("POST", "runs/1/retry"), ("POST", "runs/1/cancel")):
        site.member.ask(method, f"{FLOWS}/mine/{url}", status=403)
    site.member.ask("POST", f"{FLOWS}/mine/runs/1/skip", {"place": 1}, 403)
    for wrong in ({}, {"records": []}, {"records": ["1"]}, {"records": [own], "by": 1}):
        site.boss.ask("POST", f"{FLOWS}/mine/runs", wrong, 422)
    without = site.boss.client.post(f"{FLOWS}/mine/runs", json={"records": [own]})
    assert without.status_code == 401


def test_a_workflow_is_laid_down_refused_mended_and_published(site: Installation) -> None:
    at = f"{PARTS}/workflow/drawn"
    bad = body("drawn", {"type": "changed", "fields": ["never"]}, {"key": "a", "type": "stop"})
    draft = site.boss.ask("PUT", f"{at}/draft", {"body": bad})
    assert [(one["path"], one["code"]) for one in draft["problems"]] == [("trigger.fields[0]", "no_such_field")]
    assert site.boss.ask("POST", f"{at}/publish", {}, 422)["errors"][0]["path"].endswith("trigger.fields[0]")
    site.boss.ask("GET", at, status=404)
    site.boss.ask("PUT", f"{at}/draft", {"body": body("drawn", {"type": "created"}, {"key": "a", "type": "no_such_step"})})
    site.boss.ask("POST", f"{at}/publish", {}, 422)
    good = body("drawn", {"type": "changed", "fields": ["name"]}, {"key": "a", "type": "stop"})
    site.boss.ask("PUT", f"{at}/draft", {"body": good})
    assert site.boss.ask("POST", f"{at}/publish", {})["version"] == 1
    assert site.boss.get(at)["body"] == good and any(one["key"] == "drawn" for one in site.boss.get(PARTS)["definitions"])
    site.member.ask("PUT", f"{at}/draft", {"body": good}, 403)


def test_my_tasks_come_page_by_page_and_a_follow_up_is_done(site: Installation) -> None:
    todo = {"key": "call", "type": "todo", "who": [{"role": "administrator"}], "title": {"zh": "回访", "en": "Call"}}
    publish(site, body("calls", {"type": "button"}, todo))
    for n in range(3):
        begun(site, "calls", f"1380613002{n}")
    first = site.boss.get("/api/v1/tasks", limit=2)
    rest = site.boss.get("/api/v1/tasks", cursor=first["next"])
    ids = [one["id"] for one in [*first["tasks"], *rest["tasks"]]]
    assert len(first["tasks"]) == 2 and len(set(ids)) == len(ids) and ids == [one["id"] for one in site.boss.get("/api/v1/tasks")["tasks"]]
    task = next(one for one in first["tasks"] + rest["tasks"] if one["step"] == "call")
    assert task["title"] == "回访" and site.boss.ask("POST", f"/api/v1/tasks/{task['id']}/answer", {"how": "done"}) == {"id": task["id"], "state": "done"}
    site.boss.ask("POST", "/api/v1/tasks/999999/answer", {"how": "done"}, 404)
    assert site.boss.ask("GET", "/api/v1/tasks?cursor=x", status=422)["errors"][0]["path"] == "cursor"
    assert site.member.get("/api/v1/tasks") == {"tasks": [], "next": None}


def test_a_task_tells_nothing_of_a_record_that_is_not_the_askers_to_see(site: Installation) -> None:
    todo = {"key": "secret", "type": "todo", "who": [{"role": "member"}], "title": {"zh": "回访 {name}", "en": "Call {name}"}}
    publish(site, body("hushed", {"type": "button"}, todo))
    made = [site.member.make(name=name, mobile=mobile) for name, mobile in (("Suzhou", "13806130031"), ("Nanjing", "13806130032"))]
    records = [one["id"] for one in made]
    site.boss.ask("POST", f"{FLOWS}/hushed/runs", {"records": records})
    work(site)

    def titles() -> dict[int, str]:
        return {one["record"]: one["title"] for one in site.member.get("/api/v1/tasks")["tasks"]}

    assert titles() == dict(zip(records, ("Call Suzhou", "Call Nanjing"), strict=True))
    site.boss.ask("PATCH", f"{CUSTOMERS}/{records[1]}", {"values": {"owner": site.boss.by.id}, "version": made[1]["version"]})
    assert titles() == {records[0]: "Call Suzhou", records[1]: ""}
