"""Rules as Hypothesis draws them: every operator of every kind, with values on which records really differ."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from runtime.rules.operators import OPERATORS, OPERATORS_OF
from tests.runtime.rules_table import GROUPS, NOW, days

Rule = dict[str, Any]
TEXTS = st.sampled_from(["ann", " ANN", "n", "%", "_", "a_n", "0200", "200", "北京", "strasse", "\\", "zzz"])
NUMBERS = st.sampled_from([0, -5, 10.5, 100, 100.01, 20000, "10.50", 7])
SMALL = st.integers(0, 4)
DAYS = st.one_of(
    st.sampled_from([day for day in days(NOW) if day]),
    st.fixed_dictionaries(
        {"anchor": st.sampled_from(["today", "startOfMonth", "startOfWeek"])},
        optional={"offset": st.integers(-3, 3), "unit": st.sampled_from(["day", "week", "month", "year"])},
    ),
    st.just({"anchor": "endOfMonth"}),
)
SPANS = st.fixed_dictionaries(
    {"n": st.sampled_from([0, 1, 7, 8, 30, 31, 90, 364, 365, 366]), "unit": st.just("day")}
) | st.fixed_dictionaries({"n": st.integers(0, 13), "unit": st.sampled_from(["week", "month", "quarter", "year"])})
VALUES: dict[str, SearchStrategy[Any]] = {
    "name": TEXTS,
    "alias": TEXTS,
    "amount": NUMBERS,
    "paid": NUMBERS,
    "born": DAYS,
    "seen": DAYS,
    "opens": st.sampled_from(["00:00", "08:30", "08:31", "14:05", "23:59"]),
    "term": DAYS,
    "kind": st.sampled_from(["a", "b", "c"]),
    "ok": st.booleans(),
    "agreed": DAYS,
    "files": SMALL,
    "lines": SMALL,
    "owner": st.integers(1, 3),
    "friend": st.sampled_from([1, 5, 6]),
    "tags": st.sampled_from(["a", "b", "c"]),
    "team": st.integers(1, 4),
    "pals": st.sampled_from([1, 5, 6, 7]),
    "spot": st.sampled_from(["31.2304, 121.4737 5 km", "31.2304,121.4737 3公里", "0 179.95 100 km", "-33.8 151.2 20000米", "89.9, 100 12 km", "0,0 20000 km"]),
    "place": st.sampled_from(["110000", "110105", "320000", "320500", "320508", "310000"]),
}
KINDS = {
    "name": "text",
    "alias": "text",
    "amount": "number",
    "paid": "number",
    "born": "date",
    "seen": "datetime",
    "opens": "time",
    "term": "period",
    "kind": "choice",
    "ok": "boolean",
    "agreed": "consent",
    "files": "file",
    "lines": "rows",
    "owner": "person",
    "friend": "link",
    "tags": "many",
    "team": "people",
    "pals": "links",
    "place": "tree",
    "spot": "place",
}
ORDER_FIELDS = ("amount", "born", "kind", "name")


def valued(field: str, operator: str, kind: str | None = None) -> SearchStrategy[Rule]:
    """One operator on one field with a value of the shape it takes."""
    takes, one = OPERATORS[operator].takes, VALUES[field]
    if field == "spot" and "near" not in operator.lower():
        one = st.sampled_from(["bund", "BUND 1", "sydney", "31", "1"])
    base = {"field": st.just(field), "operator": st.just(operator)}
    if takes == "none":
        return st.fixed_dictionaries(base)
    if takes == "span":
        spans = SPANS
        if (kind or KINDS[field]) == "datetime":
            spans = SPANS | st.fixed_dictionaries({"n": st.integers(0, 50), "unit": st.just("hour")})
        elif not operator.startswith(("older", "further")):
            spans = SPANS | st.fixed_dictionaries(
                {"n": st.integers(1, 9), "unit": st.just("day"), "today": st.booleans()}
            )
        return st.fixed_dictionaries({**base, "value": spans})
    size = {"pair": (2, 2), "list": (1, 3)}.get(takes)
    value = st.lists(one, min_size=size[0], max_size=size[1]) if size else one
    return st.fixed_dictionaries({**base, "value": value})


@st.composite
def plain(draw: st.DrawFn, fields: tuple[str, ...] = tuple(KINDS)) -> Rule:
    """A condition on a field of the record itself."""
    field = draw(st.sampled_from(fields))
    return draw(valued(field, draw(st.sampled_from(OPERATORS_OF[KINDS[field]]))))


@st.composite
def two_fields(draw: st.DrawFn) -> Rule:
    first, second = draw(st.sampled_from([("amount", "paid"), ("name", "alias"), ("born", "born"), ("opens", "opens")]))
    operators = ["=", "!=", "<", "<=", ">", ">="]
    if first == "name":
        operators += ["contains", "doesNotContain", "beginsWith", "doesNotBeginWith", "endsWith", "doesNotEndWith"]
    return {"field": first, "operator": draw(st.sampled_from(operators)), "value": second, "valueSource": "field"}


def where() -> SearchStrategy[Rule]:
    return st.fixed_dictionaries(
        {"combinator": st.sampled_from(["and", "or"]), "rules": st.lists(plain(ORDER_FIELDS), min_size=1, max_size=2)},
        optional={"not": st.booleans()},
    )


@st.composite
def aggregate(draw: st.DrawFn) -> Rule:
    """A condition on the orders as a whole."""
    fn = draw(st.sampled_from(["count", "countDistinct", "sum", "avg", "min", "max", "first", "last"]))
    agg: Rule = {"fn": fn}
    if draw(st.booleans()):
        agg["where"] = draw(where())
    of = "amount"
    if fn in ("min", "max"):
        of = draw(st.sampled_from(["amount", "born"]))
    elif fn in ("first", "last", "countDistinct"):
        of = draw(st.sampled_from(ORDER_FIELDS))
    if fn != "count":
        agg["of"] = of
    if fn in ("first", "last"):
        agg["by"] = draw(st.sampled_from(["born", "amount"]))
    counted = fn in ("count", "countDistinct")
    operator = draw(st.sampled_from(OPERATORS_OF["number" if counted else KINDS[of]]))
    leaf = draw(valued("files" if counted else of, operator))
    return {**leaf, "field": "orders", "agg": agg}


@st.composite
def match(draw: st.DrawFn) -> Rule:
    mode = draw(st.sampled_from(["some", "none", "all", "atLeast", "atMost", "exactly"]))
    how: Rule = (
        {"mode": mode} if mode in ("some", "none", "all") else {"mode": mode, "threshold": draw(st.integers(0, 3))}
    )
    return {"field": "orders", "operator": "=", "match": how, "value": draw(where() | plain(ORDER_FIELDS))}


def in_group() -> SearchStrategy[Rule]:
    keys = st.lists(st.sampled_from(GROUPS), min_size=1, max_size=2, unique=True)
    return st.fixed_dictionaries(
        {"field": st.just("$group"), "operator": st.sampled_from(["in", "notIn"]), "value": keys}
    )


def trees(leaves: SearchStrategy[Rule]) -> SearchStrategy[Rule]:
    """Groups of conditions, up to four levels deep."""
    level = leaves
    for _ in range(3):
        group = st.fixed_dictionaries(
            {"combinator": st.sampled_from(["and", "or"]), "rules": st.lists(level, min_size=1, max_size=3)},
            optional={"not": st.booleans()},
        )
        level = leaves | group
    return group


OWN = plain() | two_fields()
ANY = OWN | aggregate() | match() | in_group()
