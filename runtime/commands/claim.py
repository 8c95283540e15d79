"""Take records from the pool, and give them back: each one act, stored whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from runtime.commands import change
from runtime.definitions.pool import Pool
from runtime.errors import Conflict, Denied, Invalid, NotFound, Problem
from runtime.records import access, entry, load
from runtime.records.act import Act
from runtime.records.load import Record
from runtime.storage.live import LiveForm

LONGEST = 200  # signs of a reason
CLAIMED, GIVEN = "claim", "give_back"


class Done(NamedTuple):
    """Whose the records were that changed hands, and for each of the others the reason why it did not."""

    owners: dict[int, int | None]
    refused: dict[int, Problem]

    @property
    def ids(self) -> list[int]:
        return list(self.owners)


def claim(act: Act, form: str, ids: Sequence[int]) -> Done:
    """They are the asker's now; what a colleague was faster with stays theirs, and where nothing is left it is refused with who has it."""
    live, pool, records = _open(act, form, ids)
    act.names.prime_people([one.values[pool.owner] for one in records if one.values[pool.owner]])
    refused = {one.id: Problem(pool.owner, "pool_taken", {"who": act.names.person(one.values[pool.owner])})
               for one in records if one.values[pool.owner] not in (None, act.by.id)}
    free = [one.id for one in records if one.values[pool.owner] is None]
    if refused and not free:
        raise Conflict(next(iter(refused.values())))
    return Done(dict.fromkeys(_put(act, live, pool, free, act.by.id)), refused)


def give_back(act: Act, form: str, ids: Sequence[int], why: str) -> Done:
    """They lie in the pool now; whoever builds may give back a colleague's too."""
    said = why.strip()
    if not said or len(said) > LONGEST:
        raise Invalid(Problem("why", "pool_reason", {"most": LONGEST}))
    live, pool, records = _open(act, form, ids)
    refused, owners = {}, {one.id: one.values[pool.owner] for one in records}
    for one in records:
        owner = owners[one.id]
        if owner is None:
            refused[one.id] = Problem(pool.owner, "pool_in_already")
        elif owner != act.by.id and not act.by.may("build"):
            refused[one.id] = Problem(pool.owner, "pool_not_yours", {"who": act.names.person(owner)})
    given = [one.id for one in records if one.id not in refused]
    if refused and not given:
        raise Conflict(next(iter(refused.values())))
    act.why = said
    return Done({i: owners[i] for i in _put(act, live, pool, given, None)}, refused)


def _open(act: Act, form: str, ids: Sequence[int]) -> tuple[LiveForm, Pool, list[Record]]:
    """The form, its pool and the records that are the asker's to see, held until the act ends."""
    live = act.app.form(form)
    if live.form.pool is None:
        raise NotFound(Problem("form", "pool_none"))
    if "change" not in access.acts(act.app, act.by):
        raise Denied(Problem("", "denied"))
    seen = access.visible_ids(act.conn, act.app, live, act.by, ids, act.as_of)
    records = load.records(act.conn, live, sorted(seen), fields=[live.form.pool.owner], lock=True)
    if not records:
        raise NotFound(Problem("id", "no_such_record"))
    return live, live.form.pool, list(records.values())


def _put(act: Act, live: LiveForm, pool: Pool, ids: Sequence[int], owner: int | None) -> list[int]:
    made = [(i, entry.read(live.form, {pool.owner: owner}, act.names, whole=False)) for i in ids]
    return [saved.id for saved in change.change_many(act, live.key, made)]
