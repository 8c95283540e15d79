"""Conditions on related records as phrases: counts, sums, the last of them, some or all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from runtime.rules import dates_said
from runtime.rules.operators import OPERATORS
from runtime.rules.phrases import NONE_TOO, OR, UNFINISHED, Subject, phrase, shown
from runtime.rules.wording import RelatedWords, Token, Tokens, Wording, fill, inside, listed, plain
from runtime.words import Words

Say = Callable[[Any, Wording], Tokens]
_COUNT = {
    "=": Words("{r}正好{v}", "has exactly {v} {r}"),
    "!=": Words("{r}不是{v}", "does not have exactly {v} {r}"),
    "<": Words("{r}少于{v}", "has fewer than {v} {r}"),
    "<=": Words("{r}不超过{v}", "has at most {v} {r}"),
    ">": Words("{r}超过{v}", "has more than {v} {r}"),
    ">=": Words("{r}不少于{v}", "has at least {v} {r}"),
    "between": Words("{r}在{v}到{w}之间", "has between {v} and {w} {r}"),
    "notBetween": Words("{r}不在{v}到{w}之间", "does not have between {v} and {w} {r}"),
    "in": Words("{r}是{v}", "has {v} {r}"),
    "notIn": Words("{r}不是{v}", "does not have {v} {r}"),
}
_TAIL = {
    "=": "exactly {v}",
    "!=": "anything but {v}",
    "<": "under {v}",
    "<=": "at most {v}",
    ">": "over {v}",
    ">=": "at least {v}",
    "between": "between {v} and {w}",
    "notBetween": "outside {v} to {w}",
    "in": "{v}",
    "notIn": "anything but {v}",
}
_ADDED = {"sum": Words("合计", "total"), "avg": Words("平均", "average")}
_EXTREME = {"max": Words("最高", "highest"), "min": Words("最低", "lowest")}
_LATEST = {"max": Words("最晚的", "latest"), "min": Words("最早的", "earliest")}
_EDGE = {
    "max": Words("最近一", "last"),
    "last": Words("最近一", "last"),
    "min": Words("第一", "first"),
    "first": Words("第一", "first"),
}
_VALUE = Words("的值", "value")
_NONE = Words("没有{r}", "has no {r}")
_ANY = Words("有{r}", "has {r}")
_MATCH = {
    "some": Words("有{r}", "has at least one {r}"),
    "none": _NONE,
    "atLeast": Words("至少有{v}{r}", "has at least {v} {r}"),
    "atMost": Words("最多有{v}{r}", "has at most {v} {r}"),
    "exactly": Words("正好有{v}{r}", "has exactly {v} {r}"),
}
MAIN_SUMS = ("amount", "total", "total amount", "sum")


@dataclass(frozen=True)
class Rows:
    """Which of the related records: the span of time, the other conditions (as an adjective), what they are called."""

    words: RelatedWords
    when: Tokens
    which: Tokens
    lang: str

    def noun(self, many: bool = True) -> Tokens:
        """Only what they are called."""
        if self.lang == "zh":
            return [Token(self.words.label, "field")]
        one, _, more = self.words.unit.partition("|")
        text = (more or one if many else one) if self.words.unit else inside(self.words.label, self.lang)
        return [Token(text, "field")]

    def full(self, many: bool = True, *, last: bool = True) -> Tokens:
        """All of it; `last` says that the phrase ends here, where English can say `where …` instead of brackets."""
        if self.lang == "zh":
            which = [*self.which, Token("的")] if self.which else []
            return [*self.when, *which, *self.noun()]
        if not self.which:
            return [*self.noun(many), *self.when]
        either = any(token.role == "join" and "or" in token.text for token in self.which)
        which = (
            [Token("where"), *self.which]
            if last and not either
            else [Token("(", "open"), *self.which, Token(")", "close")]
        )
        return [*self.noun(many), *self.when, *which]

    def counted(self, n: Any) -> str:
        """A number with the count word: `6 笔`; the bare number in English."""
        text = f"{n:,}" if type(n) is int else "…" if n is None or n == "" else str(n)
        return f"{text} {self.words.unit or '个'}" if self.lang == "zh" else text


def rows(rule: Any, words: RelatedWords, lang: str, say: Say) -> Rows:
    """Split a `where` into its span of time, which English and Chinese say apart, and the rest."""
    if not isinstance(rule, Mapping) or not isinstance(rule.get("rules"), list) or not rule["rules"]:
        return Rows(words, [], [], lang)
    parts = [part for part in rule["rules"] if isinstance(part, Mapping)]
    when: Tokens = []
    if rule.get("combinator") == "and" and not rule.get("not"):
        span = next((part for part in parts if _is_span(part, words.moment)), None)
        if span is not None:
            text, no_today = dates_said.span(span["value"], lang)
            when = fill(Words("最近{v}内", "in the last {v}"), lang, v=text)
            when += plain(Words("（不含今天）", "(not counting today)").say(lang)) if no_today else []
            parts = [part for part in parts if part is not span]
    if not parts:
        return Rows(words, when, [], lang)
    simple = len(parts) == 1 or (rule.get("combinator") == "and" and not any("rules" in part for part in parts))
    if lang == "zh" and simple and not rule.get("not"):
        which: Tokens = []
        for part in parts:
            which += [*plain("、" if which else ""), *say(part, words.names)]
        return Rows(words, when, which, lang)
    said = say({**rule, "rules": parts}, words.names)
    return Rows(words, when, [Token("满足（", "open"), *said, Token("）", "close")] if lang == "zh" else said, lang)


def _is_span(part: Mapping[str, Any], moment: str) -> bool:
    """A plain `in the last n` on the date that the records are known by, or on any date where none is known."""
    held = part.get("value")
    fits = part.get("field") == moment and part.get("operator") == "inLast" and isinstance(held, Mapping)
    return fits and bool(isinstance(held, Mapping) and held.get("n")) and not {"agg", "match"} & part.keys()


def aggregate(rule: Mapping[str, Any], names: Wording, lang: str, say: Say) -> Tokens:
    """A condition on a count, a sum, an average, an extreme, the first or the last of the related records."""
    agg = rule["agg"] if isinstance(rule.get("agg"), Mapping) else {}
    words = names.related(str(rule["field"]))
    found = rows(agg.get("where"), words, lang, say)
    fn, operator, held = agg.get("fn"), str(rule.get("operator")), rule.get("value")
    if operator not in OPERATORS or (fn != "count" and not isinstance(agg.get("of"), str)):
        return [*found.full(), *plain(UNFINISHED.say(lang))]
    if fn == "count":
        return _count(found, operator, held, lang)
    if fn == "countDistinct":
        return _distinct(found, str(agg["of"]), operator, held, lang)
    if operator in ("null", "notNull"):
        return fill(_NONE if operator == "null" else _ANY, lang, r=found.full())
    about = replace(_subject(found, str(fn), agg, lang), unit="")
    said = (
        _english_sum(found, about, str(fn), operator, held)
        if fn in _ADDED and lang != "zh"
        else phrase(about, operator, held, lang)
    )
    if fn != "sum" and OPERATORS[operator].denies:
        said += plain(NONE_TOO.say(lang))
    return said


def _count(found: Rows, operator: str, held: Any, lang: str) -> Tokens:
    if operator in ("=", "<=") and held == 0:
        return _nobody(found, lang)
    if lang == "zh" and ((operator == ">=" and held == 1) or (operator == ">" and held == 0)):
        return [*found.when, Token("有", "op"), *replace(found, when=[]).full()]
    return _numbered(found, _COUNT, operator, held, lang)


def _nobody(found: Rows, lang: str) -> Tokens:
    """`最近 14 天内没有跟进记录`: the span of time comes first in Chinese."""
    if lang == "zh":
        return [*found.when, Token("没有", "op"), *replace(found, when=[]).full()]
    return fill(_NONE, lang, r=found.full())


def _numbered(
    found: Rows, table: Mapping[str, Words], operator: str, held: Any, lang: str, noun: Tokens | None = None
) -> Tokens:
    words = table.get(operator)
    if words is None:
        return [*found.full(), *plain(UNFINISHED.say(lang))]
    those = found.full(many=held != 1) if noun is None else noun
    if isinstance(held, list) and operator in ("between", "notBetween") and len(held) == 2:
        return fill(words, lang, r=those, v=str(held[0]), w=found.counted(held[1]))
    if isinstance(held, list):
        last = Words("或", "or")
        return fill(words, lang, r=those, v=listed([found.counted(one) for one in held] or ["…"], last, lang))
    return fill(words, lang, r=those, v=found.counted(held), w="…")


def _distinct(found: Rows, of: str, operator: str, held: Any, lang: str) -> Tokens:
    """How many different values the related records have in a field."""
    field = Token(inside(found.words.names.field(of), lang), "field")
    if lang == "zh":
        noun = [*found.full(), Token("里不同的", "op"), field]
        kinds = replace(found, words=replace(found.words, unit="种"))
        return _numbered(kinds, _COUNT, operator, held, lang, noun)
    return _numbered(found, _COUNT, operator, held, lang, [Token("different", "op"), field, Token("in"), *found.full()])


def _subject(found: Rows, fn: str, agg: Mapping[str, Any], lang: str) -> Subject:
    """The words for what an aggregate yields, ready for any operator of its field's kind."""
    of, names = str(agg["of"]), found.words.names
    kind = names.kind(of)
    field = Token(inside(names.field(of), lang), "field")
    if fn in ("first", "last"):
        return Subject(_edge_field(found, fn, field, agg.get("by"), lang), kind, names, of)
    if fn in ("min", "max") and kind in ("date", "datetime"):
        if of == found.words.moment:
            return Subject(_edge(found, fn, lang), kind, names, of)
        return Subject(_of(found, [Token(_LATEST[fn].say(lang), "op"), field], lang), kind, names, of)
    how = Token({**_ADDED, **_EXTREME}.get(fn, _VALUE).say(lang), "op")
    if lang == "zh":
        return Subject([*found.full(), *_glue(found, field), field, how], kind, names, of)
    return Subject(_of(found, [how, field], lang), kind, names, of)


