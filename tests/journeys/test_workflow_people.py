"""Somebody names a colleague in a workflow: the box says what it is for, offers names only, and whom one chose stands in the card."""

from __future__ import annotations

from playwright.sync_api import expect

from builder import apps
from builder.publish.apply import publish_set
from tests import crm
from tests.flows import flow, step
from tests.journeys.conftest import Browse, Server
from tests.journeys.steps import enter, go


def test_a_colleague_is_chosen_by_name(server: Server, browse: Browse) -> None:
    boss = server.site.set_up()
    case = {"value": "person", "who": [{"role": "builder"}]}
    with server.site.database.write() as conn:
        app = apps.create(conn, crm.words("客户", "Customers"))
        publish_set(conn, app.id, [*crm.BODIES, flow("tell", {"type": "created"}, step("told", "notify", who=[{"role": "builder"}], text=crm.words("好", "Good")),
                                                     step("given", "assign", field="owner", way="case", by="kind", cases=[case], standin=[{"role": "administrator"}]))], boss.by, "")  # fmt: skip
    page = browse("zh")
    enter(page, "zh")
    go(page, "/build/customers/workflows/tell")
    for at, button in (("told", "#c-who"), ("given", "#c-cases-0")):
        page.locator(f"#card-{at}").click()
        page.locator(button).click()
        box = page.locator(f"{button}-person-ts-control")
        expect(box).to_have_attribute("placeholder", "找人")
        box.click()
        found = page.locator(".ts-dropdown:visible [role=option]")
        expect(found).to_have_text(["王敏"])
        found.click()
        expect(page.locator("#drawer .fz-flow-who", has_text="王敏")).to_have_count(1)
    expect(page.locator("#card-told")).to_contain_text("王敏")
    expect(page.locator("#toasts")).not_to_contain_text("undefined")
