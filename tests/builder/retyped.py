"""A form with one field for every way a type can change, and records that fill it."""

from __future__ import annotations

import random
from typing import Any

from builder.edits import form, node, properties
from runtime.commands import rows
from runtime.fields import FIELD_TYPES
from runtime.fields.conversions import ALLOWED
from runtime.storage.live import LiveForm
from tests.contract.bound import SampleNames

NAMES = SampleNames("zh")
PAIRS = [(old, new) for old, news in ALLOWED.items() for new in news]
FIRMS = 20
LINKS = ("link", "links")
ODD = ("约 30 人", "不清楚", "—", "1,200", "12.5%", "2025-02-18", "是", "选项 1", "选项 1、选项 2", "0200", "苏州")


def firm_name(number: int) -> str:
    return f"沐阳 {number}"


def key_of(old: str, new: str) -> str:
    return f"{old}_to_{new}"[:40]


def firms() -> dict[str, Any]:
    """What the links point to."""
    return form.new({"zh": "公司", "en": "Firm"})


def before() -> dict[str, Any]:
    body = form.new({"zh": "换类型", "en": "Retype"})
    for old, new in PAIRS:
        body = form.add_field(body, old, key=key_of(old, new), label={"zh": f"{old} → {new}"}).body
        body = linked(body, key_of(old, new)) if old in LINKS else body
    return body


def linked(body: dict[str, Any], key: str) -> dict[str, Any]:
    return properties.set_setting(properties.set_link(body, key, "firm", ()), key, "inverse", f"by_{key}")


def after(body: dict[str, Any]) -> dict[str, Any]:
    changed = form.made.copy(body)
    for old, new in PAIRS:
        kind, key = FIELD_TYPES[new], key_of(old, new)
        changed["properties"][key] = node.make(kind, {}, node.facts_of(body["properties"][key]))
        changed = linked(changed, key) if new in LINKS else changed
    return changed


def values(seed: int, name: str, new: str) -> Any:
    """A value of a type, drawn from its samples; text holds anything that people write, often what the new type reads."""
    pick, kind = random.Random(f"{seed} {name} {new}"), FIELD_TYPES[name]
    if pick.random() < 0.2:
        return None
    every = [sample for each in FIELD_TYPES.values() for sample in each.samples if isinstance(sample, str) and len(sample) < 60]
    meant = [sample for sample in FIELD_TYPES[new].samples if isinstance(sample, str)]
    if name == "link":
        return pick.randint(1, FIRMS)
    if name == "links":
        return pick.sample(range(1, FIRMS + 1), pick.randint(1, 3))
    if new in LINKS:
        meant = [firm_name(i) for i in range(1, FIRMS + 1)]
    if name in ("text", "long_text"):
        drawn = pick.choice(pick.choice([[*ODD, *every], meant]))
    else:
        drawn = pick.choice(kind.samples)
    return kind.parse(drawn, {}, NAMES)


def fill(act: Any, live: LiveForm, count: int) -> list[int]:
    """Records numbered from 1, written as a command writes them; thirty different ones in turn. The firms come first."""
    rows.insert(act, act.app.form("firm"), list(range(1, FIRMS + 1)), [{"name": firm_name(i)} for i in range(1, FIRMS + 1)])
    different = [{"name": f"n{seed}"} | {key_of(old, new): values(seed, old, new) for old, new in PAIRS} for seed in range(30)]
    for start in range(0, count, 500):
        ids = list(range(start + 1, min(start + 500, count) + 1))
        rows.insert(act, live, ids, [different[i % 30] for i in ids])
    return list(range(1, count + 1))
