"""How little would have to be different for a record to fit: the fewest fields, the nearest values.

A field, or a sum over related records, is changed as a whole: a value that satisfies one condition is asked of every
other condition on it too, by the same interpreter. Only how conditions are put together is decided here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from runtime.clock import AsOf
from runtime.rules import related, shape, tried
from runtime.rules.compile import Work
from runtime.rules.operators import OPERATORS
from runtime.rules.target import Operand, Target
from runtime.rules.tried import Tried

Rule = Mapping[str, Any]
Place = tuple[int, str]  # which rule, and the path of the condition in it
MOST = 3  # things that would have to be different; a longer list helps nobody
COLUMNS = 1500  # SQLite answers 2,000 in a row, PostgreSQL 1,664
TRIES = 20_000


@dataclass(frozen=True)
class Change:
    """One thing that would have to be different: which conditions turn, from what, to what.

    `name` is a field, or the inverse of the rows a sum is over. `to` is as the column would hold it; with `any` just something
    would do, and None of a `vague` one only says that the answer has to be another.
    """

    name: str
    turns: tuple[tuple[Rule, bool], ...]
    actual: Any
    to: Any
    any: bool = False
    vague: bool = False


@dataclass
class _Subject:
    """What is changed as a whole, with the conditions on it."""

    name: str
    operand: Operand | None
    asked: list[tuple[Place, Rule]] = field(default_factory=list)
    actual: Any = None


@dataclass(frozen=True)
class _Option:
    """One way a subject could be different, with the answers it gives."""

    distance: float
    tried: Tried
    answers: Mapping[Place, bool]
    vague: bool = False


def smallest(
    conn: Connection, fits: Rule, others: Sequence[Rule], target: Target, record_id: int, as_of: AsOf
) -> list[Change] | None:
    """What would make a record fit one rule and none of the `others`; [] where it does, None where too much would have to."""
    rules = [fits, *others]
    work = Work(target, as_of, None, scan=False)
    subjects = _subjects(work, rules)
    now = _now(conn, work, subjects, record_id)
    if now is None:
        return None

    def wanted(answers: Mapping[Place, bool]) -> bool:
        return _true(fits, 0, "", answers) and not any(_true(r, n, "", answers) for n, r in enumerate(others, 1))

    if wanted(now):
        return []
    ways = _ways(conn, subjects, now, as_of)
    if ways is None:
        return None
    tries = 0
    for size in range(1, MOST + 1):
        best: tuple[tuple[int, float], list[tuple[_Subject, _Option]]] | None = None
        for chosen in combinations([s for s in subjects if ways[id(s)]], size):
            for options in product(*(ways[id(subject)] for subject in chosen)):
                if (tries := tries + 1) > TRIES:
                    return None
                rank = (sum(o.vague for o in options), sum(o.distance for o in options))
                if (best is None or rank < best[0]) and wanted({**now, **{p: a for o in options for p, a in o.answers.items()}}):
                    best = rank, list(zip(chosen, options, strict=True))
        if best is not None:
            return [_change(subject, option, now) for subject, option in best[1]]
    return None


def _true(rule: Rule, number: int, path: str, answers: Mapping[Place, bool]) -> bool:
    """A rule put together from its conditions' answers."""
    if not shape.is_group(rule):
        return answers[number, path]
    parts = (_true(part, number, shape.under(path, at), answers) for at, part in enumerate(rule["rules"]))
    together = all(parts) if rule["combinator"] == "and" else any(parts)
    return together != bool(rule.get("not", False))


def _subjects(work: Work, rules: Sequence[Rule]) -> list[_Subject]:
    found: dict[str, _Subject] = {}
    for number, rule in enumerate(rules):
        for path, leaf in shape.leaves(rule):
            key, operand = _of(work, leaf, path)
            found.setdefault(key, _Subject(leaf["field"], operand)).asked.append(((number, path), leaf))
    return list(found.values())


def _of(work: Work, leaf: Rule, path: str) -> tuple[str, Operand | None]:
    """What a condition is about. Where no single value can be tried, the condition is a thing of its own."""
    alone = json.dumps(leaf, sort_keys=True, default=str)
    if "match" in leaf or OPERATORS[leaf["operator"]].takes == "past" or leaf["field"].startswith("$") or leaf.get("valueSource") == "field":
        return alone, None
    operand = related.aggregate(work, leaf, path) if "agg" in leaf else work.operand(leaf["field"], path)
    if operand.kind not in tried.KINDS:
        return alone, None
    return json.dumps([leaf["field"], leaf.get("agg")], sort_keys=True), operand


