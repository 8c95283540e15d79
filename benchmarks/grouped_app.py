"""The app of the figures about grouping: customers, orders, a plain twin of the customers, 12 groupings with 50 rules."""

from __future__ import annotations

from typing import Any

from benchmarks import definitions
from benchmarks.definitions import Body, every, leaf, said

TAGS = ("vip", "late", "referred", "wholesale", "sample", "complains")
STATES = ("new", "paid", "sent", "done", "returned")
TRADES = {"food": ("食品", "餐饮", "果业"), "build": ("建材", "五金"), "daily": ("日化", "文具", "服饰")}


def customer(key: str = "customer") -> Body:
    """The customers of the other figures, with tags; under another key it is their plain twin, which nobody groups."""
    made = definitions.customer()
    made["properties"]["tags"] = {
        "type": "array", "uniqueItems": True, "items": {"type": "string"},
        "x-fenzu": {"type": "tags", "label": said("tags")},
    }
    made["x-fenzu"]["layout"][0]["items"].append({"field": "tags"})
    made["x-fenzu"]["key"] = key
    return made


def order() -> Body:
    """Orders with a state besides customer, amount and day."""
    made = definitions.order()
    options = [{"const": key, "x-fenzu": {"label": said(key)}} for key in STATES]
    made["properties"]["state"] = {"oneOf": options, "x-fenzu": {"type": "choice", "label": said("state")}}
    made["x-fenzu"]["layout"][0]["items"].append({"field": "state"})
    return made


def vocabulary() -> Body:
    tags = [{"key": key, "label": said(key), "color": "dian"} for key in TAGS]
    return {"kind": "vocabulary", "format": 1, "key": "habits", "label": said("habits"), "color": "dian", "single": False,
            "ask": False, "tags": tags}


def _days(n: int) -> Body:
    return {"n": n, "unit": "day"}


def _any(*rules: Body) -> Body:
    return {"combinator": "or", "rules": list(rules)}


def _over(fn: str, operator: str, value: Any, days: int = 90, **more: Any) -> Body:
    """A condition on a sum or count over the orders of the last days."""
    where = every(leaf("ordered_on", "inLast", _days(days)))
    of = {} if fn == "count" else {"of": "amount"}
    return leaf("orders", operator, value, agg={"fn": fn, **of, "where": where, **more})


def _bought(mode: str, days: int) -> Body:
    """Whether some or none of the orders were placed in the last days and not returned."""
    inner = every(leaf("ordered_on", "inLast", _days(days)), leaf("state", "!=", "returned"))
    return leaf("orders", "=", inner, match={"mode": mode})


def _grouping(key: str, position: int, rules: dict[str, Body], fallback: str | None = None) -> Body:
    """One group for each rule: exclusive with a fallback, overlapping without."""
    groups = [{"key": f"{key}_{name}", "label": said(name), "color": "dian", "rule": rule} for name, rule in rules.items()]
    made = {"kind": "grouping", "format": 1, "key": key, "form": "customer", "label": said(key), "position": position,
            "mode": "exclusive" if fallback else "overlapping", "groups": groups}
    if fallback:
        groups.append({"key": f"{key}_{fallback}", "label": said(fallback), "color": "mo"})
        made["fallback"] = f"{key}_{fallback}"
    return made


def _kind() -> Body:
    rules = {"firm": every(leaf("kind", "in", ["enterprise", "agency"])), "trade": every(leaf("kind", "=", "wholesale")),
             "shop": every(leaf("kind", "=", "retail"), leaf("active", "=", True))}
    return _grouping("type", 3, rules, "other")


def _credit() -> Body:
    return _grouping("credit", 4, {
        "huge": every(leaf("credit", ">=", 900_000)), "large": every(leaf("credit", "between", [500_000, 900_000])),
        "middle": every(leaf("credit", ">", 100_000)), "blank": every(leaf("credit", "null", None))}, "small")


def _age() -> Body:
    return _grouping("age", 5, {
        "new": every(leaf("since", "inLast", _days(30))), "year": every(leaf("since", "inLast", _days(365))),
        "round": every(leaf("since", "anniversaryInNext", _days(7))),
        "old": every(leaf("since", "olderThan", _days(1_825)))}, "known")


def spending(limit: int = 50_000) -> Body:
    """Sums over the orders of the last 90 days; a test of publishing moves the limit."""
    return _grouping("spending", 6, {
        "top": every(_over("sum", ">=", limit)), "some": every(_over("sum", ">=", 10_000)),
        "little": every(_over("sum", ">", 0))}, "nothing")


def _frequency() -> Body:
    return _grouping("frequency", 7, {
        "often": every(_over("count", ">=", 6)), "now_and_then": every(_over("count", ">=", 2)),
        "once": every(_over("count", "=", 1))}, "never")


def _life() -> Body:
    """Nested: those who buy are parted once more."""
    made = _grouping("life", 8, {
        "buying": every(_bought("some", 60)), "sleepy": every(_bought("some", 365)),
        "lost": every(leaf("orders", ">", 0, agg={"fn": "count"})), "fresh": every(leaf("since", "inLast", _days(120)))}, "potential")
    inner = _grouping("buyer", 0, {"big": every(_over("sum", ">=", 30_000, 60)), "steady": every(_over("count", ">=", 3, 60))}, "usual")
    made["groups"][0] |= {"groups": inner["groups"], "mode": inner["mode"], "fallback": inner["fallback"]}
    return made


def _tagged() -> Body:
    return _grouping("tagged", 9, {"careful": every(leaf("tags", "hasAnyOf", ["late", "complains"])),
                                   "friends": every(leaf("tags", "hasAllOf", ["vip", "referred"]))})


def _trade() -> Body:
    return _grouping("trade", 10, {name: _any(*(leaf("name", "contains", word) for word in words)) for name, words in TRADES.items()}, "rest")


def _focus() -> Body:
    """Groups of other groupings used in rules."""
    return _grouping("focus", 11, {
        "win_back": every(leaf("$group", "in", ["life/life_sleepy", "life/life_lost"]), leaf("credit", ">=", 300_000)),
        "east": every(leaf("$group", "in", ["region/r_e"]), leaf("$group", "notIn", ["type/type_other"]))})


def groupings() -> list[Body]:
    """Twelve, with 50 rules between them."""
    return [definitions.region(), definitions.level(), definitions.interest(), _kind(), _credit(), _age(), spending(),
            _frequency(), _life(), _tagged(), _trade(), _focus()]


def rules(node: Body) -> int:
    """How many rules a grouping has."""
    return sum((1 if "rule" in group else 0) + rules(group) for group in node.get("groups", ()))


def spent() -> Body:
    """The rule that sums over the orders of the last 90 days."""
    return every(_over("sum", ">=", 50_000))


def ten() -> Body:
    """The rule of ten conditions of which the funnel tells the steps."""
    return every(
        leaf("active", "=", True), leaf("kind", "in", ["enterprise", "wholesale", "retail"]), leaf("credit", ">=", 50_000),
        leaf("since", ">=", "2016-01-01"), leaf("region", "notIn", ["110000"]), leaf("name", "doesNotContain", "茶业"),
        leaf("since", "olderThan", _days(30)), leaf("credit", "<", 990_000), leaf("phone", "notNull", None),
        leaf("visited", "notNull", None))
