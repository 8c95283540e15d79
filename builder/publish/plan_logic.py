"""Logic that newly refuses entries: existing records may be such entries."""

from __future__ import annotations

from collections.abc import Iterator

from builder.publish.change import ATTENTION, Change, named
from runtime.definitions.logic import REFUSE, Logic, LogicRule
from runtime.words import Words

NOTE = Words("这样的记录照常能看，下次编辑时要改好才能保存", "Such records can be read; at their next edit they must be put right to be saved")


def refusals(before: Logic, after: Logic) -> Iterator[Change]:
    """One change per refusal that is new, or whose condition is another."""
    known = {(str(rule.when), holds) for rule in before.rules for _, holds in _sides(rule)}
    for rule in after.rules:
        for said, holds in _sides(rule):
            if (str(rule.when), holds) not in known:
                title = named(Words("新的拦截：{said}", "Newly refused: {said}"), said=said)
                yield Change("logic_refuses", rule.path, title, NOTE, ATTENTION, values={"when": rule.when, "holds": holds})


def _sides(rule: LogicRule) -> Iterator[tuple[dict[str, str], bool]]:
    """What a rule says when it refuses, and whether it does so when its condition holds."""
    for side, holds in ((rule.then, True), (rule.otherwise, False)):
        for action in side:
            if action.kind == REFUSE:
                yield action.value, holds
