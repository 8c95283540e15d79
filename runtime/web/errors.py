"""What goes wrong becomes an answer that says what to do: a page, a toast for htmx, or JSON for a client."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from typing import Any

from flask import Flask, Response, jsonify, make_response, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from runtime.errors import Busy, FenzuError, Problem
from runtime.messages import say
from runtime.storage.db import is_busy
from runtime.web import again, context, page
from runtime.words import Words

LOG = logging.getLogger("fenzu")
TITLES = {
    400: Words("这个请求看不懂", "That request could not be understood"),
    401: Words("请先登录", "Sign in first"),
    403: Words("你没有权限做这件事", "You are not allowed to do this"),
    404: Words("找不到这一页", "There is nothing here"),
    405: Words("这里不能这样做", "That cannot be done here"),
    409: Words("别人刚刚改过这里", "Someone has just changed this"),
    413: Words("文件太大，最多 100 MB", "The file is too large; 100 MB at most"),
    422: Words("有些内容需要改一改", "Some of this needs correcting"),
    429: Words("操作太频繁，过一会儿再试", "Too many tries; wait a little"),
    500: Words("我们这边出了问题，你的数据没有丢", "Something failed on our side; your data is safe"),
    503: Words("现在有点忙，过几秒再试", "Busy right now; try again in a few seconds"),
}
# Where the title leaves open what to do now.
ADVICE = {
    404: Words("地址可能写错了，或者这一项已经删掉了。", "It may be mistyped, or the thing may have been deleted."),
    403: Words("需要的话，可以找管理员开通。", "An administrator can grant it."),
    429: Words("过一分钟再试。什么都没有丢。", "Try again in a minute. Nothing is lost."),
    503: Words("什么都没有丢。", "Nothing is lost."),
}
REFERENCE = Words(
    "问题编号 {number}。告诉管理员，找得更快。", "Reference {number}. With it an administrator can find the cause."
)
LAST_RESORT = "我们这边出了问题，你的数据没有丢。 Something failed on our side; your data is safe. {number}"


def attach(app: Flask) -> None:
    """Answer every kind of failure in words."""
    app.register_error_handler(FenzuError, fenzu_error)
    app.register_error_handler(CSRFError, ended)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(PoolTimeout, crowded)
    app.register_error_handler(Exception, unforeseen)


def fenzu_error(error: FenzuError) -> Response:
    """What we refuse, with the status that fits."""
    return answer(error.status, error.problems)


def ended(_error: CSRFError) -> Response:
    """The form was older than its session: what was typed is still in the page and in the browser's keeping."""
    return answer(400, [Problem("", "session_ended")])


def crowded(_error: PoolTimeout) -> Response:
    """Every connection is taken."""
    return answer(Busy.status, [Problem("", "busy")])


def http_error(error: HTTPException) -> Response:
    """What Flask refuses: no such address, too large, too often."""
    if error.response is not None:
        return make_response(error.response)
    return answer(error.code or 500, [])


def unforeseen(error: Exception) -> Response:
    """Our fault: the log gets everything under a number, the person gets the number."""
    if (second := again.answered(error)) is not None:
        return second
    if isinstance(error, OperationalError) and is_busy(error):
        return fenzu_error(Busy(Problem("", "busy")))
    number = secrets.token_hex(4)
    where = request.path if request.blueprint != "hooks" else "/hooks/"  # the rest of such an address is a secret
    LOG.error("failure %s at %s %s", number, request.method, where, exc_info=error)
    try:
        return answer(500, [], REFERENCE.say(context.lang(), number=number))
    except Exception:  # the page itself needs what is broken, such as the database
        LOG.exception("failure %s could not be shown", number)
        return make_response(LAST_RESORT.format(number=number), 500, {"Content-Type": "text/plain; charset=utf-8"})


def answer(status: int, problems: Sequence[Problem], more: str = "") -> Response:
    """The failure as whoever asks can read it: a client, htmx, or a person looking at a page."""
    language = context.lang()
    known = status if status in TITLES else 500 if status >= 500 else 400
    title = TITLES[known].say(language)
    if for_client():
        return _json(status, problems, title, language)
    lines = [say(problem, language) for problem in problems[:5]]
    if not lines and known in ADVICE:
        lines = [ADVICE[known].say(language)]
    lines += [more] if more else []
    if page.wants_fragment():
        return page.nothing({"text": " ".join(lines) or title, "tone": "bad"}, status)
    return page.show("layout/error.html", status=status, title=title, lines=lines, code=known, again=page.origin())


def for_client() -> bool:
    """Whether a program asks."""
    return request.path.startswith("/api/")


def _json(status: int, problems: Sequence[Problem], title: str, language: str) -> Response:
    found: list[dict[str, Any]] = [
        {"path": one.path, "code": one.code, "params": one.params, "message": say(one, language)} for one in problems
    ]
    body = found or [{"path": "", "code": f"http_{status}", "params": {}, "message": title}]
    response = jsonify({"errors": body})
    response.status_code = status
    return response
