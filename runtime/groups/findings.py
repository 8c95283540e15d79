"""What can be said of a grouping's rules by thinking alone: rules that can never be true or always are, groups that an earlier
one takes wholly, parts that change nothing. Every finding is proved; what is only so today is said by the figures."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from runtime.clock import AsOf
from runtime.definitions.grouping import Group, Grouping
from runtime.rules.claims import Formula, claims, denied
from runtime.rules.needless import parts_of
from runtime.rules.proof import Patience, Proof, contradiction
from runtime.rules.target import Target

NEVER, ALWAYS = "finding_never", "finding_always"
NEVER_INSIDE, ALWAYS_INSIDE = "finding_never_inside", "finding_always_inside"
TAKEN, SAME, WITHIN, NO_REST = "finding_taken", "finding_same", "finding_within", "finding_no_rest"
VOID = (NEVER, NEVER_INSIDE, TAKEN, NO_REST)
# So many groups of one level are compared each with each; beyond it nobody would read what comes of it.
COMPARED = 40


@dataclass(frozen=True)
class Finding:
    """One finding about a group: the conditions of its rule that it is about, the other groups, whether by today's dates only."""

    code: str
    group: str
    paths: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    timed: bool = False


def findings(grouping: Grouping, target: Target, as_of: AsOf, broken: Collection[str] = ()) -> list[Finding]:
    """All findings in the order of the groups; the rules of `broken` groups are left out, and what follows from them."""
    thought = _Thought(grouping, target, as_of, frozenset(broken))
    found: list[Finding] = []
    void: set[str] = set()  # what lies in a group that nobody gets into needs no word of its own
    for group in grouping.groups.values():
        said = [] if group.parent in void else list(thought.group(group))
        if group.parent in void or any(one.code in VOID for one in said):
            void.add(group.key)
        found += said
    return found


class _Thought:
    """A grouping's rules as claims, each read once."""

    def __init__(self, grouping: Grouping, target: Target, as_of: AsOf, broken: frozenset[str]) -> None:
        self.grouping, self.patience = grouping, Patience()
        self.read: dict[str, Formula] = {
            key: claims(group.rule, target, as_of, key) for key, group in grouping.groups.items() if group.rule and key not in broken
        }
        self.target, self.as_of = target, as_of

    def group(self, group: Group) -> Iterator[Finding]:
        """What is to be said of one group: first what makes its rule void, else what could be left out of it."""
        if group.key == group.siblings.fallback:
            yield from self._rest(group)
            return
        own = self.read.get(group.key)
        if own is None:
            return
        whole = self._whole(group, own)
        if whole is not None:
            yield whole
        if whole is None or whole.code not in (NEVER, ALWAYS):
            for path, never, timed in parts_of(group.rule, self.target, self.as_of, self.patience):
                yield Finding("finding_part_never" if never else "finding_needless", group.key, (path,), (), timed)
        if group.siblings.mode == "overlapping":
            yield from self._beside(group, own)

    def _whole(self, group: Group, own: Formula) -> Finding | None:
        proof = self._shut([own])
        if proof is not None:
            return self._found(NEVER, group, proof)
        inside = self._inside(group.parent)
        if inside and (proof := self._shut([*inside, own])) is not None:
            return self._found(NEVER_INSIDE, group, proof)
        earlier = [denied(self.read[key]) for key in self._earlier(group)]
        if earlier and (proof := self._shut([*inside, own, *earlier])) is not None:
            return self._taken(group, own, proof)
        if (proof := self._shut([denied(own)])) is not None:
            return self._found(ALWAYS, group, proof)
        if inside and (proof := self._shut([*inside, denied(own)])) is not None:
            return self._found(ALWAYS_INSIDE, group, proof)
        return None

    def _taken(self, group: Group, own: Formula, proof: Proof) -> Finding:
        """Everybody has gone to earlier groups; where it is one group with the very same rule, that is what to say."""
        made = self._found(TAKEN, group, proof)
        made = replace(made, others=tuple(key for key in made.others if key in group.siblings.keys))
        if len(made.others) == 1:
            back = self._shut([*self._inside(group.parent), self.read[made.others[0]], denied(own)])
            if back is not None:
                return replace(made, code=SAME, timed=made.timed or back.timed)
        return made

    def _rest(self, group: Group) -> Iterator[Finding]:
        """Whether the groups above leave anybody over."""
        keys = [key for key in group.siblings.keys if key != group.key]
        if keys and all(key in self.read for key in keys):
            proof = self._shut([*self._inside(group.parent), *(denied(self.read[key]) for key in keys)])
            if proof is not None:
                yield self._found(NO_REST, group, proof)

    def _beside(self, group: Group, own: Formula) -> Iterator[Finding]:
        """Another group of the level in which everybody is who is in this one."""
        keys = [key for key in group.siblings.keys if key in self.read and key != group.key][:COMPARED]
        for key in keys:
            within = self._shut([own, denied(self.read[key])])
            if within is None or self._shut([own]) is not None:
                continue
            back = self._shut([self.read[key], denied(own)])
            earlier = group.siblings.keys.index(key) < group.siblings.keys.index(group.key)
            if back is not None and earlier:
                yield Finding(SAME, group.key, (), (key,), within.timed or back.timed)
            elif back is None:
                yield Finding(WITHIN, group.key, (), (key,), within.timed)

    def _inside(self, parent: str | None) -> list[Formula]:
        """What is true of everybody a rule brings into a group: its rule, those above it, and none of those asked before it."""
        if parent is None:
            return []
        group = self.grouping.groups[parent]
        before = [denied(self.read[key]) for key in self._earlier(group)]
        own = [self.read[parent]] if parent in self.read else []
        return [*self._inside(group.parent), *own, *before]

    def _earlier(self, group: Group) -> list[str]:
        """The siblings that are asked before a group: all others before the one for the rest."""
        if group.siblings.mode != "exclusive":
            return []
        keys = [key for key in group.siblings.keys if key != group.siblings.fallback and key in self.read]
        return keys if group.key not in keys else keys[: keys.index(group.key)]

    def _shut(self, parts: Sequence[Formula]) -> Proof | None:
        return contradiction(parts, self.patience)

    def _found(self, code: str, group: Group, proof: Proof) -> Finding:
        mine = {spot.path for spot in proof.spots if spot.owner == group.key}
        others = tuple(key for key in self.grouping.groups if key in proof.owners and key != group.key)
        return Finding(code, group.key, tuple(sorted(mine)), others, proof.timed)


