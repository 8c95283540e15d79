"""What every kind of step and trigger gives, and what it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, TypeVar

from runtime.definitions.form import Form
from runtime.definitions.grouping import Grouping
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Step, Workflow
from runtime.errors import NotFound, Problem
from runtime.records import load
from runtime.records.act import Act
from runtime.records.load import Record
from runtime.storage.live import LiveForm
from runtime.words import Words
from runtime.workflows.kept import Kept
from runtime.workflows.kept_lines import READERS, Span, Told, batches
from runtime.workflows.outcome import Outcome
from runtime.workflows.rows import Place, Run
from runtime.workflows.wording import Teller

Node = Mapping[str, Any]
UNTOLD = Words("这类事过去没有记下来，算不出会跑几次", "Nothing of this kind was kept, so its past cannot be told")
T = TypeVar("T")


@dataclass
class Here:
    """One step being done: the act it is done in, the run, the step and the place where the run stands.

    `trial` marks a test run: nothing leaves the house, and what is written is taken back by whoever tries. `kept` collects
    what the engine writes once for many steps; without it everything is written at once.
    """

    act: Act
    run: Run
    workflow: Workflow
    step: Step
    place: Place
    trial: bool = False
    lines: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    kept: Kept | None = None

    @property
    def node(self) -> Node:
        return self.step.node

    @property
    def form(self) -> str:
        """The form of the record at hand."""
        found: str = self.place.data.get("form", self.run.form)
        return found

    @property
    def record_id(self) -> int:
        """The number of the record at hand; raises NotFound in a run without one."""
        found = self.place.data.get("record", self.run.record)
        if found is None:
            raise NotFound(Problem(self.step.path, "run_without_record"))
        return int(found)

    @property
    def about_one(self) -> bool:
        """Whether there is a record at hand; runs by the clock may have none."""
        return self.place.data.get("record", self.run.record) is not None

    @property
    def live(self) -> LiveForm:
        return self.act.app.form(self.form)

    @cached_property
    def record(self) -> Record:
        """The record at hand as it is now, held, so that what a step writes by what it read is right; raises NotFound when it has gone."""
        found = load.records(self.act.conn, self.live, [self.record_id], lock=True).get(self.record_id)
        if found is None:
            raise NotFound(Problem(self.step.path, "run_record_gone"))
        return found

    def changed(self, ids: Sequence[int]) -> None:
        """See that a command met the record at hand; raises NotFound when it lies in the bin, where nothing changes."""
        if self.record_id not in ids:
            raise NotFound(Problem(self.step.path, "run_record_gone"))

    def once(self, key: tuple[Any, ...], ask: Callable[[], T]) -> T:
        """What is the same for all steps of one transaction is asked once."""
        if self.kept is None:
            return ask()
        if key not in self.kept.known:
            self.kept.known[key] = ask()
        found: T = self.kept.known[key]
        return found

    def note(self, code: str, **params: Any) -> None:
        """A line of the run's log; `code` needs a sentence `run_<code>` in runtime/messages/workflows.py."""
        self.lines.append((self.step.key, code, params))


def meet(heres: Sequence[Here]) -> None:
    """Read and hold the records at hand of all of them in one statement; who has none is left as it is."""
    about = [here for here in heres if here.about_one]
    if len(about) > 1:
        found = load.records(about[0].act.conn, about[0].live, sorted(here.record_id for here in about), lock=True)
        for here in about:
            if here.record_id in found:
                here.record = found[here.record_id]


