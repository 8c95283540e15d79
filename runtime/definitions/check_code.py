"""What can be wrong with a code rule: letters that run into each other, gaps, rules that read the code they feed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from runtime.definitions.form import Field
from runtime.definitions.grouping import Grouping
from runtime.definitions.others import Code
from runtime.definitions.whole import Whole
from runtime.errors import Problem
from runtime.rules.deps import dependencies

LONGEST = 64


def check_code(code: Code, whole: Whole) -> Iterator[Problem]:
    """All problems of a code rule in its app."""
    form = whole.forms.get(code.form)
    if form is None:
        yield Problem("form", "no_such_form", {"form": code.form})
        return
    field = form.live_fields.get(code.field)
    if field is None:
        yield Problem("field", "no_such_field", {"field": code.field})
    elif not field.type.coded:
        yield Problem("field", "code_field", {"field": field.label})
    for other in whole.codes.values():
        if other.key != code.key and other.form == code.form:
            yield Problem("form", "code_twice", {"other": other.label})
    serials = [segment for segment in code.segments if "serial" in segment]
    if len(serials) != 1:
        yield Problem("segments", "code_two_serials" if serials else "code_without_serial")
    for number, segment in enumerate(code.segments[:-1]):
        if "check" in segment:
            yield Problem(f"segments[{number}]", "code_check_last")
    if sum(_longest(segment, whole) for segment in code.segments) > LONGEST:
        yield Problem("segments", "code_too_long", {"most": LONGEST})
    for number, segment in enumerate(code.segments):
        path = f"segments[{number}]"
        if "group" in segment:
            yield from _group(code, segment, whole, path)
        elif "field" in segment:
            yield from _mapped(form.live_fields.get(segment["field"]), segment, path)


def _group(code: Code, segment: Mapping[str, Any], whole: Whole, path: str) -> Iterator[Problem]:
    grouping = whole.groupings.get(segment["group"])
    if grouping is None:
        yield Problem(f"{path}.group", "no_such_grouping", {"key": segment["group"]})
        return
    if grouping.form != code.form:
        yield Problem(f"{path}.group", "code_other_form", {"grouping": grouping.label})
        return
    if _reads_code(grouping, code, whole, set()):
        yield Problem(f"{path}.group", "code_reads_itself", {"grouping": grouping.label})
    yield from check_prefixes(grouping, segment, path)


def check_prefixes(grouping: Grouping, segment: Mapping[str, Any], path: str) -> Iterator[Problem]:
    """The letters a grouping gives to a code: one group each, all there, none beginning another."""
    if grouping.mode != "exclusive":
        yield Problem(path, "code_overlapping", {"grouping": grouping.label})
        return
    none = segment.get("none", "")
    for group in grouping.top:
        if not group.prefix and not none:
            yield Problem(path, "prefix_missing", {"group": group.label})
    if grouping.fallback is None and not none:
        yield Problem(path, "code_none_missing", {"grouping": grouping.label})
    given = [(group.label, group.prefix) for group in grouping.top if group.prefix]
    if none:
        given.append(({"zh": "没有分组", "en": "No group"}, none))
    for number, (label, letters) in enumerate(given):
        for other, others in given[number + 1 :]:
            if letters.startswith(others) or others.startswith(letters):
                yield Problem(path, "prefix_same", {"a": label, "b": other, "x": letters, "y": others})


def _mapped(field: Field | None, segment: Mapping[str, Any], path: str) -> Iterator[Problem]:
    """A field turned into letters: one value at a time, every option provided for."""
    if field is None:
        yield Problem(f"{path}.field", "no_such_field", {"field": segment["field"]})
        return
    if field.type.many or field.type.readonly:
        yield Problem(f"{path}.field", "code_map_field", {"field": field.label})
        return
    none, letters = segment.get("none", ""), segment["map"]
    for option in field.options:
        if not none and not option["retired"] and not letters.get(option["const"]):
            yield Problem(f"{path}.map", "map_missing", {"field": field.label, "option": option["label"]})
    if not none and not (field.options and field.required):
        yield Problem(f"{path}.none", "map_none_missing", {"field": field.label})
    yield from _clash(sorted({*letters.values(), none} - {""}), path)


def _clash(letters: Sequence[str], path: str) -> Iterator[Problem]:
    for number, short in enumerate(letters):
        for long in letters[number + 1 :]:
            if long.startswith(short):
                yield Problem(f"{path}.map", "letters_clash", {"x": short, "y": long})


def _reads_code(grouping: Grouping, code: Code, whole: Whole, seen: set[str]) -> bool:
    """Whether a grouping's rules, or those of groupings it reads, ask for the code that is made from its groups."""
    seen.add(grouping.key)
    for group in grouping.groups.values():
        deps = dependencies(group.rule) if group.rule else None
        if deps is None:
            continue
        if code.field in deps.fields:
            return True
        for name in {each.partition("/")[0] for each in deps.groups} - seen:
            other = whole.groupings.get(name)
            if other is not None and _reads_code(other, code, whole, seen):
                return True
    return False


def _longest(segment: Mapping[str, Any], whole: Whole) -> int:
    """The most characters a segment can give; a serial may grow to fifteen digits."""
    if "serial" in segment:
        return max(15, int(segment["serial"]["width"]))
    if "check" in segment:
        return 1
    if "group" in segment:
        grouping = whole.groupings.get(segment["group"])
        prefixes = [group.prefix for group in grouping.top] if grouping else []
        return max(map(len, [*prefixes, segment.get("none", "")]))
    if "field" in segment:
        return max(map(len, [*segment["map"].values(), segment.get("none", "")]))
    return len(segment.get("text") or segment.get("date") or "")
