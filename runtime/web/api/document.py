"""The OpenAPI document, made for whoever asks from the live definitions they may use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from runtime import words
from runtime.records.apps import choices
from runtime.storage import versions
from runtime.storage.live import LiveApp
from runtime.web import here
from runtime.web.api import parts
from runtime.web.api.room import BIGGEST, Operation, Param, Schema
from runtime.words import Words

TITLE = Words("Fenzu 分组", "Fenzu 分组")
ABOUT = Words(
    "应用、定义、记录、分组、标签和编码；和页面同样的权限。密钥在「我的资料」里建。",
    "Apps, definitions, records, groups, tags and codes, with the rights of the pages. Make a token in your profile.",
)
SAID = {
    400: Words("请求看不懂", "The request cannot be understood"),
    401: Words("没有有效的密钥", "No valid token"),
    403: Words("没有权限", "Not allowed"),
    404: Words("找不到", "Not there"),
    409: Words("别人先改了", "Someone was faster"),
    413: Words("内容太大", "Too large"),
    415: Words("内容不是 JSON", "Not JSON"),
    422: Words("有内容要改", "Something needs correcting"),
    429: Words("太频繁", "Too many requests"),
    503: Words("现在有点忙", "Busy right now"),
}
GOOD = {
    200: Words("好了", "Done"),
    201: Words("建好了", "Made"),
    202: Words("交给任务了", "A job does it"),
    204: Words("好了", "Done"),
}
ALWAYS = (401, 403, 404, 422, 429, 503)
WITH_BODY = (400, 413, 415)
PLACE = re.compile(r"<(?:int:)?(\w+)>")


def of_asker(operations: Sequence[Operation], tags: Mapping[str, Words]) -> dict[str, Any]:
    """The document of the operations that the asker may use, over the apps that are there."""
    conn, lang, live = here.conn(), here.actor().lang, here.fenzu().live
    found = [live.app(conn, choice.key) for choice in choices(conn) if choice.state == "ready"]
    may = [operation for operation in operations if here.actor().may(operation.needs)]
    paths: dict[str, Any] = {}
    for operation in may:
        for made in Place.every(operation, found):
            paths.setdefault(made.path, {})[operation.method.lower()] = made.operation(tags[operation.name], lang)
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE.say(lang), "version": "1", "description": ABOUT.say(lang)},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "tags": [{"name": name} for name in dict.fromkeys(tags[operation.name].say(lang) for operation in may)],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": parts.every(found),
        },
    }


class Place:
    """One operation at one address: of one app and form where the address needs them."""

    def __init__(self, operation: Operation, app: LiveApp | None, form: str | None) -> None:
        self.it, self.app, self.form = operation, app, form

    @classmethod
    def every(cls, operation: Operation, apps: Sequence[LiveApp]) -> Iterator[Place]:
        """The addresses of an operation: one for each form, or for each app, or just one."""
        if "<form>" in operation.path:
            yield from (cls(operation, app, form) for app in apps for form in app.forms)
        elif "<app>" in operation.path:
            yield from (cls(operation, app, None) for app in apps)
        else:
            yield cls(operation, None, None)

    @property
    def prefix(self) -> str:
        """What the names of this form's own shapes begin with."""
        return f"{self.app.key}.{self.form}." if self.app and self.form else ""

    @property
    def path(self) -> str:
        known = self.it.path.replace("<app>", self.app.key if self.app else "").replace("<form>", self.form or "")
        return PLACE.sub(r"{\1}", known)

    def operation(self, tag: Words, lang: str) -> dict[str, Any]:
        """The operation as the document has it."""
        made: dict[str, Any] = {
            "operationId": ".".join(filter(None, [self.it.name, self.app.key if self.app else "", self.form])),
            "summary": self.summary(lang),
            "tags": [tag.say(lang)],
            "parameters": [*self.in_path(), *(asked(param, lang) for param in self.it.query), *self.in_headers(lang)],
            "responses": dict(self.answers(lang)),
        }
        content = {"application/json": self.it.body} if self.it.body is not None else {}
        content |= {"multipart/form-data": self.it.upload} if self.it.upload is not None else {}
        if content:
            kinds = {kind: {"schema": self.filled(schema)} for kind, schema in content.items()}
            made["requestBody"] = {"required": True, "content": kinds}
        return made

    def summary(self, lang: str) -> str:
        if not self.app or not self.form:
            return self.it.says.say(lang)
        return f"{self.it.says.say(lang)} · {words.read(self.app.form(self.form).form.label, lang)}"

    def in_path(self) -> Iterator[dict[str, Any]]:
        for place in PLACE.finditer(self.it.path):
            name = place[1]
            if name not in ("app", "form"):
                number = {"type": "integer", "minimum": 1, "maximum": BIGGEST}
                schema = number if place[0].startswith("<int:") else self.named(name)
                yield {"name": name, "in": "path", "required": True, "schema": schema}

    def named(self, name: str) -> dict[str, Any]:
        """What may stand for a key in an address."""
        if name == "kind":
            return {"type": "string", "enum": list(versions.KINDS)}
        if name == "grouping" and self.app and self.app.groupings:
            return {"type": "string", "enum": list(self.app.groupings)}
        return {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,60}$"}

    def in_headers(self, lang: str) -> Iterator[dict[str, Any]]:
        if self.it.method == "PATCH":
            says = Words("读到的版本", "The version that was read").say(lang)
            yield {
                "name": "If-Match",
                "in": "header",
                "description": says,
                "schema": {"type": "string", "pattern": r'^"?[0-9]{1,9}"?$'},
            }

    def answers(self, lang: str) -> Iterator[tuple[str, Any]]:
        for status, schema in self.it.answers.items():
            made: dict[str, Any] = {"description": GOOD[status].say(lang)}
            if schema is not None:
                made["content"] = {self.it.file or "application/json": {"schema": self.filled(schema)}}
            if self.it.headers and status in (200, 201):
                made["headers"] = {
                    name: {"description": says.say(lang), "schema": {"type": "string"}}
                    for name, says in self.it.headers.items()
                }
            yield str(status), made
        body = WITH_BODY if self.it.body is not None else ()
        for status in sorted({*ALWAYS, *body, *self.it.wrong, 400}):
            schema = {"schema": {"$ref": "#/components/schemas/errors"}}
            yield str(status), {"description": SAID[status].say(lang), "content": {"application/json": schema}}

    def filled(self, schema: Any) -> Any:
        """A schema with its named parts as references."""
        return parts.filled(schema, self.prefix)


def asked(param: Param, lang: str) -> dict[str, Any]:
    """A query parameter as the document has it."""
    made: dict[str, Any] = {"name": param.name, "in": "query", "required": False, "description": param.says.say(lang)}
    if param.kind == "json":
        return made | {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/rule"}}}}
    if param.kind == "names":
        listed: Schema = {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 80}, "maxItems": 20}
        return made | {"style": "form", "explode": False, "schema": listed}
    kinds: dict[str, dict[str, Any]] = {
        "whole": {"type": "integer", "minimum": param.least, "maximum": param.most},
        "flag": {"type": "boolean"},
        "text": {"type": "string", "maxLength": param.most},
    }
    schema = kinds[param.kind]
    return made | {"schema": schema if param.default in (None, "") else {**schema, "default": param.default}}
