"""What a new version of a workflow does otherwise: its trigger, steps that came, went, moved or changed, branches and their conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from builder.publish.change import ATTENTION, Change, named
from runtime.definitions.workflow import Step, Workflow
from runtime.words import Words
from runtime.workflows.base import StepType, TriggerType
from runtime.workflows.registry import STEPS, TRIGGERS

Body = Mapping[str, Any]
APART = ("key", "type", "label", "branches")
OPEN = Words("只影响以后开始的运行，正在跑的不变", "Counts for runs that begin from now on; those under way go on as they were")
QUIET = Words("跑法不变", "Runs go on as they did")
NAME, HELP = Words("流程改名为「{name}」", "The workflow is called “{name}”"), Words("改了说明", "Changed the explanation")
STARTS, STARTS_AT, ASKS = Words("改成「{name}」时开始", "Begins when: {name}"), Words("改了什么时候开始：{what}", "Changed when it begins: {what}"), Words("改了哪些才开始的条件", "Changed whom it begins for")
CAME, WENT = Words("加了一步「{name}」", "Added the step “{name}”"), Words("去掉一步「{name}」", "Removed the step “{name}”")
MOVED, SET = Words("「{name}」换了位置", "Moved “{name}”"), Words("改了「{name}」：{what}", "Changed “{name}”: {what}")
CALLED = Words("「{old}」改叫「{name}」", "“{old}” is now called “{name}”")
WAY_CAME, WAY_WENT = Words("「{step}」多了一路「{name}」", "“{step}” has the new branch “{name}”"), Words("「{step}」去掉一路「{name}」", "“{step}” lost the branch “{name}”")
WAY_ASKS, WAY_CALLED = Words("改了「{name}」的条件", "Changed the condition of “{name}”"), Words("「{old}」这一路改叫「{name}」", "The branch “{old}” is now called “{name}”")
WAYS_MOVED = Words("「{step}」的各路换了先后", "Changed the order of the branches of “{step}”")
GONE_NOTE = Words("停在这一步的运行照旧版本跑完", "Runs that stand at it go on by the old version")


def plan_workflow(old: Body, new: Body) -> list[Change]:
    """Every change, the outermost first."""
    before, after = Workflow(old), Workflow(new)
    return [*_whole(old, new), *_trigger(old["trigger"], new["trigger"]), *_steps(before, after)]


def _whole(old: Body, new: Body) -> Iterator[Change]:
    if old["label"] != new["label"]:
        yield Change("renamed", "label", named(NAME, name=new["label"]), QUIET)
    if old.get("help") != new.get("help"):
        yield Change("help", "help", HELP, QUIET)


def _trigger(old: Body, new: Body) -> Iterator[Change]:
    if old["type"] != new["type"]:
        kind = TRIGGERS.get(new["type"]) if new["type"] in TRIGGERS else None
        yield Change("trigger", "trigger", named(STARTS, name=kind.label._asdict() if kind else new["type"]), OPEN, ATTENTION)
    elif {**old, "when": None} != {**new, "when": None}:
        yield Change("trigger_set", "trigger", named(STARTS_AT, what=_what(TRIGGERS, {**old, "when": None}, {**new, "when": None})), OPEN, ATTENTION)
    if old.get("when") != new.get("when"):
        yield Change("trigger_asks", "trigger.when", ASKS, OPEN, ATTENTION)


def _steps(before: Workflow, after: Workflow) -> Iterator[Change]:
    moved = _moved(before, after)
    for step in after.listed:
        was = before.steps.get(step.key)
        if was is None:
            yield Change("step_added", step.path, named(CAME, name=name_of(step)), OPEN)
            continue
        if step.key in moved:
            yield Change("step_moved", step.path, named(MOVED, name=name_of(step)), OPEN)
        if was.label != step.label:
            yield Change("step_renamed", step.path, named(CALLED, old=name_of(was), name=name_of(step)), QUIET)
        if was.type != step.type or _own(was) != _own(step):
            yield Change("step_set", step.path, named(SET, name=name_of(step), what=_what(STEPS, was.node, step.node)), OPEN)
        yield from _ways(was, step)
    for step in before.listed:
        if step.key not in after.steps:
            yield Change("step_removed", "steps", named(WENT, name=name_of(step)), GONE_NOTE, ATTENTION)


def _what(kinds: Mapping[str, StepType] | Mapping[str, TriggerType], old: Body, new: Body) -> Mapping[str, str]:
    """What the settings are called that hold something else now."""
    known = kinds[new["type"]].settings if new["type"] in kinds else {}
    changed = [name for name in dict.fromkeys([*known, *new, *old]) if name not in APART and old.get(name) != new.get(name)]
    called = [known[name].get("x-label", {"zh": name, "en": name}) if name in known else {"zh": name, "en": name} for name in changed]
    return {"zh": "、".join(one["zh"] for one in called), "en": ", ".join(one["en"] for one in called)}


def _own(step: Step) -> dict[str, Any]:
    return {name: value for name, value in step.node.items() if name not in APART}


def _moved(before: Workflow, after: Workflow) -> set[str]:
    """The fewest steps whose moving explains the new order: all but the longest run that kept it, and who changed branches."""
    there, old = {step.key: _home(after, step) for step in after.listed}, [step for step in before.listed if step.key in after.steps]
    crossed = {step.key for step in old if _home(before, step) != there[step.key]}
    places = {step.key: place for place, step in enumerate(step for step in after.listed)}
    found: set[str] = set(crossed)
    for home in set(there.values()):
        kept = [step.key for step in old if step.key not in crossed and there[step.key] == home]
        found |= set(kept) - set(_rising(kept, places))
    return found


def _home(flow: Workflow, step: Step) -> tuple[str, str]:
    """The branch a step stands in, by keys."""
    if step.inside is None:
        return "", ""
    owner = flow.steps[step.inside[0]]
    return owner.key, owner.branches[step.inside[1]].key


def _rising(keys: list[str], places: Mapping[str, int]) -> list[str]:
    """The longest part of a list whose places rise."""
    best: list[list[str]] = []
    for key in keys:
        before = max((run for run in best if places[run[-1]] < places[key]), key=len, default=[])
        best.append([*before, key])
    return max(best, key=len, default=[])


def _ways(was: Step, now: Step) -> Iterator[Change]:
    old, new = {way.key: way for way in was.branches}, {way.key: way for way in now.branches}
    for key, way in new.items():
        if key not in old:
            yield Change("way_added", way.path, named(WAY_CAME, step=name_of(now), name=way.label or {"zh": key, "en": key}), OPEN)
            continue
        if old[key].label != way.label:
            yield Change("way_renamed", way.path, named(WAY_CALLED, old=old[key].label, name=way.label), QUIET)
        if old[key].when != way.when:
            yield Change("way_asks", way.path, named(WAY_ASKS, name=way.label or {"zh": key, "en": key}), OPEN, ATTENTION)
    for key, way in old.items():
        if key not in new:
            yield Change("way_removed", now.path, named(WAY_WENT, step=name_of(now), name=way.label or {"zh": key, "en": key}), GONE_NOTE, ATTENTION)
    if [key for key in old if key in new] != [key for key in new if key in old]:
        yield Change("ways_moved", now.path, named(WAYS_MOVED, step=name_of(now)), OPEN, ATTENTION)


def name_of(step: Step) -> Mapping[str, str]:
    """What people call a step: its own name, or what its kind does."""
    kind = STEPS.get(step.type) if step.type in STEPS else None
    return step.label or (kind.label._asdict() if kind else {"zh": step.type, "en": step.type})
