"""Which column goes into which field: by name in both languages and pinyin, then by what the cells look like."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from runtime.fold import full_pinyin, initials

CLOSE = 0.74  # names less alike than this are strangers
WORST_FIT = 0.5  # when fewer cells than this fit, the name must have deceived us
SURE = 0.75  # from this score on a match needs no look by the person

_MARKS = re.compile(r"[\W_]+")
_BRACKETS = re.compile(r"[(\[【（].*?[)\]】）]")
_STARTS = ("客户", "顾客", "会员", "所在", "所属", "customer", "client", "member")

# Words that lists use for one and the same question.
SYNONYMS = tuple(
    frozenset(line.split())
    for line in (
        "名称 姓名 名字 全称 公司 公司名称 企业名称 单位 单位名称 客户 客户名 name fullname company companyname",
        "手机 手机号 手机号码 电话 电话号码 联系电话 联系方式 移动电话 phone mobile tel telephone cell phonenumber",
        "邮箱 电子邮箱 邮箱地址 邮件 电子邮件 email mail emailaddress",
        "地区 区域 省市 省份 城市 省市区 大区 所在地 region area province city state",
        "地址 详细地址 住址 通讯地址 address street addressline1",
        "类型 性质 类别 分类 type kind category",
        "来源 渠道来源 从哪知道我们 获客渠道 source leadsource origin",
        "渠道 销售渠道 channel",
        "负责人 业务员 销售 销售员 归属人 跟进人 客户经理 owner salesperson sales rep",
        "备注 说明 描述 附注 note notes remark remarks comment description memo",
        "标签 备注标签 tag tags label labels",
        "编码 编号 代码 id code number no",
        "等级 级别 level grade tier",
        "金额 销售额 总额 合计 成交额 amount total sales revenue",
        "数量 件数 quantity qty count",
        "单价 价格 price unitprice",
        "生日 出生日期 birthday dateofbirth dob",
        "性别 gender sex",
        "日期 时间 date day",
        "首单日期 首次下单 首次购买 firstorder firstorderdate",
        "下单日期 订单日期 订购日期 orderdate orderedat",
        "创建时间 创建日期 录入时间 createdat created createddate",
        "行业 所属行业 industry sector",
        "联系人 contact contactperson contactname",
        "微信 微信号 wechat weixin",
        "网址 网站 官网 website url homepage",
        "状态 status state stage",
    )
)

# A class of cells -> a cell everyone of that class would accept.
_PROBES = {"word": "苏州好", "number": "12.5", "day": "2024-03-05", "mail": "a.b@example.com", "phone": "13806132288"}
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.\w{2,}")
_PHONE = re.compile(r"(\+?86)?[\s-]?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}|\+\d[\d\s-]{7,17}|0\d{2,3}[\s-]?\d{7,8}")
_DAY = re.compile(r"(19|20)\d\d([-/.年])\d{1,2}([-/.月])\d{1,2}日?(\s.*)?")


@dataclass(frozen=True, slots=True)
class MatchField:
    """A field as far as matching needs it; `fits` says whether its type would take a cell (None: nobody knows)."""

    key: str
    labels: Mapping[str, str]
    aliases: Sequence[str] = ()
    fits: Callable[[Any], bool] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Match:
    """A column (from 0) and its field, or None; `how` says what spoke for it.

    `how` is one of name, alias, synonym, pinyin, initials, close, content, none.
    """

    column: int
    header: str
    field: str | None = None
    score: float = 0.0
    how: str = "none"

    @property
    def sure(self) -> bool:
        return self.score >= SURE


def match_columns(headers: Sequence[str], sample: Sequence[Sequence[Any]], fields: Sequence[MatchField]) -> list[Match]:
    """One match per column, in order; each field is given once, the best pair first. Ties go by order."""
    takes = {one.key: classes_taken(one) for one in fields}
    columns = [_cells(sample, column) for column in range(len(headers))]
    pairs = [
        (score, column, place, how)
        for column, header in enumerate(headers)
        for place, one in enumerate(fields)
        for score, how in [_score(header, one, columns[column], takes[one.key])]
        if score > 0
    ]
    found: dict[int, Match] = {}
    taken: set[int] = set()
    for score, column, place, how in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if column not in found and place not in taken:
            found[column] = Match(column, headers[column], fields[place].key, round(score, 3), how)
            taken.add(place)
    return [found.get(column, Match(column, header)) for column, header in enumerate(headers)]


def unmatched_fields(matches: Sequence[Match], fields: Sequence[MatchField]) -> list[str]:
    """The keys of the fields no column goes into."""
    given = {match.field for match in matches}
    return [one.key for one in fields if one.key not in given]


def _score(header: str, one: MatchField, cells: list[Any], takes: frozenset[str]) -> tuple[float, str]:
    """How well a column and a field go together, and by what: 1 is the same name."""
    score, how = _by_name(header, one)
    if score and one.fits and cells:
        share = sum(1 for cell in cells if _fits(one, cell)) / len(cells)
        return (score, how) if share >= WORST_FIT else (score * 0.5, how)
    kind = class_of(cells)
    if not score and kind in ("mail", "phone") and kind in takes and "word" not in takes and "number" not in takes:
        return 0.6, "content"
    return score, how


def _by_name(header: str, one: MatchField) -> tuple[float, str]:
    wanted = fold(header)
    if not wanted:
        return 0.0, "none"
    names = list(dict.fromkeys(filter(None, map(fold, (*one.labels.values(), one.key)))))
    others = list(filter(None, map(fold, one.aliases)))
    if wanted in names:
        return 1.0, "name"
    if wanted in others:
        return 0.97, "alias"
    if (short := core(wanted)) and short in map(core, names):
        return 0.93, "name"
    if any(_means(wanted, group) and any(_means(name, group) for name in names) for group in SYNONYMS):
        return 0.85, "synonym"
    return _by_sound(wanted, names, others)


def _means(name: str, group: frozenset[str]) -> bool:
    return name in group or core(name) in group


def _by_sound(wanted: str, names: list[str], others: list[str]) -> tuple[float, str]:
    """Pinyin in full, pinyin initials, then names that are nearly the same."""
    if wanted.isascii():
        for full, initials in map(pinyin, names + others):
            if wanted == full:
                return 0.9, "pinyin"
            if len(wanted) > 1 and wanted == initials:
                return 0.8 if len(wanted) > 2 else 0.6, "initials"
    best = max((_alike(said, name) for said in {wanted, core(wanted)} for name in names + others), default=0.0)
    return (0.85 * best, "close") if best >= CLOSE else (0.0, "none")


def _alike(one: str, other: str) -> float:
    """How alike two folded names are; one inside the other counts by the share it fills."""
    from rapidfuzz.fuzz import ratio  # late: only those who match columns pay for it

    score = ratio(one, other) / 100
    short, long = sorted((one, other), key=len)
    if len(short) > 1 and (long.endswith(short) or long.startswith(short)):
        return max(score, 0.6 + 0.4 * len(short) / len(long))
    return score


@lru_cache(maxsize=4096)
def fold(name: str) -> str:
    """A name without what does not tell names apart: width, case, spaces, marks, a unit in brackets."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return _MARKS.sub("", _BRACKETS.sub("", text)) or _MARKS.sub("", text)


