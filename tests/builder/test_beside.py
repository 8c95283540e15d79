"""Two designers at one draft: both are merged, a clash is asked about, undo is one's own, and pages that are older still count."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from builder import apps, drafts, revisions, translations
from builder.edits import form, layout, properties
from builder.revisions import Name
from builder.together import Clashed, Stale
from runtime import clock
from runtime.errors import Conflict
from runtime.exchange.workbook_writer import write_xlsx
from runtime.words import Words
from tests.builder.bodies import customer
from tests.web import Person, Site

WHAT = Words("改一下", "Change")
FORM = "/build/kehu/forms/customer"
ANNA, BEN = 1, 2


@pytest.fixture
def app(database):
    with database.write() as conn:
        made = apps.create(conn, {"zh": "客户管理", "en": "CRM"})
        apps.publish_body(conn, made.id, "form", customer(), None)
    return made


class Desk:
    """One designer with a page that shows one revision."""

    def __init__(self, conn: Any, app_id: int, by: int) -> None:
        self.conn, self.app_id, self.by = conn, app_id, by
        self.draft = drafts.open_draft(conn, app_id, "form", "customer", by)

    def do(self, edit: Any, **more: Any) -> drafts.Draft:
        self.draft = drafts.apply(self.conn, self.app_id, "form", "customer", self.draft.seen, edit, WHAT, self.by, **more)
        return self.draft

    def turn(self, way: str) -> drafts.Draft:
        self.draft = getattr(drafts, way)(self.conn, self.app_id, "form", "customer", self.draft.seen, self.by)
        return self.draft

    def label(self, key: str) -> str:
        return str(self.draft.body["properties"][key]["x-fenzu"]["label"]["zh"])


def named(key: str, words: str) -> Any:
    return lambda body: form.rename(body, key, {"zh": words})


def test_two_who_begin_from_what_is_published_are_both_kept(database, app):
    with database.write() as conn:
        anna, ben = Desk(conn, app.id, ANNA), Desk(conn, app.id, BEN)
        anna.do(named("budget", "月预算"))
        ben.do(named("phone", "手机"))
        assert (ben.label("budget"), ben.label("phone")) == ("月预算", "手机")
        added = [desk.do(lambda body: form.add_field(body, "text"), stale=Stale(adds=True)).made for desk in (anna, ben)]
        assert len(set(added)) == 2 and set(added) <= set(ben.draft.body["properties"])


def test_the_same_name_given_twice_is_asked_about_and_nothing_is_written(database, app):
    with database.write() as conn:
        anna, ben = Desk(conn, app.id, ANNA), Desk(conn, app.id, BEN)
        anna.do(named("budget", "甲"))
        with pytest.raises(Clashed) as refused:
            ben.do(named("budget", "乙"))
        assert drafts.open_draft(conn, app.id, "form", "customer") == drafts.replace(anna.draft, before=None)
        (clash,) = refused.value.merged.clashes
        ben.do(named("budget", "乙"), stale=Stale(chosen={clash.key: "mine"}))
        assert ben.label("budget") == "乙"


def test_undo_takes_back_ones_own_and_keeps_what_others_did(database, app):
    with database.write() as conn:
        anna, ben = Desk(conn, app.id, ANNA), Desk(conn, app.id, BEN)
        anna.do(named("budget", "月预算"))
        ben.do(named("phone", "手机"))
        anna.turn("undo")
        assert (anna.label("budget"), anna.label("phone")) == ("预算", "手机")
        assert anna.draft.undo is None and anna.draft.redo is not None
        ben.do(lambda body: layout.move_item(body, "phone", to="top"))
        anna.turn("redo")
        assert (anna.label("budget"), anna.label("phone")) == ("月预算", "手机")
        ben.turn("undo")
        ben.turn("undo")
        assert (ben.label("budget"), ben.label("phone")) == ("月预算", "电话")
        assert ben.draft.undo is None
        ben.turn("redo")
        ben.turn("redo")
        assert ben.label("phone") == "手机" and ben.draft.redo is None
        anna.turn("undo")
        assert ben.label("phone") == anna.label("phone") == "手机"


def test_what_one_took_back_can_be_done_again_although_another_one_went_on(database, app):
    with database.write() as conn:
        anna, ben = Desk(conn, app.id, ANNA), Desk(conn, app.id, BEN)
        for words in ("一", "二", "三"):
            anna.do(named("budget", words))
        anna.turn("undo")
        anna.turn("undo")
        ben.do(named("phone", "手机"))
        assert [anna.turn("redo") and anna.label("budget") for _ in range(2)] == ["二", "三"]
        assert anna.label("phone") == "手机" and anna.turn("redo").redo is None
        assert [anna.turn("undo") and anna.label("budget") for _ in range(3)] == ["二", "一", "预算"]
        assert anna.label("phone") == "手机" and anna.draft.undo is None


def test_undo_says_why_it_cannot(database, app):
    with database.write() as conn:
        anna, ben = Desk(conn, app.id, ANNA), Desk(conn, app.id, BEN)
        anna.do(named("budget", "甲"))
        ben.draft = anna.draft
        ben.do(named("budget", "乙"))
        with pytest.raises(Conflict) as refused:
            anna.turn("undo")
        assert refused.value.problems[0].code == "undo_changed_since"
        assert Desk(conn, app.id, BEN).label("budget") == "乙"


def test_a_page_from_before_somebody_published_goes_on(database, app):
    with database.write() as conn:
        anna, ben = Desk(conn, app.id, ANNA), Desk(conn, app.id, BEN)
        anna.do(named("budget", "月预算"))
        ben.do(lambda body: properties.set_property(body, "phone", "required", True))
        apps.publish_body(conn, app.id, "form", ben.draft.body, ANNA)
        drafts.discard(conn, app.id, "form", "customer")
        ben.do(named("phone", "手机"))
        assert (ben.label("budget"), ben.label("phone")) == ("月预算", "手机")
        assert ben.draft.revision > anna.draft.revision, "no revision means two bodies"


def test_fifty_revisions_are_kept_and_an_older_page_is_told(database, app):
    with database.write() as conn:
        anna, ben = Desk(conn, app.id, ANNA), Desk(conn, app.id, BEN)
        ben.do(named("phone", "手机"))
        for number in range(revisions.MOST):
            anna.do(named("budget", str(number)))
        kept = conn.execute(drafts.sa.select(drafts.sa.func.count()).select_from(revisions.kept)).scalar()
        assert kept == revisions.MOST
        with pytest.raises(Conflict) as refused:
            ben.do(named("owner", "销售"))
        assert refused.value.problems[0].code == "stale_draft"


def test_who_was_here_in_the_last_minutes(site: Site) -> None:
    shop(site)
    other = site.person("builder")
    send(other, "edit", {"act": "add", "kind": "email", "revision": -1})
    name = Name(1, "form", "customer")
    with site.database.read() as conn:
        assert [each.name for each in revisions.beside(conn, name, site.actor().id)] == ["Builder"]
        assert revisions.beside(conn, name, site.actor("builder").id) == []
        assert revisions.beside(conn, name, site.actor().id, clock.now() + timedelta(minutes=11)) == []
    assert "Builder也在改" in site.person().text(f"{FORM}/")
    assert "也在改" not in other.text(f"{FORM}/")


def shop(site: Site) -> None:
    with site.database.write() as conn:
        apps.create_blank(conn, {"zh": "客户", "en": "Kehu"}, site.actor().id)


def send(who: Person, where: str, data: dict[str, Any]) -> Any:
    return who.htmx("POST", f"{FORM}/{where}", {"sel": "", "look": "", **data})


def page_of(who: Person, room: str = "") -> int:
    found = re.search(r'name="revision" value="(-?\d+)"', who.text(f"{FORM}/{room}"))
    assert found
    return int(found[1])


def title(site: Site) -> dict[str, str]:
    with site.database.read() as conn:
        found: dict[str, str] = drafts.open_draft(conn, 1, "form", "customer").body["properties"]["name"]["x-fenzu"]["label"]
    return found


def test_the_bar_says_that_it_was_merged_and_redraws_what_the_other_one_did(site: Site) -> None:
    shop(site)
    seen = page_of(site.person())
    send(site.person("builder"), "edit", {"act": "add", "kind": "email", "revision": seen})
    html = send(site.person(), "edit", {"act": "add", "kind": "date", "revision": seen}).get_data(as_text=True)
    assert "Builder也在改：已合并" in html and 'id="ff-email"' in html and 'id="ff-date"' in html
    again = send(site.person(), "edit", {"act": "add", "kind": "money", "revision": page_of(site.person())})
    assert "已合并" not in again.get_data(as_text=True)


def test_the_dialog_says_who_did_what_and_the_answer_settles_it(site: Site) -> None:
    shop(site)
    me, seen = site.person(), page_of(site.person())
    send(site.person("builder"), "edit", {"act": "type", "id": "name", "name": "label.zh", "value": "客户全称", "revision": seen})
    mine = {"act": "type", "id": "name", "name": "label.zh", "value": "<b>单位</b>", "revision": seen}
    asked = send(me, "edit", mine)
    html = asked.get_data(as_text=True)
    assert asked.status_code == 409 and "Builder" in html and "改成「客户全称」" in html and "&lt;b&gt;单位" in html
    (key,) = set(re.findall(r'name="keep:(\w+)"', html))
    assert send(me, "edit", {**mine, f"keep:{key}": "theirs"}).status_code == 200
    assert title(site)["zh"] == "客户全称"
    assert send(me, "edit", {**mine, f"keep:{key}": "mine"}).status_code == 200
    assert title(site)["zh"] == "<b>单位</b>"


def test_the_whole_document_and_a_list_of_texts_are_merged_too(site: Site) -> None:
    shop(site)
    me, seen = site.person(), page_of(site.person(), "json/")
    with site.database.read() as conn:
        body = drafts.open_draft(conn, 1, "form", "customer").body
    send(site.person("builder"), "edit", {"act": "add", "kind": "email", "revision": seen})
    body["properties"]["name"]["x-fenzu"]["label"]["en"] = "Full name"
    assert send(me, "json/edit", {"text": json.dumps(body), "revision": seen}).status_code == 200
    assert title(site)["en"] == "Full name"
    send(site.person("builder"), "translate/edit", {"act": "text-type", "id": "x-fenzu.label", "name": "en", "value": "Client", "revision": seen})
    with site.database.read() as conn:
        merged = drafts.open_draft(conn, 1, "form", "customer").body
    assert "email" in merged["properties"] and merged["x-fenzu"]["label"]["en"] == "Client"
    body["x-fenzu"]["label"]["en"] = "Buyer"
    asked = send(me, "json/edit", {"text": json.dumps(body), "revision": seen})
    assert asked.status_code == 409 and "表单的名称" not in asked.get_data(as_text=True).split("dialog", 1)[0]
    assert "Buyer" in asked.get_data(as_text=True)


def test_a_list_that_comes_back_never_loses_against_what_was_typed_meanwhile(site: Site, tmp_path: Path) -> None:
    shop(site)
    me, other = site.person(), site.person("builder")
    with site.database.read() as conn:
        rows = [list(row) for row in translations.rows(drafts.open_draft(conn, 1, "form", "customer").body, "zh")]
    rows = [[*row[:2], "客户名单" if row[0] == "x-fenzu.label" else row[2], *row[3:]] for row in rows]
    write_xlsx(tmp_path / "texts.xlsx", translations.COLUMNS, rows, ["text"] * 5)
    looked = me.htmx("POST", f"{FORM}/translate/in", {"file": (io.BytesIO((tmp_path / "texts.xlsx").read_bytes()), "texts.xlsx")}).get_data(as_text=True)
    sent = {name: (re.search(rf'name="{name}" value="([^"]+)"', looked) or ["", ""])[1] for name in ("token", "revision")}
    send(other, "translate/edit", {"act": "text-type", "id": "x-fenzu.label", "name": "zh", "value": "买家", "revision": sent["revision"]})
    asked = send(me, "translate/take", sent)
    html = asked.get_data(as_text=True)
    assert asked.status_code == 409 and "改成「买家」" in html and "改成「客户名单」" in html
    (key,) = set(re.findall(r'name="keep:(\w+)"', html))
    assert send(me, "translate/take", {**sent, f"keep:{key}": "mine"}).status_code == 204
    with site.database.read() as conn:
        assert drafts.open_draft(conn, 1, "form", "customer").body["x-fenzu"]["label"]["zh"] == "客户名单"


def test_one_publishes_only_what_one_has_seen(site: Site) -> None:
    shop(site)
    me, seen = site.person(), page_of(site.person())
    send(me, "edit", {"act": "add", "kind": "date", "revision": seen})
    asked = page_of(me)
    send(site.person("builder"), "edit", {"act": "add", "kind": "email", "revision": asked})
    told = send(me, "publish", {"revision": asked, "note": ""})
    html = told.get_data(as_text=True)
    assert told.status_code == 409 and "Builder刚刚又改了这份草稿" in html
    newest = re.search(r'name="revision" value="(\d+)"', html)
    assert newest
    assert send(me, "publish", {"revision": int(newest[1]), "note": ""}).status_code == 204
