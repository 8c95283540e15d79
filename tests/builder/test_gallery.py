"""The gallery: found, installed by a job that resumes or leaves nothing, cleared of samples, taken away."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from builder.gallery import catalogue, install, samples, shelf
from builder.gallery import job as installing
from runtime.accounts import audit
from runtime.clock import AsOf, now
from runtime.commands import change, comments
from runtime.jobs import queue
from runtime.records import entry
from runtime.records.act import acting
from runtime.storage import system_tables as tables
from tests.web import Site, visible

KEYS = ["wholesale", "retail", "community"]


def put(site: Site, key: str = "wholesale", lang: str = "zh", sample: bool = True) -> int:
    with site.database.write() as conn:
        return queue.put(
            conn, installing.INSTALL, {"template": key, "lang": lang, "sample": sample}, by=site.actor().by
        )


def installed(site: Site, key: str = "wholesale", lang: str = "zh", sample: bool = True) -> str:
    """The key of a freshly installed app."""
    job = put(site, key, lang, sample)
    site.jobs()
    with site.database.read() as conn:
        row = queue.get(conn, job)
    assert row.state == "done", row.problems
    return str(row.value["app"])


def counts(site: Site, app: str) -> dict[str, int]:
    """Live records by form."""
    with site.database.read() as conn:
        found = site.fenzu.live.app(conn, app)
        mains = {key: live.tables.main for key, live in found.forms.items()}
        return {
            key: conn.execute(sa.select(sa.func.count()).where(main.c.deleted_at.is_(None))).scalar_one()
            for key, main in mains.items()
        }


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("key", KEYS)
def test_installs_whole_in_both_languages(site: Site, key: str, lang: str) -> None:
    template, app = catalogue.read(key), installed(site, key, lang)
    assert counts(site, app) == {
        form.key: template.count(lang, form.key) for form in sorted(template.forms, key=lambda f: f.position)
    }
    with site.database.read() as conn:
        found = site.fenzu.live.app(conn, app)
        assert next(iter(found.forms)) == template.first.key
        assert {item.state for item in found.groupings.values()} == {"ready"}
        code = found.code_of(template.first.key)
        assert code is not None
        column = found.form(code.form).tables.column(code.field)
        assert conn.execute(sa.select(sa.func.count()).where(column.is_(None))).scalar_one() == 0


def test_without_samples(site: Site) -> None:
    app = installed(site, sample=False)
    assert set(counts(site, app).values()) == {0}
    with site.database.read() as conn:
        assert conn.execute(sa.select(tables.app.c.sample)).scalar_one() is None
        assert next(line.act for line in audit.page(conn)) == "template_installed"


def test_twice_gets_a_number(site: Site) -> None:
    first, second = installed(site, sample=False), installed(site, sample=False)
    with site.database.read() as conn:
        names = [site.fenzu.live.app(conn, key).label["zh"] for key in (first, second)]
    assert names == ["批发分销客户管理", "批发分销客户管理 2"]


def test_a_killed_install_goes_on(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    job, filled, fill = put(site), [], install.fill

    def once(*given, **named):  # type: ignore[no-untyped-def]
        filled.append(given[6])
        if len(filled) == 3:
            raise RuntimeError("the lights went out")
        return fill(*given, **named)

    monkeypatch.setattr(install, "fill", once)
    site.jobs()
    with site.database.write() as conn:
        row = queue.get(conn, job)
        assert row.state == "waiting" and list(row.saved["refs"]) == filled[:2]
        conn.execute(tables.job.update().values(run_at=row.at))
    site.jobs()
    assert filled == [*filled[:3], *filled[2:3], *filled[4:]] and len(set(filled)) == 5
    template = catalogue.read("wholesale")
    assert sum(counts(site, "wholesale_crm").values()) == sum(
        template.count("zh", form) for form in template.samples("zh")
    )


def test_a_stopped_install_leaves_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    job, fill = put(site), install.fill

    def stop(*given, **named):  # type: ignore[no-untyped-def]
        made = fill(*given, **named)
        with site.database.write() as conn:
            queue.cancel(conn, site.actor(), job)
        return made

    monkeypatch.setattr(install, "fill", stop)
    site.jobs()
    with site.database.read() as conn:
        assert queue.get(conn, job).state == "cancelled"
        assert conn.execute(sa.select(sa.func.count()).select_from(tables.app)).scalar_one() == 0
        assert conn.execute(sa.select(sa.func.count()).select_from(tables.history)).scalar_one() == 0


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("key", KEYS)
def test_today_begins_with_a_days_work(site: Site, key: str, lang: str) -> None:
    template, app, boss = catalogue.read(key), installed(site, key, lang), site.person()
    late, today = ([row["title"] for row in template.tasks(lang) if row["due"].startswith(start)] for start in ("@-", "@0"))
    shown = visible(boss.text("/today"))
    assert late and len(today) >= 4 and all(title in shown for title in late + today)
    with acting(site.database, site.fenzu.live, app, site.actor()) as act:
        samples.clear(act, keep_changed=False)
    shown = visible(boss.text("/today"))
    assert not [title for title in late + today if title in shown]


def test_without_samples_there_is_nothing_to_do(site: Site) -> None:
    installed(site, sample=False)
    with site.database.read() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(tables.task)).scalar_one() == 0


def test_an_install_killed_at_its_very_end_reminds_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    job, finish = put(site), installing._finish

    def late(*given):  # type: ignore[no-untyped-def]
        finish(*given)
        raise RuntimeError("the lights went out")

    monkeypatch.setattr(installing, "_finish", late)
    site.jobs()
    with site.database.write() as conn:
        row = queue.get(conn, job)
        assert row.state == "waiting"
        conn.execute(tables.job.update().values(run_at=row.at))
    site.jobs()
    with site.database.read() as conn:
        assert queue.get(conn, job).state == "done" and len(audit.page(conn, act="template_installed")) == 1
        asked = sa.select(sa.func.count()).select_from(tables.task).where(~sa.exists().where(tables.cadence.c.task == tables.task.c.id))
        assert conn.execute(asked).scalar_one() == len(catalogue.read("wholesale").tasks("zh"))


@pytest.mark.parametrize("which", ["untouched", "all"])
def test_clearing_samples(site: Site, which: str) -> None:
    app, boss, fenzu = installed(site), site.person(), site.fenzu
    with acting(site.database, fenzu.live, app, site.actor()) as act:
        known = entry.read(act.app.form("customer").form, {"name": "我的第一位客户"}, act.names, whole=False)
        change.change(act, "customer", 1, known, version=None)
        comments.write(act, "customer", 2, "这位像我们的老客户")
    with site.database.read() as conn:
        found = samples.look(conn, fenzu.live.app(conn, app))
    assert (found.total, found.touched) == (sum(counts(site, app).values()), 2)
    assert f"{found.total} 条" in visible(boss.text(f"/apps/{app}/clear"))
    boss.post(f"/apps/{app}/clear", {"which": which})
    assert sum(counts(site, app).values()) == (2 if which == "untouched" else 0)
    assert "已经没有了" in boss.text(f"/apps/{app}/clear")
    with site.database.read() as conn:
        line = audit.page(conn, act="samples_cleared")[0]
    assert "批发分销客户管理" in line.sentence("zh") and line.params["n"] == found.total - 2 * (which == "untouched")


def test_removing_asks_for_the_name_where_much_is_at_stake(site: Site) -> None:
    app, boss = installed(site), site.person()
    page = visible(boss.text(f"/apps/{app}/remove"))
    assert "不能撤销" in page and "841 条记录" in page
    assert boss.post(f"/apps/{app}/remove", {"word": "别的"}).status_code == 422
    assert boss.post(f"/apps/{app}/remove", {"word": "批发分销客户管理"}).status_code == 303
    with site.database.read() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(tables.app)).scalar_one() == 0
        assert audit.page(conn)[0].act == "app_removed"
    small = installed(site, sample=False)
    assert boss.post(f"/apps/{small}/remove").status_code == 303


def test_only_builders(site: Site) -> None:
    app = installed(site, sample=False)
    for path in ("/templates/", "/templates/retail", f"/apps/{app}/remove", f"/apps/{app}/clear"):
        assert site.person("member").get(path).status_code == 403
        assert site.person("builder").get(path).status_code == 200


def test_the_shelf_is_drawn_from_the_documents() -> None:
    at = AsOf(now(), ZoneInfo("Asia/Shanghai"))
    wholesale = catalogue.read("wholesale")
    assert [card.template.key for card in shelf.cards("", "", "zh")] == KEYS
    assert shelf.card(wholesale).bars[0] == ("H", "cheng", 34)
    parts, rest = shelf.code_parts(wholesale, at)
    assert ["".join(part["text"] for part in parts), rest] == ["SPL", "00001"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("零售", ["retail"]),
        ("lingshou", ["retail"]),
        ("PFFX", ["wholesale"]),
        ("community", ["community"]),
        ("报价", ["wholesale"]),
        ("没有的", []),
    ],
)
def test_search(words: str, found: list[str]) -> None:
    assert [card.template.key for card in shelf.cards(words, "", "zh")] == found


def test_from_the_page_into_the_app(site: Site) -> None:
    boss = site.person()
    assert "一键安装" in boss.text("/templates/wholesale")
    assert boss.post("/templates/wholesale/install", {"sample": "1"}).status_code == 303
    assert boss.post("/templates/wholesale/install", {"sample": "1"}).status_code == 303
    with site.database.read() as conn:
        rows = queue.open_jobs(conn, installing.INSTALL)
    assert len(rows) == 1, "a second click starts no second installation"
    assert "正在安装" in boss.text("/templates/wholesale")
    polled = f"/templates/jobs/{rows[0].id}"
    assert "正在安装" in boss.htmx("GET", polled).get_data(as_text=True)
    site.jobs()
    where = boss.htmx("GET", polled).headers["HX-Redirect"]
    assert where == "/a/wholesale_crm/customer/"
    page = boss.text(where)
    assert "装好了，接下来" in page and "清空示例" in page
    boss.get("/templates/welcome/wholesale_crm/people")
    assert "做过了" in boss.text(where)
    boss.htmx("POST", "/templates/welcome/close")
    assert "装好了，接下来" not in boss.text(where)


def test_sample_of_the_install_is_kept_by_form(site: Site) -> None:
    installed(site)
    with site.database.read() as conn:
        kept = json.loads(conn.execute(sa.select(tables.app.c.sample)).scalar_one())
    assert {form: len(ids) for form, ids in kept.items()}["customer"] == 60
