"""Small definitions from which the tests of the builder begin."""

from __future__ import annotations

from typing import Any

from builder.edits import code, form, grouping, layout, options, properties, vocabulary
from runtime.definitions.whole import Whole, whole

Body = dict[str, Any]


def leaf(field: str, operator: str, value: Any = None) -> Body:
    return {"field": field, "operator": operator} | ({} if value is None else {"value": value})


def rule(*leaves: Body, combinator: str = "and") -> Body:
    return {"combinator": combinator, "rules": list(leaves)}


def customer() -> Body:
    """A customer form: name, code, kind (three options), phone, budget, owner, tags."""
    body = form.new({"zh": "客户", "en": "Customer"}, unit={"zh": "位客户", "en": "customer"})
    body = form.add_field(body, "code").body
    body = form.add_field(body, "choice", label={"zh": "客户类型", "en": "Kind"}).body
    body = options.set_lines(body, "kind", "Enterprise\nPerson\nAgent", "en", None)
    body = form.add_field(body, "phone").body
    body = form.add_field(body, "money", label={"zh": "预算", "en": "Budget"}).body
    body = form.add_field(body, "person", label={"zh": "负责人", "en": "Owner"}).body
    return form.add_field(body, "tags").body


def order() -> Body:
    """An order form that links to a customer, who sees it as `orders`."""
    body = form.new({"zh": "订单", "en": "Order"})
    body = form.add_field(body, "link", label={"zh": "客户", "en": "Customer"}).body
    body = properties.set_link(body, "customer", "customer", ())
    body = form.add_field(body, "money", label={"zh": "金额", "en": "Amount"}).body
    return layout.set_span(body, "customer", True)


def kinds() -> Body:
    """An exclusive grouping by kind, with prefixes and a fallback."""
    body = grouping.new("customer", {"zh": "类型", "en": "Type"})
    for key, letter in (("enterprise", "E"), ("person", "P")):
        body = grouping.add_group(body, {"zh": key, "en": key}).body
        body = grouping.set_prefix(body, key, letter)
        body = grouping.set_rule(body, key, rule(leaf("kind", "=", key)))
    body = grouping.add_group(body, {"zh": "其他", "en": "Other"}).body
    return grouping.set_prefix(grouping.set_fallback(body, "other"), "other", "X")


def codes() -> Body:
    """A code of the kind and a serial."""
    return code.add_segment(code.new("customer", "code", {"zh": "客户编码", "en": "Code"}), {"group": "type"})


def habits() -> Body:
    """A category of two tags."""
    return vocabulary.add_lines(vocabulary.new({"zh": "习惯", "en": "Habit"}), "loyal\nchain", "en")


def app() -> Whole:
    """All of these side by side."""
    return whole(
        [("form", customer()), ("form", order()), ("grouping", kinds()), ("code", codes()), ("vocabulary", habits())]
    )
