"""What the runs of a drawn story must have done, worked out in plain Python without any of the engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.crm import NOW
from tests.workflows.drawn import HOURS, Event, Story

Node = Mapping[str, Any]
NEVER = 10**6
END = HOURS + 60  # by then every run of a story has come to rest


@dataclass
class Life:
    """One record over the hours: what it holds, and whether it is there."""

    events: Sequence[Event]

    def values(self, hour: int) -> dict[str, Any]:
        return {key: value for event in self.events if event.hour <= hour for key, value in event.values.items()}

    def there(self, hour: int) -> bool:
        past = [event.what for event in self.events if event.hour <= hour]
        return bool(past) and past[-1] != "remove"

    def fits(self, rule: Node | None, hour: int) -> bool:
        if rule is None:
            return True
        leaf, value = rule["rules"][0], self.values(hour).get(rule["rules"][0]["field"])
        return value is not None and bool(value == leaf["value"] if leaf["operator"] == "=" else value > leaf["value"])


@dataclass
class Course:
    """One run: when which step is looked at, where it stops or fails. `before` leads to what happened on the way there."""

    workflow: str
    record: int
    begins: int
    visits: list[tuple[int, str, str]] = field(default_factory=list)
    stops: list[tuple[int, frozenset[str]]] = field(default_factory=list)
    ends: int = NEVER

    def resolve(self, life: Life) -> Result:
        """What remains after the first stop and after the record was found deleted."""
        stopped = min((at for at, _ in self.stops), default=NEVER)
        gone = min((at for at, _, _ in self.visits if not life.there(at)), default=NEVER)
        over = min(stopped, gone)
        must = {key for at, key, _ in self.visits if at < over}
        may = {key for at, key, _ in self.visits if at <= over} if gone > stopped else must
        if stopped < gone and stopped != NEVER:
            sure = [before for at, before in self.stops if at == stopped]
            must |= frozenset.intersection(*sure)
        failed = {key: at for at, key, what in self.visits if what == "bad"}
        return Result(self, must, may, failed, over, "stopped" if gone <= stopped and gone != NEVER else "done")


@dataclass(frozen=True)
class Result:
    """The steps a run surely takes and those it may take, and how it stands at an hour."""

    course: Course
    must: set[str]
    may: set[str]
    failed: Mapping[str, int]
    over: int
    how: str

    def state(self, hour: int) -> str | None:
        """open, failed, done or stopped; None where two things of one hour decide by their order."""
        if self.over <= hour:
            return self.how
        if self.course.ends <= hour:
            return "done"
        return "failed" if any(at <= hour for key, at in self.failed.items() if key in self.must) else "open"


class Walker:
    """Takes the steps of one run by the clock."""

    def __init__(self, course: Course, life: Life) -> None:
        self.course, self.life = course, life

    def walk(self, steps: Sequence[Node], at: int, before: frozenset[str]) -> tuple[int, frozenset[str]]:
        """When the last of these steps is left, and what has been done by then; NEVER where it is not left at all."""
        for node in steps:
            if at == NEVER:
                break
            self.course.visits.append((at, node["key"], "bad" if _bad(node) else node["type"]))
            before |= {node["key"]}
            at, before = self._do(node, at, before)
        return at, before

    def _do(self, node: Node, at: int, before: frozenset[str]) -> tuple[int, frozenset[str]]:
        match node["type"]:
            case "branch":
                way = next((one for one in node["branches"] if self.life.fits(one.get("when"), at)), None)
                return (at, before) if way is None else self.walk(way["steps"], at, before)
            case "parallel":
                ways = [self.walk(one["steps"], at, before) for one in node["branches"]]
                return max(end for end, _ in ways), frozenset().union(*(done for _, done in ways))
            case "wait":
                return self._wait(node, at), before
            case "stop":
                self.course.stops.append((at, before))
                return NEVER, before
        return (NEVER if _bad(node) else at), before

    def _wait(self, node: Node, at: int) -> int:
        """When the wait is over; each time it is looked at counts as a visit, for then a deleted record is noticed."""
        if "for" in node:
            left = at + int(node["for"]["n"])
        elif "until" in node:
            left = max(at, _hour_of(self.life.values(at).get(node["until"])))
        else:
            asked = range(at, at + int(node["most"]["n"]) + 1)
            left = next((hour for hour in asked if self.life.fits(node["when"], hour)), asked[-1])
            for hour in range(at + 1, left):
                self.course.visits.append((hour, node["key"], "wait"))
        self.course.visits.append((left, node["key"], "wait"))
        return left


def _bad(node: Node) -> bool:
    return node["type"] == "set_fields" and node["set"][0]["field"] == "kind"


def _hour_of(day: str | None) -> int:
    """The hour of the story at which a day begins; before its start where there is no day."""
    if day is None:
        return -1
    span = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo("Asia/Shanghai")) - NOW
    return int(span / timedelta(hours=1))


def results(story: Story) -> list[Result]:
    """Every run of the story."""
    return [result for record in sorted({event.record for event in story.events}) for result in _of(story, record)]


def _of(story: Story, record: int) -> Iterator[Result]:
    life = Life([event for event in story.events if event.record == record])
    for event in life.events:
        for _, body in story.flows:
            if _answers(body["trigger"], event) and life.there(event.hour) and life.fits(body["trigger"].get("when"), event.hour):
                course = Course(body["key"], record, event.hour)
                course.ends, _ = Walker(course, life).walk(body["steps"], event.hour, frozenset())
                yield course.resolve(life)


def _answers(trigger: Node, event: Event) -> bool:
    if trigger["type"] == "created":
        return event.what == "create"
    return event.what == "change" and event.values["kind"] in trigger.get("to", [event.values["kind"]])
