"""An operation of the API: its address, what it takes, what it answers, and the view that does it, said once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from runtime.words import Words

Schema = Mapping[str, Any]
View = TypeVar("View", bound=Callable[..., Any])
FORM = "/apps/<app>/forms/<form>"


@dataclass(frozen=True)
class Param:
    """One query parameter. `kind` says how its text is read: text, whole, flag, names (with commas) or json."""

    name: str
    kind: str
    says: Words
    most: int = 1_000
    least: int = 0
    default: Any = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Operation:
    """One method at one address. `answers` maps a good status to the schema of its body (None: no body).

    `{"x-shape": "record"}` inside a schema stands for a part of the document: a form's own, or a shared one.
    `wrong` are the statuses beside those every operation can answer; `needs` is what the asker must be allowed to do.
    """

    method: str
    path: str
    says: Words
    view: Callable[..., Any]
    answers: Mapping[int, Schema | None]
    query: tuple[Param, ...] = ()
    body: Schema | None = None
    upload: Schema | None = None
    wrong: tuple[int, ...] = ()
    needs: str = "use"
    file: str = ""
    headers: Mapping[str, Words] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.view.__name__


class Room:
    """Operations that belong together; `tag` is what the document calls them."""

    def __init__(self, tag: Words, needs: str = "use") -> None:
        self.tag, self.needs = tag, needs
        self.operations: list[Operation] = []

    def get(self, path: str, says: Words, answer: Schema, **facts: Any) -> Callable[[View], View]:
        """An operation that reads."""
        return self._add("GET", path, says, {200: answer}, facts)

    def post(
        self, path: str, says: Words, answers: Mapping[int, Schema | None], **facts: Any
    ) -> Callable[[View], View]:
        """An operation that makes or starts something, or asks with a body."""
        return self._add("POST", path, says, answers, facts)

    def put(self, path: str, says: Words, answers: Mapping[int, Schema | None], **facts: Any) -> Callable[[View], View]:
        """An operation that lays something in place of what is there."""
        return self._add("PUT", path, says, answers, facts)

    def patch(
        self, path: str, says: Words, answers: Mapping[int, Schema | None], **facts: Any
    ) -> Callable[[View], View]:
        """An operation that changes parts of something."""
        return self._add("PATCH", path, says, answers, facts)

    def delete(
        self, path: str, says: Words, answers: Mapping[int, Schema | None], **facts: Any
    ) -> Callable[[View], View]:
        """An operation that takes something away."""
        return self._add("DELETE", path, says, answers, facts)

    def _add(
        self, method: str, path: str, says: Words, answers: Mapping[int, Schema | None], facts: Mapping[str, Any]
    ) -> Callable[[View], View]:
        def keep(view: View) -> View:
            self.operations.append(Operation(method, path, says, view, answers, **{"needs": self.needs, **facts}))
            return view

        return keep


def thing(properties: Mapping[str, Any], *optional: str, open_: bool = False) -> dict[str, Any]:
    """The schema of an object: every property but the optional ones is there; others are refused unless `open_`."""
    needed = [name for name in properties if name not in optional]
    made: dict[str, Any] = {"type": "object", "properties": dict(properties)}
    made |= {"required": needed} if needed else {}
    return made if open_ else made | {"additionalProperties": False}


def some(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of an object any of whose properties may be missing."""
    return thing(properties, *properties)


def listed(items: Schema, most: int | None = None, least: int | None = None) -> dict[str, Any]:
    """The schema of a list."""
    bounds = {"maxItems": most, "minItems": least}
    return {"type": "array", "items": dict(items), **{key: value for key, value in bounds.items() if value is not None}}


def maybe(schema: Schema) -> dict[str, Any]:
    """The schema of something that may be null."""
    if isinstance(schema.get("type"), str) and "enum" not in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [dict(schema), {"type": "null"}]}


def shape(name: str) -> dict[str, Any]:
    """A part of the document by its name."""
    return {"x-shape": name}


BIGGEST = 2**53 - 1
ID = {"type": "integer", "minimum": 1, "maximum": BIGGEST}
TEXT = {"type": "string", "maxLength": 500}
KEY = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$"}
SAID = {"type": "object", "additionalProperties": {"type": "string"}}
MOMENT = {"type": "string", "format": "date-time"}
COUNT = {"type": "integer", "minimum": 0}
ANY = {"type": "object"}
IDS = listed(ID, 10_000, 1)
