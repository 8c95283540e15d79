"""A rule as the designer draws it: boxes, rows of tokens, what is missing, and what is new since publishing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from builder.web import rules_past
from builder.web.rules_editors import Editor, editor_of
from builder.web.rules_scope import Leaf, Scope
from builder.web.rules_values import functions_for, moment_of
from runtime.messages import say
from runtime.rules.check import check_rule
from runtime.rules.operators import OPERATORS, Operator
from runtime.rules.past import SIDES
from runtime.rules.shape import is_group, listed, under
from runtime.words import Words, read

FUNCTIONS = {
    "count": Words("数量", "number"),
    "sum": Words("合计", "total"),
    "avg": Words("平均", "average"),
    "max": Words("最大", "highest"),
    "min": Words("最小", "lowest"),
    "countDistinct": Words("有几种", "how many different"),
    "first": Words("第一次", "first"),
    "last": Words("最近一次", "latest"),
}
IN_TIME = {
    "max": Words("最近一次", "latest"),
    "min": Words("最早一次", "earliest"),
    "first": Words("按顺序第一", "first by order"),
    "last": Words("按顺序最后", "last by order"),
}
MODES = {
    "some": Words("至少有一条符合", "some fit"),
    "none": Words("没有一条符合", "none fits"),
    "all": Words("每条都符合", "all fit"),
    "atLeast": Words("至少几条符合", "at least"),
    "atMost": Words("至多几条符合", "at most"),
    "exactly": Words("正好几条符合", "exactly"),
}


@dataclass
class Sum:
    """The parts of a condition on related records."""

    label: str
    icon: str
    fn: str
    of: str
    functions: list[tuple[str, str]]
    fields: list[tuple[str, str]]
    by: str
    orders: list[tuple[str, str]]
    moment: str
    span: Node | None
    where: list[Node]
    combinator: str
    where_path: str
    form: str


@dataclass
class Node:
    """A condition, or a box of them (`parts`), at a path of the rule."""

    path: str
    join: str
    depth: int
    leaf: Leaf
    parts: list[Node] = field(default_factory=list)
    combinator: str = ""
    opposite: bool = False
    problems: list[str] = field(default_factory=list)
    label: str = ""
    icon: str = ""
    operators: list[Operator] = field(default_factory=list)
    operator: str = ""
    editor: Editor = field(default_factory=lambda: Editor("none"))
    sum: Sum | None = None
    mode: str = ""
    threshold: Any = None
    modes: list[tuple[str, str]] = field(default_factory=list)
    fresh: bool = False
    added: bool = False
    was: str = ""
    counted: bool = True
    comparable: bool = False
    sides: list[tuple[str, Node]] = field(default_factory=list)
    form: str = ""
    follows_box: bool = False

    @property
    def id(self) -> str:
        """Its path as the end of an element's id."""
        return spot(self.path)

    @property
    def home(self) -> str:
        """The rule that it may be moved about in: the whole one, or the one about the related records."""
        return home_of(self.path)

    @property
    def way(self) -> str:
        """Whether all, any or none of a box's conditions must hold; "" for not all of them."""
        if self.combinator == "or":
            return "none" if self.opposite else "any"
        return "" if self.opposite else "all"

    @property
    def is_group(self) -> bool:
        return bool(self.combinator)

    @property
    def by_field(self) -> bool:
        return self.leaf.get("valueSource") == "field"


