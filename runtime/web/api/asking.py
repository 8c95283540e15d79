"""What a client sends, read with suspicion: a body that is one JSON object, parameters of the right kind."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from flask import request
from jsonschema_rs import Draft202012Validator

from runtime.definitions.parts import dotted
from runtime.errors import FenzuError, Invalid, Problem
from runtime.web.api.room import BIGGEST, Param

LARGEST = 32_000_000  # bytes of a JSON body
DEEPEST = 60
TOLD = 20


class Unreadable(FenzuError):
    """The body is no JSON object at all."""

    status = 400


class TooLarge(FenzuError):
    """The body is longer than any request needs."""

    status = 413


class WrongMedia(FenzuError):
    """The body says that it is something other than JSON."""

    status = 415


def body(checker: Draft202012Validator) -> dict[str, Any]:
    """The request's body as an object that fits a schema; everything wrong with it is named at once."""
    found = _parsed(_text())
    problems = [_told(error) for error, _ in zip(checker.iter_errors(found), range(TOLD), strict=False)]
    if problems:
        raise Invalid(problems)
    return found


def _text() -> str:
    kind = request.mimetype
    if kind and kind != "application/json" and not kind.endswith("+json"):
        raise WrongMedia(Problem("", "api_wrong_media", {"given": kind[:60]}))
    request.max_content_length = LARGEST
    if (request.content_length or 0) > LARGEST:
        raise TooLarge(Problem("", "api_too_large", {"limit": LARGEST // 1_000_000}))
    try:
        return request.get_data(cache=False).decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable(Problem("", "api_not_utf8")) from None


def _parsed(text: str) -> dict[str, Any]:
    found = parsed(text, "")
    if not isinstance(found, dict):
        raise Unreadable(Problem("", "not_json"))
    return found


def parsed(text: str, path: str) -> Any:
    """JSON as the standard has it: no NaN, no number beyond measure, no text that cannot be stored, not too deep."""
    try:
        found = json.loads(text, parse_constant=_no_number, parse_float=_finite)
    except (ValueError, RecursionError):
        raise Unreadable(Problem(path, "not_json")) from None
    if text.count("[") + text.count("{") > DEEPEST and _depth(found) > DEEPEST:
        raise Unreadable(Problem(path, "api_too_deep", {"limit": DEEPEST}))
    if "\\u" in text:
        for part in _texts(found):
            storable(part, path)
    return found


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")


def _finite(text: str) -> float | int:
    """A number with a point or a power; to JSON 3.0 is as whole as 3."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("beyond every number")
    return int(number) if number.is_integer() and abs(number) <= BIGGEST else number


def storable(text: str, path: str) -> str:
    """A text that a database can hold; raises Unreadable for NUL and halves of characters."""
    if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise Unreadable(Problem(path, "api_bad_text"))
    return text


def _depth(found: Any) -> int:
    level, depth = [found], 0
    while level and depth <= DEEPEST:
        level = [part for item in level for part in _inside(item)]
        depth += 1
    return depth


def _inside(item: Any) -> Iterable[Any]:
    return item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()


def _texts(found: Any) -> Iterable[str]:
    waiting = [found]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            yield from item
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item


def _told(error: Any) -> Problem:
    return Problem(dotted(error.instance_path), "bad_shape", {"detail": error.message[:300]})


def query(params: Mapping[str, Param]) -> dict[str, Any]:
    """The request's parameters by name, read by their kinds; one that is not known is a slip of the pen and refused."""
    found: dict[str, Any] = {name: param.default for name, param in params.items()}
    problems = []
    for name, text in request.args.items():
        if name not in params:
            problems.append(Problem(name[:60], "api_no_such_param", {"name": name[:60]}))
            continue
        try:
            found[name] = _value(params[name], storable(text, name))
        except ValueError:
            problems.append(Problem(name, "api_bad_param", {"name": name, "value": text[:60]}))
    if problems:
        raise Invalid(problems)
    return found


def _value(param: Param, text: str) -> Any:
    if param.kind == "whole":
        number = whole(text)
        if not param.least <= number <= param.most:
            raise ValueError("out of bounds")
        return number
    if param.kind == "flag":
        return {"true": True, "false": False}[text] if text in ("true", "false") else _no_number(text)
    if param.kind == "json":
        found = parsed(text, param.name)
        return found if isinstance(found, dict) else _no_number(text)
    if len(text) > param.most or (param.choices and text not in param.choices):
        raise ValueError("not one of these")
    return tuple(part for part in text.split(",") if part) if param.kind == "names" else text


def whole(text: str) -> int:
    """A whole number written in plain digits."""
    if not (text.isascii() and text.isdigit() and len(text) <= 16 and int(text) <= BIGGEST):
        raise ValueError("no whole number")
    return int(text)