def _now(conn: Connection, work: Work, subjects: Sequence[_Subject], record_id: int) -> dict[Place, bool] | None:
    """Every condition's answer as it is; each subject learns what the record has."""
    places = [(place, leaf) for subject in subjects for place, leaf in subject.asked]
    columns: list[ColumnElement[Any]] = [work.condition(leaf, path=place[1]) for place, leaf in places]
    asked: list[tuple[_Subject, Any]] = []
    for subject in subjects:
        for value, column in _held(subject):
            asked.append((subject, value))
            columns.append(column)
    if len(columns) > COLUMNS:
        return None
    named = [column.label(f"c{at}") for at, column in enumerate(columns)]
    row = conn.execute(sa.select(*named).where(work.target.id == record_id)).one_or_none()
    if row is None:
        return None
    for (subject, value), held in zip(asked, row[len(places):], strict=True):
        if subject.operand is not None and subject.operand.many is not None:
            subject.actual = (*(subject.actual or ()), *((value,) if held else ()))
        else:
            subject.actual = held
    return {place: bool(row[at]) for at, (place, _leaf) in enumerate(places)}


def _held(subject: _Subject) -> Iterator[tuple[Any, ColumnElement[Any]]]:
    operand = subject.operand
    if operand is None:
        return
    if operand.many is None:
        yield None, operand.value
        return
    named = tried.named_of(operand, [leaf for _place, leaf in subject.asked])
    for value in named:
        yield value, operand.many.any_of([value])
    yield tried.others(operand), sa.not_(operand.many.only(named)) if named else operand.many.present()


def _ways(conn: Connection, subjects: Sequence[_Subject], now: Mapping[Place, bool], as_of: AsOf) -> dict[int, list[_Option]] | None:
    """How each subject could be different: one select asks every condition of every value that is tried."""
    columns: list[ColumnElement[Any]] = []
    asked: list[tuple[_Subject, Tried, int]] = []
    for subject in subjects:
        for one in _tries(subject, as_of):
            asked.append((subject, one, len(columns)))
            columns += [tried.holds(subject.operand, leaf, one.value, as_of, place[1])  # type: ignore[arg-type]
                        for place, leaf in subject.asked]
    if len(columns) > COLUMNS:
        return None
    row = conn.execute(sa.select(*(c.label(f"c{at}") for at, c in enumerate(columns)))).one() if columns else ()
    found: dict[int, dict[tuple[bool, ...], _Option]] = {id(subject): {} for subject in subjects}
    for subject, one, at in asked:
        said = tuple(bool(answer) for answer in row[at : at + len(subject.asked)])
        answers = {place: answer for (place, _leaf), answer in zip(subject.asked, said, strict=True)}
        option = _Option(_distance(subject.actual, one), one, answers)
        known = found[id(subject)].get(said)
        if said != tuple(now[place] for place, _leaf in subject.asked) and (known is None or option.distance < known.distance):
            found[id(subject)][said] = option
    for subject in subjects:
        if subject.operand is None and (subject.name == "$group" or not subject.name.startswith("$")):
            flipped = {place: not now[place] for place, _leaf in subject.asked}
            found[id(subject)][tuple(flipped.values())] = _Option(1.0, Tried(None), flipped, vague=True)
    return {key: list(options.values()) for key, options in found.items()}


def _tries(subject: _Subject, as_of: AsOf) -> list[Tried]:
    if subject.operand is None:
        return []
    conditions = [leaf for _place, leaf in subject.asked]
    if subject.operand.many is not None:
        return tried.sets(subject.operand, conditions, subject.actual or ())
    return tried.values(subject.operand, conditions, subject.actual, as_of)


def _distance(actual: Any, one: Tried) -> float:
    """How far away a value is; emptying a field is the last resort, because people rarely can."""
    if one.value is None or one.value == ():
        return 4.0
    if isinstance(actual, int | float) and isinstance(one.value, int | float) and not isinstance(actual, bool):
        return min(1.0, abs(one.value - actual) / max(abs(actual), abs(one.value), 1))
    if isinstance(one.value, tuple):
        return len(set(one.value) ^ set(actual or ())) / 4
    return 1.0


def _change(subject: _Subject, option: _Option, now: Mapping[Place, bool]) -> Change:
    turns = tuple((leaf, option.answers[place]) for place, leaf in subject.asked if option.answers[place] != now[place])
    return Change(subject.name, turns, subject.actual, option.tried.value, option.tried.any, option.vague)
