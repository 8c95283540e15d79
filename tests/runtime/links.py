"""Customers with contacts, and orders whose contact must be one of the order's customer: links that offer only some records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.crm import CUSTOMER, ORDER, TEXT, field, form, one, words

LINK = {"type": "integer", "minimum": 1}
SAME = one({"field": "customer", "operator": "=", "valueSource": "field", "value": "$own.customer"})
FIRMS = one({"field": "kind", "operator": "=", "value": "enterprise"})


def link(label: str, to: str, inverse: str, **more: Any) -> dict[str, Any]:
    return field("link", label, LINK, form=to, inverse=inverse, inverse_label=words(f"{label}们", inverse), **more)


CONTACT = form("contact", "name", {
    "name": field("text", "姓名", TEXT),
    "customer": link("所属客户", "customer", "contacts"),
}, ["name"])


def sale(contact_only: Mapping[str, Any] = SAME, customer_only: Mapping[str, Any] = FIRMS) -> dict[str, Any]:
    """An order with a contact; which customers and contacts it offers."""
    return form("order", "number", {
        "number": field("text", "订单号", TEXT),
        "customer": link("客户", "customer", "orders", only=dict(customer_only)),
        "contact": link("联系人", "contact", "orders", only=dict(contact_only)),
        "amount": ORDER["properties"]["amount"],
        "on": ORDER["properties"]["on"],
    }, ["number"])


BODIES = [("form", CUSTOMER), ("form", CONTACT), ("form", sale())]
BODIES[0] = ("form", {**CUSTOMER, "properties": {key: node for key, node in CUSTOMER["properties"].items() if key not in ("code", "tags")}})
BODIES[0][1]["x-fenzu"] = {**CUSTOMER["x-fenzu"], "layout": [{"key": "main", "items": [{"field": key} for key in BODIES[0][1]["properties"]]}]}
