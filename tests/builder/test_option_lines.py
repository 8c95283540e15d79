"""A tree of options written as lines: what keeps its name keeps its key, and no published key is ever lost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.edits import option_lines
from runtime.errors import Invalid
from runtime.fields import trees

OLD: list[dict[str, Any]] = [
    {"key": "food", "label": {"zh": "食品", "en": "Food"}, "level": 0},
    {"key": "frozen", "label": {"zh": "冷冻", "en": "Frozen"}, "level": 1},
    {"key": "dry", "label": {"zh": "干货"}, "level": 1},
    {"key": "ware", "label": {"zh": "餐具"}, "level": 0},
]
TEXT = "食品 | Food\n  冷冻 | Frozen\n  干货\n餐具"


def keys(rows: Any) -> list[tuple[str, int]]:
    return [(row["key"], row["level"]) for row in rows if not row.get("retired")]


def test_it_is_said_and_read_again() -> None:
    assert option_lines.lines(OLD, "zh") == TEXT
    assert option_lines.lines(OLD, "en").splitlines()[1] == "  Frozen | 冷冻"
    assert keys(option_lines.read_lines(TEXT, "zh", OLD, ())) == keys(OLD)
    assert keys(option_lines.read_lines(option_lines.lines(OLD, "en"), "en", OLD, ())) == keys(OLD)


def test_a_move_and_a_new_name_keep_the_key() -> None:
    moved = option_lines.read_lines("食品\n  干货\n餐具\n  冷冻", "zh", OLD, ())
    assert keys(moved) == [("food", 0), ("dry", 1), ("ware", 0), ("frozen", 1)]
    renamed = option_lines.read_lines(TEXT.replace("干货", "干货类"), "zh", OLD, ())
    assert keys(renamed) == keys(OLD) and renamed[2]["label"] == {"zh": "干货类"}


def test_what_is_published_is_retired_and_can_come_back() -> None:
    gone = option_lines.read_lines("食品\n餐具", "zh", OLD, {"frozen", "food"})
    assert [row["key"] for row in gone if row.get("retired")] == ["frozen"]
    back = option_lines.read_lines(TEXT, "zh", gone, {"frozen", "food"})
    assert ("frozen", 1) in keys(back) and not any(row.get("retired") for row in back)


def test_too_deep_and_nothing_at_all_are_said() -> None:
    for text, code in (("a\n b\n  c\n   d\n    e", "tree_too_deep"), ("  \n", "tree_empty")):
        with pytest.raises(Invalid) as refused:
            option_lines.read_lines(text, "zh", OLD, ())
        assert refused.value.problems[0].code == code


LINE = st.tuples(st.integers(0, 3), st.text("甲乙丙丁 ab|", min_size=1, max_size=6))


@given(st.lists(LINE, min_size=1, max_size=12), st.sets(st.sampled_from([row["key"] for row in OLD])))
def test_whatever_is_typed_makes_a_sound_tree(given_lines: list[tuple[int, str]], published: set[str]) -> None:
    text = "\n".join("  " * level + said for level, said in given_lines)
    try:
        rows = option_lines.read_lines(text, "zh", OLD, published)
    except Invalid:
        return
    found = [row["key"] for row in rows]
    assert len(found) == len(set(found)) and published <= set(found)
    assert all(row["label"] for row in rows) and set(trees.nodes(rows)) == set(found)
    again = option_lines.read_lines(option_lines.lines(rows, "zh"), "zh", rows, set(found))
    assert sorted(row["key"] for row in again) == sorted(found)
