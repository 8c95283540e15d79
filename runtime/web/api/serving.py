"""The API as one blueprint: every operation served by the same steps, and the document that describes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, request
from flask_login import current_user
from sqlalchemy.exc import IntegrityError, OperationalError
from werkzeug.exceptions import MethodNotAllowed

from runtime.definitions.parts import validator
from runtime.errors import Busy, Conflict, FenzuError, NotFound, Problem
from runtime.web import again, context, errors, here
from runtime.web.api import apps, asking, comments, document, exchange, groups, jobs, many, pools, records, runs, tasks
from runtime.web.api.answering import answer, wrong
from runtime.web.api.room import BIGGEST, Operation, Room
from runtime.web.limits import limiter

ROOMS = (apps.room, records.room, comments.room, many.room, pools.room, groups.room, exchange.room, jobs.room, runs.room, tasks.room)
# Far above what any honest client does in a minute; it stops a loop that has lost its way.
OFTEN = "60000 per minute"
LANGUAGES = ("zh-CN", "zh", "zh-TW", "zh-HK", "en")


def blueprint(*more: Room) -> Blueprint:
    """The API with these further rooms, as one blueprint with its document."""
    made = Blueprint("api", __name__, url_prefix="/api/v1")
    operations = [operation for room in (*ROOMS, *more) for operation in room.operations]
    for operation in operations:
        made.add_url_rule(operation.path, operation.name, serve(operation), methods=[operation.method])
    tags = {operation.name: room.tag for room in (*ROOMS, *more) for operation in room.operations}
    made.add_url_rule("/openapi.json", "openapi", lambda: answer(document.of_asker(operations, tags)))
    made.before_request(recognise)
    made.register_error_handler(FenzuError, refused)
    made.register_error_handler(IntegrityError, overtaken)
    made.register_error_handler(OperationalError, crowded)
    made.app_errorhandler(MethodNotAllowed)(misused)
    limiter.limit(OFTEN, key_func=caller)(made)
    return made


def serve(operation: Operation) -> Callable[..., Response]:
    """The view of an operation: rights, parameters and body first, then the work, then its answer as JSON."""
    params = {param.name: param for param in operation.query}
    checker = validator(operation.body) if operation.body is not None else None
    status = next(iter(operation.answers))

    def view(**given: Any) -> Response:
        if any(isinstance(value, int) and value > BIGGEST for value in given.values()):
            raise NotFound(Problem("", "api_nothing_there"))
        if operation.needs != "use":
            here.actor().must(operation.needs)
        if params or request.query_string:
            asked = asking.query(params)
            given |= {"ask": asked} if params else {}
        if checker is not None:
            given["body"] = asking.body(checker)
        found = operation.view(**given)
        return found if isinstance(found, Response) else answer(found, status)

    return view


def recognise() -> Response | None:
    """Who asks, in the language the request names; nobody else gets any further."""
    if not current_user.is_authenticated:
        told = wrong(401, [Problem("", "api_sign_in")], context.lang())
        told.headers["WWW-Authenticate"] = "Bearer"
        return told
    if "\0" in request.path:
        return wrong(404, [Problem("", "api_nothing_there")], context.lang())
    if request.headers.get("Accept-Language"):
        best = request.accept_languages.best_match(LANGUAGES)
        if best is not None:
            current_user.actor = replace(here.actor(), lang=best[:2])
    return None


def caller() -> str:
    """Whose requests are counted together."""
    return f"api:{here.actor().id}" if current_user.is_authenticated else f"api@{request.remote_addr}"


def refused(error: FenzuError) -> Response:
    """What cannot be done, said in the one shape."""
    return wrong(error.status, error.problems, context.lang())


def overtaken(_error: IntegrityError) -> Response:
    """Somebody else took a value that may be there only once, between our look and our write."""
    return wrong(Conflict.status, [Problem("", "conflict")], context.lang())


def misused(error: MethodNotAllowed) -> Response:
    """An address that is not used like that, with the ways in which it is."""
    told = errors.http_error(error)
    told.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return told


def crowded(error: OperationalError) -> Response:
    """The database has no turn for us just now; where it broke up two writers, one of them is done again."""
    if (second := again.answered(error)) is not None:
        return second
    if "lock" not in str(error).lower():
        raise error
    return wrong(Busy.status, [Problem("", "busy")], context.lang())
