"""What membership asks of a record: which group of these siblings. One SQL expression each, for every use there is.

The same expression keeps membership right on write, builds it after publishing, previews a draft and explains one
record; pins and order are part of it, so there is no second place that decides who is in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from runtime.definitions.grouping import Group, Grouping, Siblings
from runtime.storage import system_tables as tables

Condition = Callable[[Mapping[str, Any]], ColumnElement[bool]]
Number = ColumnElement[Any]


@dataclass(frozen=True)
class Question:
    """`answer` is the number of the group a record belongs to among `choices` (numbers), or NULL."""

    generation: int
    grouping: str
    choices: tuple[int, ...]
    answer: Number


@dataclass(frozen=True)
class Asked:
    """What the questions of one grouping are made with: its numbers, its rules compiled, and the pins' place.

    `record` is the record's id column; `pinned` leaves the pins out where the grouping has none, which spares a scan two
    look-ups per group and row; `at` is the moment (text, or a late parameter) that pins must outlast.
    """

    grouping: Grouping
    generation: int
    ids: Mapping[str, int]
    condition: Condition
    record: Number
    pinned: bool
    at: Any


def questions(asked: Asked) -> Iterator[Question]:
    """All questions of a grouping, parents before children."""
    answers: dict[str, Number] = {}
    for siblings in asked.grouping.levels:
        inside = _inside(asked, siblings, answers)
        for question, keys in _level(asked, siblings, inside):
            answers |= dict.fromkeys(keys, question.answer)
            yield question


def _inside(asked: Asked, siblings: Siblings, answers: Mapping[str, Number]) -> ColumnElement[bool] | None:
    """A nested group asks only its parent's members."""
    if siblings.parent is None:
        return None
    return answers[siblings.parent] == asked.ids[siblings.parent]


def _level(asked: Asked, siblings: Siblings, inside: ColumnElement[bool] | None) -> Iterator[tuple[Question, list[str]]]:
    groups = [asked.grouping.groups[key] for key in siblings.keys]
    if siblings.mode == "exclusive":
        cases = [*_pinned_cases(asked, groups), *_rule_cases(asked, groups, siblings.fallback)]
        yield _question(asked, [g.key for g in groups], cases, inside), [g.key for g in groups]
        return
    for group in groups:
        cases = [*_rule_cases(asked, [group], siblings.fallback)]
        if asked.pinned:
            cases = [(sa.and_(_kept_in(asked, group), sa.not_(_kept_out(asked, group))), asked.ids[group.key]), *cases]
        yield _question(asked, [group.key], cases, inside), [group.key]


def _question(
    asked: Asked, keys: list[str], cases: list[tuple[ColumnElement[bool], int]], inside: ColumnElement[bool] | None
) -> Question:
    choices = tuple(asked.ids[key] for key in keys)
    numbered = [(condition, sa.literal_column(str(number), sa.BigInteger)) for condition, number in cases]
    answer: Number = sa.case(*numbered, else_=sa.null()) if numbered else sa.null()
    if inside is not None:
        answer = sa.case((inside, answer), else_=sa.null())
    return Question(asked.generation, asked.grouping.key, choices, answer)


def _rule_cases(asked: Asked, groups: list[Group], fallback: str | None) -> Iterator[tuple[ColumnElement[bool], int]]:
    """The groups in order, then the fallback; who is kept out of a group is asked for the next one."""
    last = None
    for group in groups:
        if group.key == fallback:
            last = group
        elif group.rule is not None:
            yield _unless_out(asked, group, asked.condition(group.rule)), asked.ids[group.key]
    if last is not None:
        yield _unless_out(asked, last, sa.true()), asked.ids[last.key]


def _pinned_cases(asked: Asked, groups: list[Group]) -> Iterator[tuple[ColumnElement[bool], int]]:
    if asked.pinned:
        for group in groups:
            yield _kept_in(asked, group), asked.ids[group.key]


def _unless_out(asked: Asked, group: Group, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return sa.and_(condition, sa.not_(_kept_out(asked, group))) if asked.pinned else condition


def _kept_in(asked: Asked, group: Group) -> ColumnElement[bool]:
    """Pinned into the group or into one nested in it: a pin into a sub-group pins its ancestors."""
    return _pin(asked, [asked.ids[key] for key in _family(asked.grouping, group.key)], "in")


def _kept_out(asked: Asked, group: Group) -> ColumnElement[bool]:
    return _pin(asked, [asked.ids[group.key]], "out")


def _pin(asked: Asked, group_ids: list[int], keep: str) -> ColumnElement[bool]:
    p = tables.pin.alias()
    numbers = [sa.literal_column(str(number), sa.BigInteger) for number in group_ids]
    return sa.exists().where(
        p.c.record_id == asked.record,
        sa.or_(*(p.c.group_id == number for number in numbers)),
        p.c.keep == keep,
        sa.or_(p.c.until.is_(None), p.c.until > asked.at),
    )


def _family(grouping: Grouping, key: str) -> Iterator[str]:
    yield key
    for child in grouping.children(key):
        yield from _family(grouping, child.key)