class Rows:
    """Draws one rule. `old` is the published one, to mark what is new."""

    def __init__(self, scope: Scope, rule: Any, old: Any) -> None:
        self.rule, self.scope = rule, scope
        self.problems = check_rule(rule, scope.target) if rule else []
        self.old = list(_leaves(old)) if old else []
        self.marks = rule is not None and old is not None

    def root(self) -> Node | None:
        return self._node(self.scope, self.rule, "", "", 1) if self.rule else None

    def _node(self, scope: Scope, part: Any, path: str, join: str, depth: int, counted: bool = True) -> Node:
        if is_group(part):
            combinator = "or" if part.get("combinator") == "or" else "and"
            inner = [
                self._node(scope, one, under(path, at), combinator if at else "", depth + 1, counted)
                for at, one in enumerate(listed(part))
            ]
            for before, after in pairwise(inner):
                after.follows_box = before.is_group
            return Node(
                path, join, depth, part, inner, combinator, part.get("not") is True, self._said(path), counted=counted, form=scope.live.key
            )
        leaf = part if isinstance(part, Mapping) else {}
        node = self._leaf(scope, leaf, path, join, depth, counted)
        self._mark(scope, node)
        return node

    def _leaf(self, scope: Scope, leaf: Leaf, path: str, join: str, depth: int, counted: bool) -> Node:
        name = str(leaf.get("field", ""))
        node = Node(path, join, depth, leaf, problems=self._said(path), counted=counted, form=scope.live.key)
        if "match" in leaf:
            self._match(scope, node, name)
            return node
        if isinstance(leaf.get("agg"), Mapping):
            node.sum = self._sum(scope, leaf, path, depth)
            node.label, node.icon = node.sum.label, node.sum.icon
        elif name == "$group":
            node.label, node.icon = Words("分组", "Group").say(scope.lang), "category"
        else:
            node.label, node.icon = scope.label(name), scope.icon(name)
        node.operators = [OPERATORS[one] for one in scope.operators(leaf)]
        node.operator = str(leaf.get("operator", ""))
        node.editor = editor_of(scope, leaf)
        node.sides = [self._side(scope, node, side, own) for side, own in rules_past.beside(leaf)]
        node.comparable = (
            node.sum is None and name in scope.live.form.fields and node.operator in ("=", "!=", "<", "<=", ">", ">=")
        )
        return node

    def _side(self, scope: Scope, node: Node, side: str, own: Leaf) -> tuple[str, Node]:
        """The word before something that stands beside a length of time, and its controls."""
        word, called = rules_past.WORDS[side]
        made = Node(f"{node.path}.value.{side}", "", node.depth, own, label=called.say(scope.lang), counted=False)
        made.operators = [OPERATORS[one] for one in scope.sides(own)] if side in SIDES else []
        made.operator, made.editor = str(own.get("operator", "")), editor_of(scope, own)
        return word.say(scope.lang) if word else "", made

    def _match(self, scope: Scope, node: Node, name: str) -> None:
        """A condition that some, none or all of the related records fulfil."""
        how = node.leaf["match"] if isinstance(node.leaf["match"], Mapping) else {}
        node.label, node.icon = scope.related_label(name), "link"
        node.mode, node.threshold = str(how.get("mode", "some")), how.get("threshold")
        node.modes = [(key, text.say(scope.lang)) for key, text in MODES.items()]
        far, value = scope.far(name), node.leaf.get("value")
        if far is not None and is_group(value):
            node.parts = [self._node(far, value, f"{node.path}.value", "", node.depth + 1, False)]

    def _sum(self, scope: Scope, leaf: Leaf, path: str, depth: int) -> Sum:
        agg, far, lang = leaf["agg"], scope.far(str(leaf["field"])), scope.lang
        of, fn = str(agg.get("of") or ""), str(agg.get("fn"))
        kind = far.kind(of) if far and of else None
        names = {**FUNCTIONS, **IN_TIME} if kind in ("date", "datetime") else FUNCTIONS
        fields = [("", FUNCTIONS["count"].say(lang)), *(_fields(far) if far else [])]
        times = [(k, label) for k, label in fields if far and k and far.kind(k) in ("date", "datetime", "number")]
        where = agg.get("where") if is_group(agg.get("where")) else {"rules": []}
        base = f"{path}.agg.where"
        inner = (
            [
                self._node(far, one, under(base, at), "x" if at else "", depth + 1, False)
                for at, one in enumerate(listed(where))
                if isinstance(one, Mapping)
            ]
            if far
            else []
        )
        moment = moment_of(far) if far else None
        flat = where.get("combinator") == "and" and not where.get("not")
        span = next(
            (n for n in inner if flat and n.leaf.get("operator") == "inLast" and n.leaf.get("field") == moment), None
        )
        form = far.live.form if far else None
        return Sum(
            scope.related_label(str(leaf["field"])),
            form.icon if form else "link",
            fn,
            of,
            [(key, names[key].say(lang)) for key in functions_for(kind)] if of else [],
            fields,
            str(agg.get("by") or ""),
            times if fn in ("first", "last") else [],
            moment or "",
            span,
            [n for n in inner if n is not span],
            str(where.get("combinator", "and")),
            base,
            far.live.key if far else "",
        )

    def _said(self, path: str) -> list[str]:
        """What is wrong with just this condition or box."""
        mine = [p for p in self.problems if owner(p.path) == path and not (path == "" and p.code == "rule_empty")]
        return list(dict.fromkeys(say(p, self.scope.lang) for p in mine))

    def _mark(self, scope: Scope, node: Node) -> None:
        """Whether the condition was not there when the rule was last published, and what its value was then."""
        if not self.marks or node.leaf in self.old:
            return
        node.fresh, node.added = True, all(o.get("field") != node.leaf.get("field") for o in self.old)
        same = next(
            (o for o in self.old if all(o.get(k) == node.leaf.get(k) for k in ("field", "operator", "agg", "match"))),
            None,
        )
        if same is not None and not isinstance(same.get("value"), list):
            node.was = scope.shown(same, same.get("value"))


def _fields(far: Scope) -> list[tuple[str, str]]:
    """What of the related records can be added up, compared or taken from the last one."""
    return [
        (key, read(item.label, far.lang))
        for key, item in far.live.form.live_fields.items()
        if not item.type.many and not item.type.readonly and item.type.kind not in ("file", "rows", "link")
    ]


def home_of(path: str) -> str:
    """The path of the rule on related records that a path stands in; "" for the rule itself."""
    found = re.match(r".*(?:\.agg\.where|\.value)(?=\.|$)", path)
    return found[0] if found else ""


def spot(path: str) -> str:
    """A path as the end of an element's id."""
    return re.sub(r"\W+", "-", path).strip("-") or "root"


def owner(path: str) -> str:
    """The condition or box that a problem's path stands in."""
    found = re.match(r"(?:.*rules\[\d+\])?", path)
    return found[0] if found else ""


def _leaves(rule: Any) -> Iterator[Leaf]:
    """Every condition of a rule, those on related records included."""
    if is_group(rule):
        for part in listed(rule):
            yield from _leaves(part)
    elif isinstance(rule, Mapping):
        yield rule
        agg = rule.get("agg")
        yield from _leaves(
            agg.get("where") if isinstance(agg, Mapping) else rule.get("value") if "match" in rule else None
        )
