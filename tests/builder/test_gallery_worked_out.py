"""What the ready-made apps work out by themselves, on their own samples."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from runtime import clock
from runtime.clock import AsOf
from runtime.records.queries import Query, Reader
from tests.builder.wholesale import Designer, Installed, designer, installed

__all__ = ["designer", "installed"]


def test_customers_know_their_orders_and_orders_what_is_owed(designer: Designer, installed: Installed) -> None:
    app, as_of = designer.live(), AsOf(clock.now(), ZoneInfo("Asia/Shanghai"))
    with designer.site.database.read() as conn:
        customers, orders = (Reader(conn, app, app.form(form), installed.boss, as_of).page(Query(limit=500)).records for form in ("customer", "order"))
    kept = [order.values for order in orders if order.values["status"] != "cancelled"]
    for customer in customers:
        days = [order["ordered_on"] for order in kept if order["customer"] == customer.id]
        assert customer.values["last_order_on"] == max(days, default=None)
    assert sum(customer.values["ordered_year"] for customer in customers) > 100_000
    for order in orders:
        gone = order.values["status"] == "cancelled"
        assert order.values["owed"] == (0 if gone else order.values["amount"] - order.values["paid"])
    assert any(customer.values["credit_code"] for customer in customers)  # logic took nothing from the samples
