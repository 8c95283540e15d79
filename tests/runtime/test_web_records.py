"""Pages of records: what people type wrong is told at its field and kept; what is not theirs is not there."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import pytest

from runtime.records.queries import Query
from tests.crm import BODIES, CUSTOMER, Crm, one, running, words
from tests.shared import shared
from tests.web import Person, Site, visible

ROLE = {"kind": "role", "format": 1, "key": "member", "label": words("成员"), "can": {"records": ["create", "change", "remove", "export"]},
        "rows": {"customer": one({"field": "owner", "operator": "=", "value": "$me"})}}
UNIQUE = {**CUSTOMER, "properties": {**CUSTOMER["properties"], "name": {
    **CUSTOMER["properties"]["name"], "x-fenzu": {**CUSTOMER["properties"]["name"]["x-fenzu"], "unique": "block"}}}}


@pytest.fixture
def crm(site: Site) -> Crm:
    """The small system inside a running application, whose members see their own customers only."""
    return running(site, BODIES, ("role", ROLE))


def url(crm: Crm, rest: str = "") -> str:
    return f"/a/{crm.key}/customer/{rest}"


def typed(**values: Any) -> dict[str, Any]:
    return {"name": "苏州沐阳", "size": "", "since": "", **values}


@pytest.mark.parametrize(("wrong", "field", "said"), [
    ({"name": ""}, "name", "请填写客户名称"),
    ({"name": "长" * 10_000}, "name", "最多"),
    ({"since": "2026-02-30"}, "since", ""),
    ({"size": "很多"}, "size", ""),
    ({"kind": "nobody"}, "kind", ""),
])
def test_what_is_wrong_is_told_at_its_field_and_kept(site: Site, crm: Crm, wrong: dict[str, str], field: str, said: str) -> None:
    boss = site.person()
    answer = boss.post(url(crm), typed(**wrong))
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    message = re.search(rf'id="f-{field}-error">(.*?)</div>', html, re.DOTALL)
    assert message and said in visible(message.group(1)) and visible(message.group(1)).strip()
    for key, value in typed(**wrong).items():
        if value and key != "kind":
            assert value in html
    with site.database.read() as conn:
        assert crm.list(conn, None) == set()


def test_a_new_customer_gets_groups_and_a_code_on_its_page(site: Site, crm: Crm) -> None:
    boss = site.person()
    answer = boss.post(url(crm), typed(kind="enterprise", size="80", tags=["gold"]))
    assert answer.status_code == 303
    page = boss.text(answer.headers["Location"])
    assert "苏州沐阳" in page and "0001" in page and ">mid</span>" in page
    assert "苏州沐阳" in boss.text(url(crm)) and "苏州沐阳" in boss.text(url(crm, "?q=muyang"))
    assert "苏州沐阳" not in boss.text(url(crm, "?q=nobody"))


def test_a_value_that_is_taken_names_who_has_it(site: Site, crm: Crm) -> None:
    crm.publish(("form", UNIQUE))
    boss = site.person()
    assert boss.post(url(crm), typed()).status_code == 303
    answer = boss.post(url(crm), typed(name=" 苏州沐阳 "))
    assert answer.status_code == 422 and "已经有了" in answer.get_data(as_text=True)


def test_two_people_editing_one_record(site: Site, crm: Crm) -> None:
    record = crm.add("customer", name="甲", size=1)
    boss = site.person()
    assert boss.post(url(crm, str(record)), {"name": "乙", "size": "1", "version": 1}).status_code == 303
    answer = boss.post(url(crm, str(record)), {"name": "丙", "size": "7", "version": 1})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "丙" in html and "乙" in html and 'name="version" value="2"' in html
    assert boss.post(url(crm, str(record)), {"name": "丙", "size": "7", "version": 2}).status_code == 303


def test_a_member_sees_and_touches_own_records_only(site: Site, crm: Crm) -> None:
    member = site.person("member")
    other = crm.add("customer", name="不是他的", owner=site.actor().id)
    own = crm.add("customer", name="他自己的", owner=site.actor("member").id)
    listed = member.text(url(crm))
    assert "他自己的" in listed and "不是他的" not in listed
    for rest in (f"{other}", f"{other}/edit", f"{other}/history", f"{other}/cell/name"):
        assert member.get(url(crm, rest)).status_code == 404
    assert member.post(url(crm, str(other)), {"name": "x"}).status_code == 404
    assert member.post(url(crm, "remove"), {"id": [other]}).status_code == 303
    with site.database.read() as conn:
        assert crm.list(conn, None) == {own, other}
    assert "不是他的" not in member.text(url(crm, "find/records?q="))
    assert "1" in visible(member.text(url(crm, "counts"))) and "2" not in visible(member.text(url(crm, "total")))
    assert member.get(url(crm, "import/")).status_code == 403


def test_removed_records_wait_and_come_back(site: Site, crm: Crm) -> None:
    record = crm.add("customer", name="甲")
    boss = site.person()
    boss.post(url(crm, "remove"), {"id": [record]})
    assert boss.get(url(crm, str(record))).status_code == 404
    assert "甲" in boss.text(url(crm, "bin"))
    boss.post(url(crm, "restore"), {"id": [record]})
    assert "甲" in boss.text(url(crm, str(record)))


def test_filters_say_what_they_do_and_broken_ones_do_no_harm(site: Site, crm: Crm) -> None:
    crm.add("customer", name="甲", size=1)
    boss = site.person()

    def listed(*leaves: Any) -> str:
        return boss.text(url(crm, "?" + "&".join(f"f={quote(json.dumps(leaf))}" for leaf in leaves)))

    assert "甲" in listed({"field": "size", "operator": "<", "value": 5})
    assert "甲" not in visible(listed({"field": "size", "operator": ">", "value": 5})).replace("甲、", "")
    for broken in ({"field": "gone", "operator": "=", "value": 1}, {"field": "size"}, [], {"field": "size", "operator": "=", "value": {}},
                   {"field": "size", "operator": "between", "value": [1]}, {"rules": []}):
        answer = boss.get(url(crm, f"?f={quote(json.dumps(broken))}"))
        assert answer.status_code in (200, 422)
    for rest in ("?sort=gone", "?after=%%%", "?after=WzFd", "?view=gone", "?g=gone/x", "?cols=gone,,", "?sort=-tags"):
        assert boss.get(url(crm, rest)).status_code in (200, 404, 422), rest


def test_adding_a_filter(site: Site, crm: Crm) -> None:
    crm.add("customer", name="甲", size=60)
    boss = site.person()
    assert "filter" in boss.text(url(crm, "find/filter"))
    for field in ("name", "kind", "size", "since", "vip", "tags", "owner", "$created_at"):
        assert boss.get(url(crm, f"find/filter?field={quote(field)}")).status_code == 200
    answer = boss.post(url(crm, "find/filter"), {"field": "size", "operator": ">", "value": "50"})
    assert answer.status_code == 303 and "甲" in boss.text(answer.headers["Location"])
    assert boss.post(url(crm, "find/filter"), {"field": "size", "operator": ">", "value": "viele"}).status_code == 422
    assert boss.post(url(crm, "find/filter"), {"field": "size", "operator": ">", "value": ""}).status_code == 422


def test_cells_pins_tags_and_fields_of_many(site: Site, crm: Crm) -> None:
    ids = crm.add_many("customer", [{"name": f"n{n}", "size": n} for n in range(4)])
    boss = site.person()
    assert "n0" in boss.text(url(crm, f"{ids[0]}/cell/size"))
    assert boss.htmx("POST", url(crm, f"{ids[0]}/cell/size"), {"size": "99", "version": 1}).status_code == 204
    assert boss.htmx("POST", url(crm, f"{ids[0]}/cell/size"), {"size": "x"}).status_code == 422
    assert boss.post(url(crm, "together/tags/tags"), {"id": ids, "on": ["gold"]}).status_code == 204
    assert boss.post(url(crm, "together/fields"), {"id": ids, "field": "kind", "kind": "agent"}).status_code == 204
    assert boss.post(url(crm, "together/groups"), {"id": ids[1:2], "group": "level/high", "keep": "in", "reason": ""}).status_code == 422
    assert boss.post(url(crm, "together/groups"), {"id": ids[1:2], "group": "level/high", "keep": "in", "reason": "老客户", "until": "2030-02-31"}).status_code == 422
    assert boss.post(url(crm, "together/groups"), {"id": ids[1:2], "group": "level/high", "keep": "in", "reason": "老客户"}).status_code == 204
    with site.database.read() as conn:
        records = crm.reader(conn).page(Query()).records
        assert {record.values["kind"] for record in records} == {"agent"} and all(record.values["tags"] == ["gold"] for record in records)
    assert "老客户" in boss.text(url(crm, str(ids[1])))


def test_naughty_texts_stay_text(site: Site, crm: Crm) -> None:
    """Whatever is typed as a name is stored and shown as text, or refused in words."""
    boss = site.person()
    payloads = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "=1+1", "'; DROP TABLE r_2; --", "{{ 7*7 }}", "\u202eevil"]
    payloads += json.loads(shared("data/suites/blns/blns.json").read_text("utf-8"))[:120]
    for text in payloads:
        answer = boss.post(url(crm), typed(name=text))
        assert answer.status_code in (303, 422), text
        if answer.status_code == 303:
            page = boss.text(answer.headers["Location"])
            assert "<script>alert" not in page and "<img src=x" not in page and "49" not in visible(page)[:40]
    assert boss.get(url(crm)).status_code == 200


def test_an_ended_session_leads_back(site: Site, crm: Crm) -> None:
    visitor = site.visitor("zh")
    answer = visitor.post(url(crm), typed())
    assert answer.status_code == 303 and "/sign-in" in answer.headers["Location"]
    fragment: Person = site.visitor("zh")
    assert "/sign-in" in fragment.htmx("GET", url(crm)).headers["HX-Redirect"]
