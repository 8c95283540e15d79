"""Before a grouping is published it is said which workflows its moves would set off, and for how many."""

from __future__ import annotations

import pytest

from runtime.definitions.grouping import Grouping
from runtime.workflows.registry import TRIGGERS
from tests.builder.wholesale import Designer, designer, installed
from tests.crm import LEVEL
from tests.web import visible

__all__ = ["designer", "installed"]  # fixtures: pytest finds them here by name
MOVES = [("low", "high", 5), ("high", "low", 3), ("mid", "low", 2), (None, "mid", 7), ("low", "low", 40), ("high", None, 1)]


@pytest.mark.parametrize(("kind", "node", "count"), [
    ("entered", {"groups": ["level/high"]}, 5), ("entered", {"groups": ["level/mid", "level/high"]}, 12), ("entered", {"groups": ["type/e"]}, 0),
    ("left", {"groups": ["level/high"]}, 4), ("levelled", {"grouping": "level"}, 5), ("levelled", {"grouping": "level", "way": "down"}, 5),
    ("levelled", {"grouping": "level", "way": "any"}, 10), ("levelled", {"grouping": "type"}, 0), ("created", {}, 0),
])  # fmt: skip
def test_moves_are_counted_as_each_trigger_means_them(kind: str, node: dict[str, object], count: int) -> None:
    assert TRIGGERS[kind].begun_by({"type": kind, **node}, Grouping(LEVEL), MOVES) == count


def test_the_dialog_names_them(designer: Designer) -> None:
    assert "会跑起来的流程" not in visible(designer.get("/-/publish?open=high"))
    designer.act("change", path="rules[0]", part="value", v="1", slot=0)
    said = visible(designer.get("/-/publish?open=high"))
    enters = int(said.partition("高价值")[2].split()[0].strip("–+") or 0)
    assert "会跑起来的流程" in said and f"最多 {enters} 位" in said
