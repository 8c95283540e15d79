"""Groupings that most businesses want, ready but for one question: which field is meant.

Each is made into an ordinary draft, to be changed like any other; nothing remembers where it came from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from builder.edits import made
from builder.option_library import PROVINCE_LETTERS
from runtime.definitions.form import Field
from runtime.errors import Invalid, Problem
from runtime.fields.base import Refused
from runtime.storage.live import LiveApp, LiveForm
from runtime.words import Words

Body = dict[str, Any]
Rule = dict[str, Any]


@dataclass(frozen=True)
class Past:
    """What customers did before: the related records, their day, and the number that is added up."""

    inverse: str
    day: str
    amount: str = ""

    def asked(self, fn: str, operator: str, value: Any, days: int | None = None, of: str = "") -> Rule:
        agg: Rule = {"fn": fn} | ({"of": of} if of else {})
        if days is not None:
            agg["where"] = every({"field": self.day, "operator": "inLast", "value": span(days)})
        return {"field": self.inverse, "operator": operator, "value": value, "agg": agg}

    def last(self, operator: str, days: int) -> Rule:
        return self.asked("max", operator, span(days), of=self.day)


@dataclass(frozen=True)
class Ready:
    """One grouping. It asks for a field of these `kinds`, or for past records (`past`: "day", or "amount" with a number).

    A field whose name has one of the `hints` is offered first; an `only` one is about nothing else.
    """

    key: str
    label: Words
    help: Words
    asks: Words
    make: Callable[[Any], tuple[str, list[Body], str]]
    kinds: tuple[str, ...] = ()
    past: str = ""
    hints: str = ""
    only: bool = False


def span(n: int, unit: str = "day") -> Rule:
    """So many units of time."""
    return {"n": n, "unit": unit}


def every(*rules: Rule) -> Rule:
    """All of some conditions."""
    return {"combinator": "and", "rules": list(rules)}


def group(key: str, zh: str, en: str, color: str, rule: Rule | None = None, prefix: str = "") -> Body:
    """One group with its name in both languages."""
    found: Body = {"key": key, "label": {"zh": zh, "en": en}, "color": color}
    return found | ({"prefix": prefix} if prefix else {}) | ({"rule": rule} if rule else {})


PROVINCES = {
    "beijing": "110000", "tianjin": "120000", "hebei": "130000", "shanxi": "140000", "inner_mongolia": "150000", "liaoning": "210000",
    "jilin": "220000", "heilongjiang": "230000", "shanghai": "310000", "jiangsu": "320000", "zhejiang": "330000", "anhui": "340000",
    "fujian": "350000", "jiangxi": "360000", "shandong": "370000", "henan": "410000", "hubei": "420000", "hunan": "430000",
    "guangdong": "440000", "guangxi": "450000", "hainan": "460000", "chongqing": "500000", "sichuan": "510000", "guizhou": "520000",
    "yunnan": "530000", "tibet": "540000", "shaanxi": "610000", "gansu": "620000", "qinghai": "630000", "ningxia": "640000",
    "xinjiang": "650000", "taiwan": "710000", "hong_kong": "810000", "macao": "820000",
}  # fmt: skip
AREAS = (
    ("north", "华北", "North", "shiqing", "11 12 13 14 15"), ("northeast", "东北", "Northeast", "dian", "21 22 23"),
    ("east", "华东", "East", "shilv", "31 32 33 34 35 36 37"), ("south", "中南", "Central and south", "cheng", "41 42 43 44 45 46"),
    ("southwest", "西南", "Southwest", "zi", "50 51 52 53 54"), ("northwest", "西北", "Northwest", "tenghuang", "61 62 63 64 65"),
)  # fmt: skip
# As newspapers rank cities; the four first, and those that are usually called new first-tier.
TIER_1 = ("110000", "310000", "440100", "440300")
TIER_NEW = ("510100", "330100", "500000", "320500", "420100", "610100", "320100", "430100", "120000", "410100", "441900", "320200", "330200",
            "370200", "340100")  # fmt: skip
REST = ("unknown", "没填", "Not given", "mo")


def _under(field: Field, codes: Sequence[str]) -> Rule:
    return every({"field": field.key, "operator": "under", "value": list(codes)})


def _north_south(field: Field) -> tuple[str, list[Body], str]:
    sides: dict[str, list[str]] = {"N": [], "S": []}
    for key, letter in PROVINCE_LETTERS.items():
        sides[letter].append(PROVINCES[key])
    return "exclusive", [group("north", "北方", "North", "shiqing", _under(field, sides["N"]), "N"),
                         group("south", "南方", "South", "qing", _under(field, sides["S"]), "S"), group(*REST)], "unknown"


def _areas(field: Field) -> tuple[str, list[Body], str]:
    groups = [group(key, zh, en, color, _under(field, [f"{code}0000" for code in codes.split()])) for key, zh, en, color, codes in AREAS]
    return "exclusive", [*groups, group("other", "其他", "Elsewhere", "mo")], "other"


def _tiers(field: Field) -> tuple[str, list[Body], str]:
    return "exclusive", [group("first", "一线城市", "First tier", "zhusha", _under(field, TIER_1)),
                         group("new_first", "新一线城市", "New first tier", "cheng", _under(field, TIER_NEW)),
                         group("other", "其他城市", "Other places", "qing", every({"field": field.key, "operator": "notNull"})),
                         group(*REST)], "unknown"


def _options(field: Field) -> tuple[str, list[Body], str]:
    """A group for each option of a field; one with several values may be in several groups."""
    many = field.type.many
    groups: list[Body] = []
    for option in [option for option in field.options if not option["retired"]][:40]:
        asked = {"field": field.key, "operator": "hasAnyOf" if many else "=", "value": [option["const"]] if many else option["const"]}
        color = option["color"] or made.next_color([each["color"] for each in groups])
        key = made.propose(option["label"], {each["key"] for each in groups} | {"unknown"}, "group")
        groups.append({"key": key, "label": dict(option["label"]), "color": color, "rule": every(asked)})
    return ("overlapping", groups, "") if many else ("exclusive", [*groups, group(*REST)], "unknown")


def _steps(field: str, operator: str, steps: Sequence[tuple[str, str, str, str, Any]]) -> list[Body]:
    return [group(key, zh, en, color, every({"field": field, "operator": operator, "value": value})) for key, zh, en, color, value in steps]


def _people(field: Field) -> tuple[str, list[Body], str]:
    steps = (("large", "大型（300 人以上）", "Large (300 and more)", "zhusha", 300), ("medium", "中型（100 到 299 人）", "Medium (100 to 299)", "cheng", 100),
             ("small", "小型（10 到 99 人）", "Small (10 to 99)", "shilv", 10), ("micro", "微型（不到 10 人）", "Micro (under 10)", "qing", 0))
    return "exclusive", [*_steps(field.key, ">=", steps), group(*REST)], "unknown"


def _ages(field: Field) -> tuple[str, list[Body], str]:
    steps = (("over60", "60 岁以上", "60 and over", "zhe", span(60, "year")), ("from45", "45 到 59 岁", "45 to 59", "dian", span(45, "year")),
             ("from30", "30 到 44 岁", "30 to 44", "qing", span(30, "year")), ("from18", "18 到 29 岁", "18 to 29", "ya", span(18, "year")))
    young = group("under18", "18 岁以下", "Under 18", "yanzhi", every({"field": field.key, "operator": "notNull"}))
    return "exclusive", [*_steps(field.key, "olderThan", steps), young, group(*REST)], "unknown"


def _needs(field: Field) -> tuple[str, list[Body], str]:
    return "exclusive", [group("needed", "需要售后", "Needs after-sales", "zhusha", every({"field": field.key, "operator": "=", "value": True})),
                         group("none", "不需要", "Not needed", "mo")], "none"


def _importance(past: Past) -> tuple[str, list[Body], str]:
    asked = past.asked("sum", ">=", 10_000, 90, past.amount)
    return "exclusive", [group("high", "高价值", "High value", "cheng", every(asked), "H"), group("normal", "普通", "Normal", "mo", prefix="N")], "normal"


def _lifecycle(past: Past) -> tuple[str, list[Body], str]:
    first = past.asked("min", "inLast", span(30), of=past.day)
    fresh = {"field": "$created_at", "operator": "inLast", "value": span(30)}
    return "exclusive", [
        group("new", "新客户", "New", "shiqing", every(first)), group("active", "活跃", "Active", "shilv", every(past.last("inLast", 90))),
        group("dormant", "沉睡", "Dormant", "tenghuang", every(past.last("inLast", 365))),
        group("lost", "已流失", "Lost", "zhusha", every(past.last("olderThan", 365))),
        group("intending", "意向", "Intending", "zi", every(fresh)), group("potential", "潜在", "Potential", "mo"),
    ], "potential"


def _frequency(past: Past) -> tuple[str, list[Body], str]:
    steps = (("often", "经常（一年 12 次以上）", "Often (12 a year and more)", "zhusha", 12), ("regular", "常来（4 到 11 次）", "Regular (4 to 11)", "cheng", 4),
             ("seldom", "偶尔（1 到 3 次）", "Now and then (1 to 3)", "ya", 1))
    groups = [group(key, zh, en, color, every(past.asked("count", ">=", least, 365))) for key, zh, en, color, least in steps]
    return "exclusive", [*groups, group("none", "一年没来", "Not in a year", "mo")], "none"


def _rfm(past: Past) -> tuple[str, list[Body], str]:
    """Recent, often, much: two steps of each, the eight together as they are usually called."""
    recent, often, much = past.last("inLast", 90), past.asked("count", ">=", 4, 365), past.asked("sum", ">=", 10_000, 365, past.amount)
    named = (("champion", "重要价值", "Champions", "zhusha", (recent, often, much)), ("keep", "重要保持", "Keep close", "cheng", (often, much)),
             ("grow", "重要发展", "Worth developing", "tenghuang", (recent, much)), ("win_back", "重要挽留", "Win back", "zi", (much,)),
             ("loyal", "一般价值", "Loyal", "shilv", (recent, often)), ("hold", "一般保持", "Hold", "qing", (often,)),
             ("fresh", "一般发展", "Recent", "shiqing", (recent,)))
    return "exclusive", [*(group(key, zh, en, color, every(*rules)) for key, zh, en, color, rules in named), group("rest", "一般挽留", "Others", "mo")], "rest"


_WHERE, _WHICH = Words("地区是哪个字段", "Which field is the region"), Words("按哪个字段", "By which field")
_ORDERS = Words("看哪些记录", "By which records")
_CHOICE = ("choice", "many")
READY: tuple[Ready, ...] = (
    Ready("north_south", Words("南方和北方", "North and south"), Words("按省份，前缀 N 和 S，可用在客户编码里", "By province; prefixes N and S for customer codes"), _WHERE, _north_south, ("tree",)),
    Ready("areas", Words("六大区", "Six regions"), Words("华北、东北、华东、中南、西南、西北", "North, northeast, east, central and south, southwest, northwest"), _WHERE, _areas, ("tree",)),
    Ready("tiers", Words("城市等级", "City tier"), Words("一线、新一线、其他", "First tier, new first tier, others"), _WHERE, _tiers, ("tree",)),
    Ready("type", Words("客户类型", "Customer type"), Words("每个选项一个组", "A group for each option"), _WHICH, _options, _CHOICE, hints="类型 类别 type kind", only=True),
    Ready("channel", Words("销售渠道", "Channel"), Words("每个选项一个组", "A group for each option"), _WHICH, _options, _CHOICE, hints="渠道 channel", only=True),
    Ready("ownership", Words("所有制", "Ownership"), Words("每个选项一个组", "A group for each option"), _WHICH, _options, _CHOICE, hints="所有制 企业性质 ownership", only=True),
    Ready("store", Words("门店性质", "Nature of the store"), Words("每个选项一个组", "A group for each option"), _WHICH, _options, _CHOICE, hints="门店 店铺 store shop", only=True),
    Ready("site", Words("店址类型", "Site"), Words("每个选项一个组", "A group for each option"), _WHICH, _options, _CHOICE, hints="店址 位置 地段 site", only=True),
    Ready("interest", Words("产品兴趣", "Product interest"), Words("每个选项一个组，多选的可进多个组", "A group for each option; several where several are chosen"), _WHICH, _options, _CHOICE, hints="兴趣 偏好 产品 品类 interest product", only=True),
    Ready("size", Words("公司规模", "Company size"), Words("按人数：大型、中型、小型、微型", "By people: large, medium, small, micro"), Words("人数是哪个字段", "Which field is the number of people"), _people, ("number",), hints="人数 规模 员工 employees size staff"),
    Ready("age", Words("年龄段", "Age"), Words("按生日，每天自动变", "By birthday, turning by itself"), Words("生日是哪个字段", "Which field is the birthday"), _ages, ("date",), hints="生日 出生 birth"),
    Ready("after_sales", Words("需要售后", "Needs after-sales"), Words("是或否的字段说了算", "Decided by a yes/no field"), _WHICH, _needs, ("boolean",), hints="售后 after_sales service"),
    Ready("options", Words("按选项分", "By option"), Words("单选或多选字段，每个选项一个组", "A group for each option of any choice"), _WHICH, _options, _CHOICE),
    Ready("importance", Words("重要性", "Importance"), Words("90 天里满 ¥10,000 的是高价值，前缀 H 和 N", "¥10,000 and more in 90 days is high value; prefixes H and N"), _ORDERS, _importance, past="amount"),
    Ready("lifecycle", Words("生命周期", "Lifecycle"), Words("潜在、意向、新客户、活跃、沉睡、流失", "Potential, intending, new, active, dormant, lost"), _ORDERS, _lifecycle, past="day"),
    Ready("frequency", Words("购买频次", "Purchase frequency"), Words("一年里来了几次", "How often in a year"), _ORDERS, _frequency, past="day"),
    Ready("rfm", Words("RFM", "RFM"), Words("最近、次数、金额各分两档，合成八类", "Recency, frequency and money in two steps each, eight classes"), _ORDERS, _rfm, past="amount"),
)
BY_KEY: Mapping[str, Ready] = {one.key: one for one in READY}


def candidates(app: LiveApp, live: LiveForm, one: Ready) -> list[tuple[str, Mapping[str, str]]]:
    """What a ready grouping could be about, the likeliest first: what the page sends back, and its label."""
    if one.past:
        return [(f"{past.inverse}/{past.day}/{past.amount}", label) for past, label in _pasts(app, live, one.past == "amount")]
    fields = [field for field in live.form.live_fields.values() if field.type.kind in one.kinds and not field.type.nested and _usable(one, field)]
    first = [field for field in fields if _hinted(one, field)]
    others = [] if one.only else [field for field in fields if field not in first]
    return [(field.key, field.label) for field in (*first, *others)]


def likely(live: LiveForm, one: Ready) -> bool:
    """Whether the first of the candidates is likely to be meant, so that nobody need choose."""
    return not one.hints or any(_hinted(one, field) for field in live.form.live_fields.values() if field.type.kind in one.kinds)


def _hinted(one: Ready, field: Field) -> bool:
    said = " ".join((field.key, *field.label.values())).casefold()
    return any(hint in said for hint in one.hints.split())


def _usable(one: Ready, field: Field) -> bool:
    if one.kinds == _CHOICE:
        return any(not option["retired"] for option in field.options)
    if one.kinds != ("tree",):
        return True
    try:  # a tree of one's own has no provinces
        field.type.bind(PROVINCES["beijing"], field.settings)
    except Refused:
        return False
    return one.key != "tiers" or field.settings.get("level", 1) > 1


def _pasts(app: LiveApp, live: LiveForm, amount: bool) -> list[tuple[Past, Mapping[str, str]]]:
    """The forms that link here and have a day: those with money first, the form itself last."""
    found: list[tuple[tuple[bool, bool], Past, Mapping[str, str]]] = []
    for inverse in app.inverses.get(live.key, {}):
        related = app.related(live.key, inverse)
        if related is None:
            continue
        fields = related[0].form.live_fields.values()
        day = next((field.key for field in fields if field.type.kind in ("date", "datetime")), None)
        numbers = sorted((field for field in fields if field.type.kind == "number"), key=lambda field: "currency" not in field.type.settings)
        if day is not None and (numbers or not amount):
            rank = related[0].key == live.key, not (numbers and "currency" in numbers[0].type.settings)
            found.append((rank, Past(inverse, day, numbers[0].key if amount else ""), related[0].form.label))
    return [(past, label) for _rank, past, label in sorted(found, key=lambda each: each[0])]


def make(app: LiveApp, live: LiveForm, key: str, about: str, taken: Sequence[str], position: int) -> Body:
    """The definition of a ready grouping; raises Invalid for what is none, or is about nothing that is there."""
    one = BY_KEY.get(key)
    if one is None or about not in [value for value, _label in candidates(app, live, one)]:
        raise Invalid(Problem("ready", "no_such_part", {"key": key}))
    if one.past:
        inverse, day, amount = about.split("/")
        mode, groups, rest = one.make(Past(inverse, day, amount))
    else:
        mode, groups, rest = one.make(live.form.fields[about])
    label = one.label._asdict()
    body: Body = {"kind": "grouping", "format": 1, "key": made.propose(label, taken, "grouping"), "label": label, "form": live.key,
                  "mode": mode, "groups": groups}
    return body | ({"fallback": rest} if rest else {}) | ({"position": position} if position else {})