def _glue(found: Rows, field: Token) -> Tokens:
    """`订单金额`, but `消费记录的实付金额`."""
    return [] if len(found.words.label) <= 2 or field.text.startswith(found.words.label) else [Token("的")]


def _of(found: Rows, what: Tokens, lang: str) -> Tokens:
    if lang == "zh":
        return [*found.full(), *what]
    return [Token("the"), *what, Token("of"), *found.full(last=False)]


def _edge(found: Rows, fn: str, lang: str) -> Tokens:
    """`最近一笔订单`, `the last order`."""
    if lang == "zh":
        which = [*found.which, Token("的")] if found.which else []
        return [*found.when, Token(f"{_EDGE[fn].zh}{found.words.unit or '条'}", "op"), *which, *found.noun()]
    bare = replace(
        found, words=replace(found.words, unit=found.words.unit or "of the " + inside(found.words.label, lang))
    )
    return [Token(f"the {_EDGE[fn].en}", "op"), *bare.full(many=False, last=False)]


def _edge_field(found: Rows, fn: str, field: Token, by: Any, lang: str) -> Tokens:
    """`最近一笔订单的状态`, `the status of the last order`."""
    other = isinstance(by, str) and by != found.words.moment
    order = Token(inside(found.words.names.field(by), lang), "field") if isinstance(by, str) else Token("…")
    edge = _edge(found, fn, lang)
    if lang == "zh":
        return [*([Token("按"), order] if other else []), *edge, Token("的"), field]
    return [Token("the"), field, Token("of"), *edge, *([Token("by"), order] if other else [])]


