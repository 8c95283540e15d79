"""What the edits share: copying a body, finding keys for new things, placing a thing in a list."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from runtime.definitions.parts import COLORS
from runtime.errors import Invalid, NotFound, Problem
from runtime.fold import LONGEST as LONGEST
from runtime.fold import free as free
from runtime.fold import slug as slug

Body = dict[str, Any]
Text = Mapping[str, str]


class Made(NamedTuple):
    """A new body and the key of the thing that the edit put into it."""

    body: Body
    key: str


Edit = Callable[[Body], "Body | Made"]


def copy(body: Mapping[str, Any]) -> Body:
    """A body that may be changed without touching the one it came from."""
    return {name: _copied(part) for name, part in body.items()}


def _copied(part: Any) -> Any:
    """A part of a JSON document; `deepcopy` does the same in five times as long."""
    if isinstance(part, dict):
        return {name: _copied(inner) for name, inner in part.items()}
    return [_copied(inner) for inner in part] if isinstance(part, list) else part


def propose(label: Text, taken: Collection[str], otherwise: str) -> str:
    """A free key for a thing with this label: from its English, else from its pinyin, else `otherwise`."""
    base = slug(label.get("en", "")) or slug(label.get("zh", "")) or otherwise
    return free(base, taken)


def next_color(used: Sequence[str]) -> str:
    """The first colour that nothing beside it has yet, or the one that is used least."""
    return min(COLORS, key=lambda color: (used.count(color), COLORS.index(color)))


def text(old: Text | None, new: Text) -> dict[str, str]:
    """A text with the given languages changed; an emptied language is taken out so that the other one is shown."""
    merged = {**(old or {}), **new}
    return {lang: words.strip() for lang, words in merged.items() if words.strip()}


def label(old: Text | None, new: Text) -> dict[str, str]:
    """As `text`, but a thing must keep a name in one language at least."""
    found = text(old, new)
    if not found:
        raise Invalid(Problem("label", "no_label", {"field": ""}))
    return found


def put(holder: Body, name: str, value: Any) -> None:
    """Set a property, or take it out when the value says nothing."""
    if value in (None, "", {}, []):
        holder.pop(name, None)
    else:
        holder[name] = value


def position_of(keys: Sequence[str], key: str, path: str) -> int:
    """Where a key stands in its list; raises NotFound."""
    try:
        return keys.index(key)
    except ValueError:
        raise NotFound(Problem(path, "no_such_part", {"key": key})) from None


def slot(keys: Sequence[str], *, before: str | None = None, after: str | None = None, path: str = "") -> int:
    """The index at which a thing is put in: before or after another one, else at the end."""
    if before is not None:
        return position_of(keys, before, path)
    if after is not None:
        return position_of(keys, after, path) + 1
    return len(keys)


def shifted(index: int, to: str, count: int) -> int:
    """The index after `up`, `down`, `top` or `bottom` in a list of `count` things; the ends hold."""
    wanted = {"up": index - 1, "down": index + 1, "top": 0, "bottom": count - 1}
    if to not in wanted:
        raise Invalid(Problem("to", "no_such_direction", {"to": to}))
    return min(max(wanted[to], 0), count - 1)


def rearranged(
    items: list[Body],
    key: str,
    *,
    before: str | None = None,
    after: str | None = None,
    to: str | None = None,
    name: str = "key",
) -> list[Body]:
    """A list of keyed things with one of them moved; moving a thing beside itself changes nothing."""
    keys = [item[name] for item in items]
    index = position_of(keys, key, name)
    if key in (before, after):
        return items
    rest = items[:index] + items[index + 1 :]
    if to is not None:
        at = shifted(index, to, len(items))
    else:
        at = slot([item[name] for item in rest], before=before, after=after, path=name)
    return [*rest[:at], items[index], *rest[at:]]


def letters(typed: str, path: str) -> str:
    """What may stand in a customer code: Latin letters and digits, eight at most."""
    found = unicodedata.normalize("NFKC", typed).strip()
    if not re.fullmatch("[A-Za-z0-9]{0,8}", found):
        raise Invalid(Problem(path, "bad_letters", {"text": found[:20]}))
    return found


def lines_of(typed: str) -> list[str]:
    """The lines of a text box, trimmed, without blank ones and repetitions."""
    return list(dict.fromkeys(line.strip() for line in typed.splitlines() if line.strip()))
