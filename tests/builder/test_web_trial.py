"""The test run's panel over HTTP: whom, the path, the answers, and who may."""

from __future__ import annotations

import pytest

from tests import crm
from tests.crm import Crm
from tests.flows import flow, step, way
from tests.web import Site, visible

URL = "/build/customers/workflows/sort/-/trial"
BIG = crm.one({"field": "size", "operator": ">", "value": 50})


@pytest.fixture
def shop(site: Site) -> tuple[Site, Crm]:
    body = flow("sort", {"type": "created", "when": BIG},
        step("how", "branch", branches=[way("big", step("t", "tag", field="tags", add=["gold"]), step("q", "approve", title=crm.words("同意吗"), who=[{"role": "administrator"}]), when=BIG),
                                        way("rest", step("s", "tag", field="tags", add=["slow"]))]),
        step("v", "set_fields", set=[{"field": "vip", "value": True}]))  # fmt: skip
    return site, crm.running(site, crm.BODIES, body)


def test_the_path_the_question_and_the_answer(shop: tuple[Site, Crm]) -> None:
    site, made = shop
    address = URL.replace("customers", made.key)
    record = made.add("customer", name="苏州沐阳", size=60)
    assert "只是演练" in site.person().htmx("GET", address).get_data(as_text=True)
    first = site.person().htmx("POST", address, {"record": record}).get_data(as_text=True)
    assert "当作同意" in first and "后面的 1 步还没跑" in visible(first) and f'value="{record}" selected' in first
    after = site.person().htmx("POST", address, {"record": record, "answer-q": "approved"}).get_data(as_text=True)
    assert "跑完了" in visible(after) and "还没跑" not in visible(after) and "重点" in visible(after)
    assert 'name="answer-q" value="approved"' in after, "running it again keeps the answers"
    small = made.add("customer", name="小", size=1)
    assert "不符合开始的条件" in visible(site.person().htmx("POST", address, {"record": small}).get_data(as_text=True))


def test_nobody_is_chosen_or_the_record_has_gone(shop: tuple[Site, Crm]) -> None:
    site, made = shop
    address = URL.replace("customers", made.key)
    for record, said in (("", "先选拿谁来试"), ("999", "不在了"), ("x", "先选拿谁来试")):
        answer = site.person().htmx("POST", address, {"record": record})
        assert answer.status_code == 422 and said in answer.get_data(as_text=True)
    assert site.person("member").htmx("POST", address, {"record": "1"}).status_code == 403
