"""Every ready grouping, about every field that it offers to be about: publishable, readable, and right about real customers."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from builder import ready
from builder.option_library import PROVINCE_LETTERS
from builder.publish.apply import publish_set
from runtime.clock import AsOf, now
from runtime.definitions.grouping import Grouping
from runtime.errors import Invalid
from runtime.fields.divisions import divisions
from runtime.groups import preview
from tests.builder.wholesale import Designer, designer, installed
from tests.web import visible

__all__ = ["designer", "installed"]  # fixtures: pytest finds them here by name
ZONE = ZoneInfo("Asia/Shanghai")


def offered(designer: Designer) -> list[tuple[str, str, str]]:
    """The form, the ready grouping and what it is about, for all that the wholesale app allows."""
    app = designer.live()
    return [(form, one.key, value) for form, live in app.forms.items() for one in ready.READY
            for value, _label in ready.candidates(app, live, one)]


def test_every_one_can_be_published_and_asks_something(designer: Designer) -> None:
    every = offered(designer)
    assert {key for form, key, _about in every if form == "customer"} >= {
        "north_south", "areas", "type", "channel", "importance", "lifecycle", "frequency", "rfm", "options"}
    app = designer.live()
    for form, key, about in every:
        live = app.form(form)
        body = ready.make(app, live, key, about, [], 0)
        with designer.site.database.read() as conn:
            draft = preview.Draft(conn, app, Grouping(body), AsOf(now(), ZONE)).impact()
        if body["mode"] == "exclusive":
            assert draft.total == sum(flow.count for flow in draft.flows[None]), key
    with designer.site.database.write() as conn:
        taken = list(app.groupings)
        for form, key, about in {key: each for each in every if (key := each[1])}.values():
            body = ready.make(app, app.form(form), key, about, taken, 9)
            publish_set(conn, app.id, [("grouping", body)], None)
            taken.append(body["key"])


def test_north_and_south_and_the_six_regions_leave_no_province_out() -> None:
    known = {code for code, one in divisions().by_code.items() if code.endswith("0000")}
    assert set(ready.PROVINCES.values()) == known
    assert set(ready.PROVINCES) == set(PROVINCE_LETTERS)
    covered = [f"{code}0000" for *_rest, codes in ready.AREAS for code in codes.split()]
    assert len(covered) == len(set(covered)) and known - set(covered) == {"710000", "810000", "820000"}
    assert all(code in divisions().by_code for code in (*ready.TIER_1, *ready.TIER_NEW))


def test_what_is_not_offered_is_refused(designer: Designer) -> None:
    app = designer.live()
    for key, about in (("age", "name"), ("areas", "no_such"), ("magic", "region"), ("rfm", "orders/x/y"), ("type", ""), ("type", "region")):
        with pytest.raises(Invalid):
            ready.make(app, app.form("customer"), key, about, [], 0)


def test_it_is_chosen_in_the_dialog_and_becomes_a_draft(designer: Designer) -> None:
    said = visible(designer.person.text(f"/build/{designer.live().key}/groupings/-/ready"))
    for name in ("南方和北方", "六大区", "生命周期", "RFM"):
        assert name in said
    sent: dict[str, Any] = {"form": "customer", "ready": "lifecycle", "about": next(v for f, k, v in offered(designer) if (f, k) == ("customer", "lifecycle"))}
    answer = designer.person.post(f"/build/{designer.live().key}/groupings/-/ready", sent)
    assert answer.status_code == 303
    assert "生命周期" in visible(designer.person.text(f"/build/{designer.live().key}/groupings/lifecycle"))