class StepType:
    """A kind of step. `settings` is the JSON Schema of what its node holds beside key, type, label and branches."""

    name: ClassVar[str]
    label: ClassVar[Words]
    icon: ClassVar[str]
    # further words that find it in the menu, in both languages
    words: ClassVar[str] = ""
    settings: ClassVar[Mapping[str, Any]] = {}
    required: ClassVar[Sequence[str]] = ()
    # how many branches it has: "" none, "ask" those whose `when` is asked in turn, "all" every one at once, "each" one,
    # "fixed" those that `ways` names
    branching: ClassVar[str] = ""
    # the branches it always has, by key, and what they are called; nobody adds to them
    ways: ClassVar[Sequence[tuple[str, Words]]] = ()
    # which of its branches, by number, are about other records: nobody gets into them but through the step itself
    turned: ClassVar[frozenset[int]] = frozenset()
    # whether it can do something in a run that is about no record
    alone: ClassVar[bool] = False
    # whether several runs, each about a record of its own, may take it in one go, by `run_all`
    abreast: ClassVar[bool] = False
    # what a test run may take for the answer of the people it waits for, and what the buttons say; empty: it waits for time
    as_if: ClassVar[Mapping[str, Words]] = {}

    def problems(self, step: Step, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        """What is wrong beyond the shape and beyond what all steps name alike; paths are relative to the step."""
        return iter(())

    def about(self, step: Step, branch: int, form: str, workflow: Workflow, whole: Whole) -> str:
        """The form whose records the steps in one of its branches are about, where the step itself is about `form`."""
        return form

    def ways_of(self, node: Node) -> Sequence[tuple[str, Words]]:
        """The branches that a step of a kind with fixed ones has by its settings; none: it goes on as other steps do."""
        return self.ways

    def splits(self, node: Node) -> bool:
        """Whether a step has branches, by its settings."""
        return bool(self.ways_of(node)) if self.branching == "fixed" else bool(self.branching)

    def say(self, node: Node, tell: Teller) -> str:
        """What this step does, in a few words on its card; "" while nothing is filled in."""
        return ""

    def run(self, here: Here) -> Outcome:
        """Do it, in the transaction that will also keep where the run goes."""
        raise NotImplementedError

    def run_all(self, heres: Sequence[Here]) -> Sequence[Outcome]:
        """The same for several runs at this step; what it raises undoes all of them, and each is then done alone."""
        meet(heres)
        return [self.run(here) for here in heres]

    def wake(self, here: Here) -> Outcome:
        """The wait is over: the time has come or somebody has answered."""
        raise NotImplementedError

    def pretend(self, here: Here, answer: str) -> Outcome:
        """Where a test run goes when its people are taken to have given one of the answers in `as_if`."""
        here.place.data = {**here.place.data, "verdict": answer}
        return self.wake(here)


@dataclass(frozen=True)
class Event:
    """Something that happened to records of a form, as the act wrote it down."""

    id: int
    form: str
    kind: str
    detail: Mapping[str, Any]
    by: int | None
    cause: str
    depth: int
    at: str

    @property
    def ids(self) -> list[int]:
        return list(self.detail.get("ids", ()))

    def changes(self, record: int) -> Mapping[str, Sequence[Any]]:
        """What changed in one record: field, from and to."""
        found: Mapping[str, Sequence[Any]] = self.detail.get("changes", {}).get(str(record), {})
        return found


class TriggerType:
    """A kind of trigger. `hears` are the kinds of event it may answer to; `settings` the schema of its node."""

    name: ClassVar[str]
    label: ClassVar[Words]
    icon: ClassVar[str]
    hears: ClassVar[frozenset[str]] = frozenset()
    # what texts may name beside fields, with what it is called
    gives: ClassVar[Mapping[str, Words]] = {}
    settings: ClassVar[Mapping[str, Any]] = {}
    required: ClassVar[Sequence[str]] = ()
    # why its past cannot be told, where nothing is kept of what it waits for
    untold: ClassVar[Words] = UNTOLD

    def problems(self, node: Node, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        """What is wrong beyond the shape; paths are relative to the trigger."""
        return iter(())

    def alone(self, node: Node) -> bool:
        """Whether its runs are about no record, not even a batch of them."""
        return False

    def say(self, node: Node, tell: Teller) -> str:
        """What it waits for, in a few words on its card."""
        return ""

    def begun_by(self, node: Node, grouping: Grouping, moves: Iterable[tuple[str | None, str | None, int]]) -> int:
        """How many of these moves in a grouping (from, to, how many; None is no group) would begin runs."""
        return 0

    def answers(self, node: Node, event: Event, act: Act) -> Mapping[int, Mapping[str, Any]]:
        """The records whose runs begin, each with what the run should know of the event."""
        raise NotImplementedError

    def reads(self, node: Node, form: Form) -> Sequence[str]:
        """The fields, or the groupings, whose lines tell its past; empty for any field."""
        return ()

    def past(self, node: Node, span: Span) -> Told:
        """When it would have begun runs, as far as what is kept tells: the lines of that time, asked as the events of today are."""
        if not self.hears or self.hears - READERS.keys():
            return Told(unknown=self.untold)
        told = Told(gone="removed" in self.hears)
        for kind in sorted(self.hears):
            lines = READERS[kind](span, self.reads(node, span.live.form))
            told.whole &= lines.whole
            for part in batches(lines.found):
                at = {line.record: line.at for line in part}
                detail = {"ids": list(at), "changes": {str(line.record): line.changes for line in part if line.changes}}
                event = Event(0, span.live.key, kind, detail, None, part[0].cause, 0, part[0].at)
                told.moments += [(one, at[one]) for one in self.answers(node, event, span.act)]
        return told
