"""Superiors: chosen without circles, asked by workflows one or more levels up, handed over with the rest of a leaver's."""

from __future__ import annotations

import pytest

from runtime.accounts import people, superiors
from runtime.accounts.actor import Actor
from runtime.errors import Denied, Invalid
from runtime.storage.db import Database
from tests.flows import step
from tests.web import Site, visible
from tests.workflows.approving import AFTER, ASKED, House


@pytest.fixture
def house(database: Database, boss: Actor) -> House:
    return House(database, boss)


def above(house: House, **line: str) -> None:
    """`an="bo"`: bo is an's superior."""
    with house.crm.database.write() as conn:
        for one, other in line.items():
            superiors.keep(conn, house.who["boss"], house.who[one].id, house.who[other].id)


def held(house: House) -> dict[str, str]:
    names = {one.id: name for name, one in house.who.items()}
    with house.crm.database.read() as conn:
        return {names[person]: names[superior] for person, superior in superiors.everyone(conn).items()}


def test_no_circles_no_leavers_and_only_by_administrators(house: House) -> None:
    above(house, an="bo", bo="cai")
    for one, other in (("cai", "an"), ("cai", "cai"), ("bo", "an")):
        with pytest.raises(Invalid, match="superior_circle"):
            above(house, **{one: other})
    with house.crm.database.write() as conn:
        people.deactivate(conn, house.who["boss"], house.who["di"].id)
    with pytest.raises(Invalid, match="superior_left"):
        above(house, an="di")
    with pytest.raises(Denied), house.crm.database.write() as conn:
        superiors.keep(conn, house.who["an"], house.who["an"].id, None)
    assert held(house) == {"an": "bo", "bo": "cai"}
    with house.crm.database.write() as conn:
        superiors.keep(conn, house.who["boss"], house.who["an"].id, None)
    assert held(house) == {"bo": "cai"}


@pytest.mark.parametrize(("up", "asked"), [(1, "cai"), (2, "di"), (3, None)])
@pytest.mark.parametrize("how", ["field", "starter", "person"])
def test_levels_up(house: House, how: str, up: int, asked: str | None) -> None:
    """Above the owner, above who set it off, above somebody: as many levels as there are, else the run says that there is nobody."""
    above(house, boss="cai", cai="di")
    given = {"field": "owner", "starter": True, "person": house.who["boss"].id}[how]
    house.crm.publish(("workflow", {"kind": "workflow", "format": 1, "key": "deal", "form": "customer", "label": {"zh": "d", "en": "d"},
                                    "trigger": {"type": "created"}, "steps": [step("a", "approve", title=ASKED, who=[{how: given, "up": up}]), AFTER]}))
    house.crm.add("customer", name="沐阳", owner=house.who["boss"].id)
    house.flows.work()
    run = house.flows.runs()[-1]
    if asked is None:
        assert run.state == "failed" and run.why is not None and run.why.code == "ask_nobody" and "上" in run.why.params["who"]["zh"]
        above(house, di="an")
        return
    assert house.states() == [f"{asked} open"]
    house.does(asked, "approve")
    assert house.passed() is True


@pytest.mark.parametrize(("to", "wanted"), [
    ("di", {"an": "di", "bo": "cai", "cai": "di"}), ("an", {"an": "di", "cai": "an", "bo": "cai"}), ("cai", {"an": "cai", "cai": "di", "bo": "cai"})])
def test_handed_over(house: House, to: str, wanted: dict[str, str]) -> None:
    """boss leaves, below whom an and cai stand and above whom di; who takes over stands in that place, and nothing goes round."""
    above(house, an="boss", cai="boss", bo="cai", boss="di")
    with house.crm.database.write() as conn:
        assert superiors.below(conn, house.who["boss"].id) == 2
        superiors.hand_over(conn, house.who["boss"].id, house.who[to].id)
    assert {one: other for one, other in held(house).items() if one != "boss"} == wanted


def test_the_page(site: Site) -> None:
    boss, member = site.person(), site.person("member")
    me, other = site.actor().id, site.actor("member").id
    assert member.get(f"/settings/people/{other}/superior/").status_code == 403
    assert "没有上级" in boss.text(f"/settings/people/{other}/superior/")
    boss.post(f"/settings/people/{other}/superior/", data={"superior": str(me)})
    assert "上级：" in visible(boss.text("/settings/people"))
    refused = boss.post(f"/settings/people/{me}/superior/", data={"superior": str(other)})
    assert refused.status_code == 422 and "不能当上级" in refused.text
    assert "是这些人的上级" in visible(boss.text(f"/settings/people/{me}/hand-over/"))
    boss.post(f"/settings/people/{other}/superior/", data={"superior": ""})
    assert "上级：" not in visible(boss.text("/settings/people"))
