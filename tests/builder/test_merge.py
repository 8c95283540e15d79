"""Two copies of a form become one: what does not meet is kept, what does is named, and nothing goes that neither took away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.edits import form, layout, logic, made, options, properties, texts, tree
from builder.merge import forms, sequence
from builder.merge.told import told
from builder.merge.unfolded import fold, unfold
from runtime.definitions import form_check
from runtime.definitions.layout import every
from tests.builder.bodies import customer, leaf, rule
from tests.builder.test_laws import form_gesture

SEEDS = st.lists(st.integers(0, 2**32), max_size=6)
NAMES = st.permutations(list("abcdefgh"))


def walked(body, seeds):
    for seed in seeds:
        body = form_gesture(body, customer(), seed)
    return body


def wrong(body):
    return [each for each in form_check.check(body) if each.code != "button_nowhere"]


def settled(base, mine, theirs, side):
    """A merge with one side chosen wherever somebody must choose."""
    chosen: dict[str, str] = {}
    for _ in range(20):
        merged = forms.merge(base, mine, theirs, chosen)
        if not merged.clashes:
            return merged
        chosen |= {clash.key: side for clash in merged.clashes}
    raise AssertionError("choosing comes to no end")


@given(SEEDS)
def test_a_form_laid_flat_is_the_same_form(seeds):
    body = walked(customer(), seeds)
    assert fold(unfold(body)) == body


@given(SEEDS, SEEDS)
def test_what_one_side_did_goes_through_as_it_is(before, seeds):
    base = walked(customer(), before)
    side = walked(base, seeds)
    for mine, theirs in ((side, base), (base, side), (side, side)):
        merged = forms.merge(base, mine, theirs)
        assert merged.body == side and merged.clashes == ()


@given(SEEDS, SEEDS, SEEDS)
def test_a_merge_is_sound_whatever_is_chosen_and_loses_no_field(before, seeds, others):
    base = walked(customer(), before)
    mine, theirs = walked(base, seeds), walked(base, others)
    for side in ("mine", "theirs"):
        merged = settled(base, mine, theirs, side).body
        assert wrong(merged) == []
        for each in (base, mine, theirs):
            for key in each["properties"]:
                assert key in merged["properties"] or any(key not in other["properties"] for other in (mine, theirs))
    for line in told(forms.merge(base, mine, theirs)):
        assert line.title.zh and line.title.en and line.mine and line.theirs


@given(SEEDS, SEEDS, SEEDS)
def test_it_does_not_matter_who_comes_second(before, seeds, others):
    base = walked(customer(), before)
    mine, theirs = walked(base, seeds), walked(base, others)
    one, other = forms.merge(base, mine, theirs), forms.merge(base, theirs, mine)
    assert bool(one.clashes) == bool(other.clashes)
    if not one.clashes:
        assert loose(unfold(one.body)) == loose(unfold(other.body))


def loose(part):
    """A form laid flat without the order of things, which may be one or the other where both put something in one place."""
    if isinstance(part, dict):
        return {name: loose(inner) for name, inner in part.items() if name != "orders"}
    return sorted(map(repr, map(loose, part))) if isinstance(part, list) else part


DIFFERENT = {
    "two names": (lambda b: form.rename(b, "budget", {"zh": "月预算"}), lambda b: form.rename(b, "phone", {"zh": "手机"})),
    "two languages": (lambda b: form.rename(b, "budget", {"zh": "月预算"}), lambda b: texts.set_text(b, "properties.budget.x-fenzu.label", {"en": "Monthly"})),
    "two properties": (lambda b: properties.set_property(b, "budget", "required", True), lambda b: properties.set_property(b, "budget", "maximum", 9)),
    "two fields": (lambda b: form.add_field(b, "email").body, lambda b: form.add_field(b, "date").body),
    "a name and a choice": (lambda b: form.rename(b, "kind", {"zh": "种类"}), lambda b: options.add_option(b, "kind", {"en": "Farm"}).body),
    "two choices": (lambda b: options.rename_option(b, "kind", "agent", {"en": "Agency"}), lambda b: options.remove_option(b, "kind", "person", customer())),
    "a move and a name": (lambda b: layout.move_item(b, "phone", to="top"), lambda b: form.rename(b, "phone", {"zh": "手机"})),
    "two moves": (lambda b: layout.move_item(b, "phone", to="top"), lambda b: layout.move_item(b, "kind", to="bottom")),
    "a page and a section": (lambda b: tree.add_page(b).body, lambda b: layout.add_section(b).body),
    "a rule and a field": (lambda b: logic.add(b).body, lambda b: form.add_field(b, "email").body),
    "a removal and a name": (lambda b: form.remove_field(b, "phone", customer()), lambda b: form.rename(b, "budget", {"zh": "月预算"})),
}  # fmt: skip


@pytest.mark.parametrize("what", DIFFERENT)
def test_different_things_both_go_through(what):
    base, (mine, theirs) = customer(), DIFFERENT[what]
    merged = forms.merge(base, mine(base), theirs(base))
    assert merged.clashes == () and wrong(merged.body) == []
    assert merged.body == mine(theirs(base)) or unfold(merged.body)["properties"] == unfold(mine(theirs(base)))["properties"]
    assert merged.body not in (base, mine(base), theirs(base))


CLASHES = {
    "one name twice": (lambda b: form.rename(b, "budget", {"zh": "甲"}), lambda b: form.rename(b, "budget", {"zh": "乙"}), "「预算」的名称（中文）"),
    "taken away and renamed": (lambda b: form.rename(b, "phone", {"zh": "手机"}), lambda b: form.remove_field(b, "phone", customer()), "「电话」"),
    "taken away and moved": (lambda b: layout.move_item(layout.add_section(b).body, "phone", section="new_section"), lambda b: form.remove_field(b, "phone", None), "「电话」"),
    "a choice": (lambda b: options.rename_option(b, "kind", "agent", {"en": "X"}), lambda b: options.remove_option(b, "kind", "agent", customer()), "「客户类型」的选项「Agent」"),
    "limits that exclude each other": (lambda b: properties.set_property(b, "budget", "maximum", 5), lambda b: properties.set_property(b, "budget", "minimum", 10), "「预算」"),
    "the title": (lambda b: form.set_title(b, "phone"), lambda b: form.remove_field(b, "phone", customer()), "标题字段、「电话」"),
}  # fmt: skip


@pytest.mark.parametrize("what", CLASHES)
def test_the_same_thing_done_differently_is_named_and_either_choice_holds(what):
    base, (mine, theirs, title) = customer(), CLASHES[what]
    merged = forms.merge(base, mine(base), theirs(base))
    assert [line.title.zh for line in told(merged)] == [title]
    for side in ("mine", "theirs"):
        assert wrong(settled(base, mine(base), theirs(base), side).body) == []
    assert settled(base, mine(base), theirs(base), "theirs").body["properties"] == theirs(base)["properties"]


def test_one_condition_is_never_made_of_two():
    base = logic.add(customer()).body
    key = base["x-fenzu"]["logic"][0]["key"]
    base = logic.edit_when(base, key, lambda _old: rule(leaf("kind", "=", "agent")))
    mine = logic.edit_when(base, key, lambda _old: rule(leaf("kind", "=", "person")))
    theirs = logic.edit_when(base, key, lambda _old: rule(leaf("kind", "=", "agent"), leaf("phone", "notNull"), combinator="or"))
    assert [clash.mine for clash in forms.merge(base, mine, theirs).clashes] == [(("x-fenzu", "logic", key, "when"),)]


def test_what_stood_in_a_section_that_one_side_took_away_is_asked_about_and_kept():
    base = layout.add_section(customer()).body
    mine, theirs = layout.move_item(base, "phone", section="new_section"), layout.remove_section(base, "new_section")
    assert [clash.mine[0][-1] for clash in forms.merge(base, mine, theirs).clashes] == ["section:new_section"]
    for side in ("mine", "theirs"):
        body = settled(base, mine, theirs, side).body
        placed = [item["field"] for _, parts in every(body["x-fenzu"]) for section in parts for item in section["items"]]
        assert placed.count("phone") == 1


@given(NAMES, NAMES, NAMES, st.sets(st.sampled_from("abcdefgh"), min_size=1))
def test_an_order_has_every_name_once_and_keeps_what_one_side_did(base, mine, theirs, kept):
    found = sequence.merged(base, mine, theirs, kept)
    assert sorted(found) == sorted(kept)
    assert sequence.merged(base, mine, base, kept) == [name for name in mine if name in kept]
    assert sequence.merged(base, base, theirs, kept) == [name for name in theirs if name in kept]


def test_a_choice_is_for_the_values_that_were_seen():
    base = customer()
    mine, theirs = (form.rename(base, "budget", {"zh": words}) for words in ("甲", "乙"))
    chosen = {clash.key: "mine" for clash in forms.merge(base, mine, theirs).clashes}
    later = form.rename(base, "budget", {"zh": "丙"})
    assert forms.merge(base, mine, theirs, chosen).clashes == ()
    assert len(forms.merge(base, mine, later, chosen).clashes) == 1
    assert made.copy(base) == customer()