def core(name: str) -> str:
    """A folded name without the word that says whose it is: 客户电话 is 电话."""
    for start in _STARTS:
        if name.startswith(start) and len(name) > len(start) + 1:
            return name[len(start) :]
    return name


@lru_cache(maxsize=4096)
def pinyin(name: str) -> tuple[str, str]:
    """A folded name's pinyin and its initials."""
    return full_pinyin(name), initials(name)


def _cells(sample: Sequence[Sequence[Any]], column: int) -> list[Any]:
    cells = (row[column] for row in sample if column < len(row))
    return [cell for cell in cells if cell is not None and str(cell).strip()]


def _fits(one: MatchField, cell: Any) -> bool:
    """Whether the field takes a cell; whatever its type raises means no."""
    try:
        return bool(one.fits and one.fits(cell))
    except Exception:
        return False


def classes_taken(one: MatchField) -> frozenset[str]:
    """Which classes of cells a field takes, found by trying one of each."""
    return frozenset(kind for kind, probe in _PROBES.items() if one.fits and _fits(one, probe))


def class_of(cells: Sequence[Any]) -> str:
    """What most cells of a column look like: mail, phone, day, number or word; "" for an empty column."""
    kinds = list(_kinds(cells))
    if not kinds:
        return ""
    best = max(dict.fromkeys(kinds), key=kinds.count)
    return best if kinds.count(best) >= 0.8 * len(kinds) else "word"


def _kinds(cells: Sequence[Any]) -> Iterator[str]:
    for cell in cells:
        text = str(cell).strip()
        if isinstance(cell, date) or _DAY.fullmatch(text):
            yield "day"
        elif _PHONE.fullmatch(text):
            yield "phone"
        elif isinstance(cell, (int, float)) or re.fullmatch(r"[-+]?[\d,]*\.?\d+%?", text):
            yield "number"
        else:
            yield "mail" if _MAIL.fullmatch(text) else "word"
