"""A definition as text that a person may have written: read with limits, and every problem of it on a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from runtime.errors import Invalid, Problem

LONGEST = 1_000_000  # characters; a form of 400 fields written out takes about half
DEEPEST = 60  # a rule inside logic is the deepest thing we write, at about 20
_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')
_BRACE = re.compile(r'"(?:[^"\\\n]|\\.)*"|([{\[])|([}\]])')


class Unreadable(ValueError):
    """A text that is JSON but will not be taken."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def written(body: Any) -> str:
    """A definition as people see and edit it."""
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def read(text: str) -> Any:
    """What a text says; raises Invalid with the line where it stops being readable."""
    if len(text) > LONGEST:
        raise Invalid(Problem("line:1", "document_too_long", {"most": LONGEST, "n": len(text)}))
    _check_depth(text)
    try:
        made = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as wrong:
        raise Invalid(Problem(f"line:{wrong.lineno}", "document_broken", {"detail": wrong.msg})) from None
    except Unreadable as refused:
        raise Invalid(Problem(_line_of_key(text, refused), refused.code, refused.params)) from None
    except (ValueError, RecursionError) as wrong:
        raise Invalid(Problem("line:1", "document_broken", {"detail": str(wrong)[:120]})) from None
    _check_letters(text, made)
    return made


def _check_depth(text: str) -> None:
    depth = 0
    for found in _BRACE.finditer(text):
        depth += bool(found[1]) - bool(found[2])
        if depth > DEEPEST:
            line = text.count("\n", 0, found.start()) + 1
            raise Invalid(Problem(f"line:{line}", "document_too_deep", {"most": DEEPEST}))


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        raise Unreadable("document_key_twice", key=next(k for k, _ in pairs if k in seen or seen.add(k)))  # type: ignore[func-returns-value]
    return made


def _no_constant(name: str) -> Any:
    raise Unreadable("document_no_number", key=name)


def _line_of_key(text: str, refused: Unreadable) -> str:
    """The last place where the word stands; of a key given twice that is the second."""
    at = text.rfind(json.dumps(refused.params["key"], ensure_ascii=False).strip('"'))
    return f"line:{text.count(chr(10), 0, max(at, 0)) + 1}"


def _check_letters(text: str, made: Any) -> None:
    """What no database can hold: NUL and halves of characters."""
    plain = json.dumps(made, ensure_ascii=False)
    try:
        plain.encode()
    except UnicodeEncodeError:
        raise Invalid(Problem("line:1", "document_letters")) from None
    if "\\u0000" in plain:
        line = text.count("\n", 0, max(text.find("\\u0000"), 0)) + 1
        raise Invalid(Problem(f"line:{line}", "document_letters"))


def lines(text: str) -> dict[str, int]:
    """The line on which each part of a readable text begins, by its path (`properties.name.x-fenzu`)."""
    found: dict[str, int] = {"": 1}
    for path, start in _starts(text):
        found[path] = start
    return _counted(text, found)


def _counted(text: str, starts: dict[str, int]) -> dict[str, int]:
    """Offsets as line numbers, counted once from the top."""
    made, at, line = {}, 0, 1
    for path, start in sorted(starts.items(), key=lambda item: item[1]):
        line += text.count("\n", at, start)
        at = max(at, start)
        made[path] = line
    return made


def _starts(text: str) -> Iterator[tuple[str, int]]:
    """Every part with the place where it begins; the text is readable, so brackets need no second look."""
    stack: list[list[Any]] = []  # [path, index or None for an object, key that waits for its value, where it stands]
    for token in _TOKEN.finditer(text):
        word, top = token[0], stack[-1] if stack else None
        if word in ("]", "}"):
            stack.pop()
        elif word == ",":
            if top is not None and top[1] is not None:
                top[1] += 1
        elif word == ":":
            continue
        elif top is not None and top[1] is None and top[2] is None:
            top[2], top[3] = json.loads(word), token.start()
        else:
            path, start = _child(top), top[3] if top is not None and top[1] is None else token.start()
            if top is not None:
                yield path, start
                top[2] = None
            if word in ("{", "["):
                stack.append([path, 0 if word == "[" else None, None, 0])


def _child(top: list[Any] | None) -> str:
    if top is None:
        return ""
    if top[1] is not None:
        return f"{top[0]}[{top[1]}]"
    return f"{top[0]}.{top[2]}" if top[0] else str(top[2])


def line_of(path: str, found: dict[str, int]) -> int:
    """The line of a problem: of its path, or of the nearest part around it that is there."""
    if path.startswith("line:"):
        return int(path.removeprefix("line:"))
    while path and path not in found:
        cut = max(path.rfind("."), path.rfind("["))
        path = path[:cut] if cut > 0 else ""
    return found.get(path, 1)
