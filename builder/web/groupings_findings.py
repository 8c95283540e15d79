"""What is found of a draft's rules, said where it is mended: at the group, at the condition, before publishing, on the map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from builder.web.groupings_room import Room
from builder.web.groupings_where import where
from runtime.errors import Problem
from runtime.groups import findings
from runtime.groups.findings import Finding
from runtime.messages import say
from runtime.records.targets import RecordTarget, shown
from runtime.rules.check import check_rule, errors
from runtime.web import here
from runtime.words import Words, read

QUOTED = {"zh": ("「{}」", "、"), "en": ("“{}”", ", ")}
TODAY = Words("（按今天的日期算）", " (with today’s dates)")
# What a condition is told of the finding it belongs to; the others are about the whole group.
AT = {
    findings.NEVER: "finding_here_against",
    findings.NEVER_INSIDE: "finding_here_above",
    "finding_part_never": "finding_here_never",
    "finding_needless": "finding_here_needless",
}
# A part that changes nothing is no trouble, only longer than it need be.
QUIET = ("finding_needless", "finding_part_never", findings.WITHIN)


@dataclass(frozen=True)
class Said:
    """One finding in words: whose, where it is mended, and whether it can wait."""

    group: str
    text: str
    href: str
    quiet: bool


def found(room: Room) -> list[Finding]:
    """All findings of the draft; groups whose rule is not finished are left out."""
    target = RecordTarget(room.found, room.live, shown(room.found))
    rules = {key: group.rule for key, group in room.grouping.groups.items() if group.rule}
    broken = {key for key, rule in rules.items() if errors(check_rule(rule, target))}
    return findings.findings(room.grouping, target, here.as_of(), broken)


def told(room: Room, every: Sequence[Finding]) -> list[Said]:
    """The findings as sentences with the way to where they are mended, those that matter first."""
    made = [Said(one.group, sentence(room, one), href(room, one), one.code in QUIET) for one in every]
    return sorted(made, key=lambda one: one.quiet)


def sentence(room: Room, one: Finding) -> str:
    """A finding about a group."""
    return _say(room, one.code, one)


def href(room: Room, one: Finding) -> str:
    """The group, opened at the first condition that a finding is about."""
    path = ".".join(filter(None, [f"{room.grouping.groups[one.group].path}.rule", *one.paths[:1]]))
    return where(room, Problem(path, one.code))


def seen(room: Room) -> dict[str, Any]:
    """What the page shows: by group, and by condition of the open one."""
    every = found(room)
    by_group: dict[str, list[Said]] = {}
    for one in told(room, every):
        by_group.setdefault(one.group, []).append(one)
    return {"findings": by_group, "notes": _notes(room, every)}


def _notes(room: Room, every: Sequence[Finding]) -> Mapping[str, str]:
    """By path, what is to be said at a condition of the open group."""
    own = [one for one in every if room.group is not None and one.group == room.group.key and one.code in AT]
    return {path: _say(room, AT[one.code], one) for one in reversed(own) for path in one.paths if path}


def _say(room: Room, code: str, one: Finding) -> str:
    groups = room.grouping.groups
    parent = groups[one.group].parent
    quote, comma = QUOTED[room.lang]
    params = {
        "group": groups[one.group].label,
        "parent": groups[parent].label if parent else {},
        "others": comma.join(quote.format(read(groups[key].label, room.lang)) for key in one.others if key in groups),
    }
    said = say(Problem("", code, params), room.lang)
    stop = "。" if room.lang == "zh" else "."
    return said.removesuffix(stop) + TODAY.say(room.lang) + (stop if said.endswith(stop) else "") if one.timed else said
