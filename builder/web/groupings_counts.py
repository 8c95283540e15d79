"""The numbers beside the conditions of the open rule, and whether they are of everybody or of a sample at first."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from builder.web.groupings_room import Room
from builder.web.rules_rows import owner, spot
from runtime.errors import FenzuError
from runtime.groups import funnel as funnels
from runtime.groups.funnel import Funnel, Step
from runtime.groups.sampling import Sample, roughly, sample_of
from runtime.records.targets import RecordTarget, shown
from runtime.rules.check import check_rule, errors
from runtime.rules.shape import is_group, under
from runtime.web import here
from runtime.words import Words

SOON = 0.3  # seconds: what takes longer is estimated first
PROBE, PROBE_TIME = 8, 0.03  # each eighth run is asked first; where that takes longer, it has to do
# A statement over everybody reads on and on and costs less a record than one that looks records up.
READING_ON = 0.4
SAID = {
    "left": Words("单看这一条，{a} 位符合；到这一条为止，还剩 {n} 位", "Alone: {a} fit. Left after this one: {n}"),
    "more": Words("单看这一条，{a} 位符合；前面没有、由它带进来的有 {n} 位", "Alone: {a} fit. Added by this one: {n}"),
    "free": Words("单看这一条，{a} 位符合；到这一条为止，一条都不满足的还有 {n} 位", "Alone: {a} fit. Left who fit none so far: {n}"),
    "out": Words("单看这一条，{a} 位符合；前面都满足、只有它不满足的有 {n} 位", "Alone: {a} fit. Added because they fail this one: {n}"),
}
ABOUT = Words("这是抽样估算的约数，准确的数算好会换上。", "Estimated from a sample; the exact number takes its place.")
Made = TypeVar("Made")
ADDING = ("more", "out")


@dataclass(frozen=True)
class Counted:
    """What is known by now: the steps by path, whether they are estimated, and how many there are in all."""

    steps: dict[str, Step]
    about: bool


def measured(room: Room, make: Callable[[Sample | None], Made], exact: bool) -> Made:
    """What `make(sample)` gives: of everybody where that is soon done or asked for, else of a sample of the form."""
    sample = None if exact else sample_of(here.conn(), room.live)
    if sample is None:
        return make(None)
    begun = time.perf_counter()
    part = sample.thin(PROBE)
    made = make(part)
    taken = time.perf_counter() - begun
    if taken * part.scale * READING_ON < SOON:
        return make(None)
    return make(sample) if taken < PROBE_TIME else made


def counted(room: Room, sample: Sample | None) -> Counted:
    """How many fit each condition and how many remain; what is not finished has no count and hides no other."""
    target = RecordTarget(room.found, room.live, shown(room.found))
    bad = {owner(problem.path) for problem in errors(check_rule(room.rule, target))} if room.rule else set()
    try:
        if not room.rule:
            return Counted({}, False)
        steps = dict(_funnel(room, room.rule, sample).steps) if not bad else _whole_parts(room, bad, sample)
    except FenzuError:
        return Counted({}, False)
    return Counted(steps, sample is not None)


def _funnel(room: Room, rule: Any, sample: Sample | None) -> Funnel:
    return funnels.funnel(here.conn(), room.found, room.live, rule, here.as_of(), sample)


def _whole_parts(room: Room, bad: set[str], sample: Sample | None) -> dict[str, Step]:
    """The steps of everything that is finished; an unfinished condition has no place in an order, nor what follows it."""
    good = list(_whole(room.rule, "", bad))
    if not good:
        return {}
    found = _funnel(room, {"combinator": "or", "rules": [part for _, part in good]}, sample).steps
    steps: dict[str, Step] = {}
    for at, (path, _) in enumerate(good):
        first = under("", at)
        inside = {path + name.removeprefix(first): step for name, step in found.items() if name.startswith(f"{first}.")}
        steps |= {path: Step(found[first].alone), **inside}
    return steps


def _whole(part: Any, path: str, bad: set[str]) -> Iterator[tuple[str, Any]]:
    """The largest parts of a rule in which nothing is wrong."""
    if path and not any(one == path or one.startswith(f"{path}.") for one in bad):
        yield path, part
    elif is_group(part):
        for at, inner in enumerate(part["rules"]):
            yield from _whole(inner, under(path, at), bad)


def told(found: Counted, lang: str) -> str:
    """The counts as the page's script puts them into their places: by row, alone, after it, and a sentence."""
    return json.dumps({spot(path): _told(step, found.about, lang) for path, step in found.steps.items()})


def _told(step: Step, about: bool, lang: str) -> list[str]:
    alone = figure(step.alone, about)
    if step.after is None:
        return [alone, "", ABOUT.say(lang) if about else ""]
    after = figure(step.after, about)
    said = SAID[step.kind].say(lang, a=alone, n=after)
    return [alone, ("+" if step.kind in ADDING else "") + after, f"{said} {ABOUT.say(lang)}" if about else said]


def figure(count: int, about: bool) -> str:
    """A number as people write it; an estimate shows that it is one."""
    return f"≈{roughly(count):,}" if about else f"{count:,}"