def _english_sum(found: Rows, about: Subject, fn: str, operator: str, held: Any) -> Tokens:
    """`orders in the last 90 days total at least ¥10,000`, with the field where it is not plainly the amount."""
    said = f"{{f}} {_ADDED[fn].en} {_TAIL.get(operator, '{v}')}"
    words = Words(said, said)
    pair = isinstance(held, list) and operator in ("between", "notBetween") and len(held) == 2
    texts = [shown(about, one, "en") for one in held] if isinstance(held, list) and held else [shown(about, held, "en")]
    subject = found.full(last=False)
    made = (
        fill(words, "en", f=subject, v=texts[0], w=texts[1])
        if pair
        else fill(words, "en", f=subject, v=listed(texts, OR, "en"), w="…")
    )
    label = inside(about.names.field(about.name), "en")
    plainly = label.lower() in MAIN_SUMS or texts[-1].lower().endswith(f" {label.lower()}")
    return made if plainly else [*made, Token("in"), Token(label, "field")]


def match(rule: Mapping[str, Any], names: Wording, lang: str, say: Say) -> Tokens:
    """A condition on some, none, all or so many of the related records."""
    how = rule["match"] if isinstance(rule.get("match"), Mapping) else {}
    words, mode, limit = names.related(str(rule["field"])), how.get("mode"), how.get("threshold")
    held = rule.get("value")
    found = rows(
        held if isinstance(held, Mapping) and "rules" in held else {"combinator": "and", "rules": [held]},
        words,
        lang,
        say,
    )
    if mode == "all":
        said = say(held, words.names)
        noun = found.noun(many=False)
        every = Words(
            "每" + (words.unit or "条") + "{r}都满足（{c}）",
            "every one of the {r} fits ({c})" if not words.unit else "every {r} fits ({c})",
        )
        if isinstance(held, Mapping) and not held.get("rules", True):  # what says that there are none has its own brackets
            every = Words(every.zh.replace("（{c}）", "{c}"), every.en.replace("({c})", "{c}"))
        return fill(every, lang, r=noun, c=said)
    if mode == "none":
        return _nobody(found, lang)
    if mode == "some" and lang == "zh":
        return [*found.when, Token("有", "op"), *replace(found, when=[]).full()]
    table = _MATCH.get(str(mode))
    if table is None:
        return [*found.full(), *plain(UNFINISHED.say(lang))]
    return fill(table, lang, r=found.full(many=mode != "some" and limit != 1), v=found.counted(limit))
