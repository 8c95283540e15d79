"""The door for other programs that begin workflows: one address each, JSON in, a run's number out."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from runtime import clock
from runtime.accounts import actor
from runtime.accounts.vault import Vault
from runtime.errors import FenzuError, NotFound, Problem
from runtime.messages import say
from runtime.records.act import acting
from runtime.storage.live import LiveApp, LiveWorkflow
from runtime.web import context, here, limits
from runtime.web.api import asking
from runtime.workflows import hooks, receiving
from runtime.workflows.calling import MARK, SIGNATURE, TIMESTAMP
from runtime.workflows.receiving import LARGEST, Taken

bp = Blueprint("hooks", __name__, url_prefix="/hooks")
OFTEN = ("120 per minute", "3000 per hour")
WRONG = "30 per minute"  # addresses that are none, from one place


class Often(FenzuError):
    """Too many in too short a time."""

    status = 429


class TooLarge(FenzuError):
    """More than any program needs to say."""

    status = 413


@bp.errorhandler(FenzuError)
def refused(error: FenzuError) -> tuple[Response, int]:
    """A program is told what is wrong in a code and a sentence."""
    told = [{"path": one.path, "code": one.code, "message": say(one, context.lang())} for one in error.problems]
    return jsonify({"errors": told}), error.status


@bp.post("/<token>")
def receive(token: str) -> tuple[Response, int]:
    """Take one call; 202 with the number of the run that began, 200 where nothing began."""
    data = _data()
    found, item = _opened(token)
    if limits.often(f"hook {item.id}", *OFTEN):
        raise Often(Problem("", "hook_often"))
    _checked(item, data)
    given = asking.parsed(_text(data), "")
    if not isinstance(given, dict):
        raise FenzuError(Problem("", "hook_not_json"))
    return _said(_taken(found, item, given))


def _data() -> bytes:
    request.max_content_length = LARGEST + 1
    if (request.content_length or 0) > LARGEST:
        raise TooLarge(Problem("", "hook_too_large"))
    data = request.get_data(cache=False)
    if len(data) > LARGEST:
        raise TooLarge(Problem("", "hook_too_large"))
    return data


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise FenzuError(Problem("", "hook_not_json")) from None


def _opened(token: str) -> tuple[LiveApp, LiveWorkflow]:
    """The workflow behind an address; raises NotFound, and for whoever tries many of them Often."""
    where = hooks.found(here.conn(), token)
    found = here.app(where[0]) if where else None
    if where is None or found is None or where[1] not in {item.key for item in hooks.listening(found)}:
        if limits.often("hook", WRONG):
            raise Often(Problem("", "hook_often"))
        raise NotFound(Problem("", "hook_gone"))
    return found, hooks.workflow_of(found, where[1])


def _checked(item: LiveWorkflow, data: bytes) -> None:
    """Where the workflow names a secret, only who holds it is heard."""
    name = item.workflow.trigger.get("secret")
    if name:
        key = Vault(here.fenzu().config.secret).get(here.conn(), name)
        if key is None:
            raise NotFound(Problem("", "no_such_secret", {"name": name}))
        receiving.signed(key, request.headers.get(TIMESTAMP, ""), request.headers.get(SIGNATURE, ""), data, clock.now().timestamp())


def _taken(found: LiveApp, item: LiveWorkflow, given: dict[str, object]) -> Taken:
    system, parts = actor.system(here.conn()), here.fenzu()
    here.close()
    with acting(parts.database, parts.live, found.key, system, cause=receiving.CAUSE, files=parts.config.files) as act:
        made = receiving.take(act, act.app.workflows[item.key], given, request.headers.get(MARK, "")[:200])
    parts.runner.wake()
    return made


def _said(made: Taken) -> tuple[Response, int]:
    """What the caller hears: the number of the run, and a sentence for whoever looks."""
    code = "hook_again" if made.again else "hook_not_fitting" if made.run is None else "hook_begun"
    told = say(Problem("", code, {"run": str(made.run)}), context.lang())
    return jsonify({"run": made.run, "record": made.record, "message": told}), 202 if made.run is not None else 200
