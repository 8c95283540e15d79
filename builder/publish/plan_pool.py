"""What is different in a form's pool, as one line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from builder.publish.change import Change
from runtime.definitions.pool import ROOT
from runtime.words import Words

NOTED = Words("提醒和收回由时钟按新的规则做", "Warnings and returns follow it from the next look of the clock")


def plan_pool(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """Opened, gone, or by other rules."""
    if old == new:
        return
    if not old:
        said = Words("开了公海：没有人负责的都在里面，可以领取", "There is a pool: records without an owner lie in it, to be claimed")
    elif not new:
        said = Words("不再有公海；谁负责的还是谁的", "There is no pool any more; whoever has a record keeps it")
    else:
        said = Words("改了公海的规则", "The rules of the pool are different")
    yield Change("pool_changed", ROOT, said, NOTED)
