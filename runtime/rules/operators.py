"""Every way to compare: its phrase in both languages, what it takes, and which positive twin a negative one denies."""

from __future__ import annotations

from dataclasses import dataclass

from runtime.registry import Registry
from runtime.words import Words


@dataclass(frozen=True, slots=True)
class Operator:
    """`takes` is one, none, list, pair, span or past. `denies` names the operator whose exact complement this one is."""

    name: str
    phrase: Words
    takes: str = "one"
    denies: str | None = None


OPERATORS = Registry(
    "operator",
    Operator("=", Words("是", "is")),
    Operator("!=", Words("不是", "is not"), denies="="),
    Operator("<", Words("小于", "is under")),
    Operator("<=", Words("不超过", "is at most")),
    Operator(">", Words("超过", "is over")),
    Operator(">=", Words("不少于", "is at least")),
    Operator("between", Words("在两者之间", "is between"), "pair"),
    Operator("notBetween", Words("不在两者之间", "is not between"), "pair", "between"),
    Operator("contains", Words("包含", "contains")),
    Operator("doesNotContain", Words("不包含", "does not contain"), denies="contains"),
    Operator("beginsWith", Words("开头是", "begins with")),
    Operator("doesNotBeginWith", Words("开头不是", "does not begin with"), denies="beginsWith"),
    Operator("endsWith", Words("结尾是", "ends with")),
    Operator("doesNotEndWith", Words("结尾不是", "does not end with"), denies="endsWith"),
    Operator("in", Words("是其中之一", "is any of"), "list"),
    Operator("notIn", Words("不是其中任何一个", "is none of"), "list", "in"),
    Operator("under", Words("属于", "is in or under"), "list"),
    Operator("notUnder", Words("不属于", "is not in or under"), "list", "under"),
    Operator("hasAnyOf", Words("带有任意一个", "has any of"), "list"),
    Operator("hasNoneOf", Words("不带", "has none of"), "list", "hasAnyOf"),
    Operator("hasAllOf", Words("同时带有", "has all of"), "list"),
    Operator("hasExactly", Words("正好是", "is exactly"), "list"),
    Operator("near", Words("离这一点不超过", "lies within")),
    Operator("notNear", Words("离这一点超过", "does not lie within"), denies="near"),
    Operator("null", Words("没有填", "is not filled in"), "none", "notNull"),
    Operator("notNull", Words("已经填了", "is filled in"), "none"),
    Operator("inLast", Words("在最近", "was in the last"), "span"),
    Operator("inNext", Words("在接下来", "is in the next"), "span"),
    Operator("olderThan", Words("早于", "was more than"), "span"),
    Operator("furtherThan", Words("晚于", "is more than"), "span"),
    Operator("covers", Words("包含这一天", "includes")),
    Operator("doesNotCover", Words("不包含这一天", "does not include"), denies="covers"),
    Operator("startsBefore", Words("开始早于", "starts before")),
    Operator("startsAfter", Words("开始晚于", "starts after")),
    Operator("endsBefore", Words("结束早于", "ends before")),
    Operator("endsAfter", Words("结束晚于", "ends after")),
    Operator("startsInNext", Words("开始在接下来", "starts in the next"), "span"),
    Operator("startsInLast", Words("开始在最近", "started in the last"), "span"),
    Operator("endsInNext", Words("结束在接下来", "ends in the next"), "span"),
    Operator("endsInLast", Words("结束在最近", "ended in the last"), "span"),
    Operator("anniversaryInNext", Words("周年日在接下来", "has its anniversary in the next"), "span"),
    Operator("anniversaryInLast", Words("周年日在最近", "had its anniversary in the last"), "span"),
    Operator("changed", Words("变过，在最近", "changed in the last"), "past"),
    Operator("taggedInLast", Words("打上过，在最近", "was tagged in the last"), "past"),
    Operator("enteredInLast", Words("进入过，在最近", "entered in the last"), "past"),
)

_ORDER = ("=", "!=", "<", "<=", ">", ">=", "between", "notBetween")
_MANY = ("hasAnyOf", "hasAllOf", "hasNoneOf", "hasExactly")
_BLANK = ("null", "notNull")
_ONE_OF = ("=", "!=", "in", "notIn")
# What is asked of the first or the last day of a period, and the question to a day it is.
ENDS: dict[str, tuple[str, str]] = {
    "startsBefore": ("first", "<"),
    "startsAfter": ("first", ">"),
    "endsBefore": ("last", "<"),
    "endsAfter": ("last", ">"),
    "startsInNext": ("first", "inNext"),
    "startsInLast": ("first", "inLast"),
    "endsInNext": ("last", "inNext"),
    "endsInLast": ("last", "inLast"),
}
_SPANS = ("inLast", "inNext", "olderThan", "furtherThan")
OPERATORS_OF: dict[str, tuple[str, ...]] = {
    "text": (
        "=",
        "!=",
        "contains",
        "doesNotContain",
        "beginsWith",
        "doesNotBeginWith",
        "endsWith",
        "doesNotEndWith",
        "in",
        "notIn",
        *_BLANK,
    ),
    "number": (*_ORDER, "in", "notIn", *_BLANK),
    "date": (*_ORDER, *_BLANK, *_SPANS, "anniversaryInNext", "anniversaryInLast"),
    "datetime": (*_ORDER, *_BLANK, *_SPANS),
    "time": (*_ORDER, *_BLANK),
    "period": ("covers", "doesNotCover", *ENDS, *_BLANK),
    "choice": (*_ONE_OF, *_BLANK),
    "person": (*_ONE_OF, *_BLANK),
    "link": (*_ONE_OF, *_BLANK),
    "tree": (*_ONE_OF, "under", "notUnder", *_BLANK),
    "place": ("near", "notNear", "contains", "doesNotContain", *_BLANK),
    "boolean": ("=", *_BLANK),
    "consent": (*_BLANK, "inLast", "olderThan", "<", ">"),
    "many": (*_MANY, *_BLANK),
    "people": (*_MANY, *_BLANK),
    "links": (*_MANY, *_BLANK),
    "file": (*_BLANK, "=", "!=", "<", "<=", ">", ">="),
    "rows": (*_BLANK, "=", "!=", "<", "<=", ">", ">="),
}
# What a condition compares with where that is no value of the field itself: a period is compared with days, a place with a
# circle or with part of an address.
COMPARED_WITH: dict[str, str] = {"period": "date", "consent": "date", "place": "place"}
GROUP_OPERATORS = ("in", "notIn", "enteredInLast")
# What is asked of a record's history: of any field that keeps one, and of tags.
PAST_OPERATORS = ("changed", "taggedInLast")
