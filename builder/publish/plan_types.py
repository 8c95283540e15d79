"""What it means that a field becomes another kind of field, or keeps another number of decimals."""

from __future__ import annotations

from collections.abc import Iterator

from builder.publish.change import ATTENTION, LOSES, Change, named
from runtime.definitions.form import Field
from runtime.fields.conversions import may_become
from runtime.words import Words

KEPT = Words("读不成的留着原来的内容，在记录上看得到；回到旧版就都回来", "What cannot be read keeps its original, shown on the record; going back brings everything back")
REFUSED = Words("这两种字段之间不能换；可以另加一个字段", "These two kinds cannot be exchanged; add another field instead")


def retyped(old: Field, new: Field) -> Change:
    """A field of another type."""
    able = may_become(old.type, new.type)
    title = named(
        Words("「{f}」从{a}换成{b}", "“{f}” becomes {b}, it was {a}"),
        f=new.label, a=old.type.label._asdict(), b=new.type.label._asdict(),
    )
    return Change("type_changed", f"properties.{new.key}", title, KEPT if able else REFUSED, ATTENTION if able else LOSES, new.key)


def decimals(old: Field, new: Field) -> Iterator[Change]:
    """A number that is kept with more or fewer decimals."""
    was, now = old.settings.get("decimals"), new.settings.get("decimals")
    if was != now and not new.type.computed:
        title = named(Words("「{f}」的小数位数从 {a} 位改成 {b} 位", "“{f}” keeps {b} decimals, it was {a}"), f=new.label, a=was or 0, b=now or 0)
        yield Change("type_changed", f"properties.{new.key}.x-fenzu.decimals", title, KEPT, ATTENTION, new.key, values={"name": "decimals"})
