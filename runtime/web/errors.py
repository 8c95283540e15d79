"""What goes wrong becomes an answer that says what to do: a page, a toast for htmx, or JSON for a client."""

from __future__ import annotations

import logging
import secrets

from flask import Flask, Response, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from runtime.errors import FenzuError, Problem
from runtime.messages import say
from runtime.web import context, page
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


def attach(app: Flask) -> None:
    """Answer every kind of failure in words."""
    app.register_error_handler(FenzuError, fenzu_error)
    app.register_error_handler(CSRFError, ended)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, unforeseen)


def fenzu_error(error: FenzuError) -> Response:
    language = context.lang()
    return _page(error.status, [say(problem, language) for problem in error.problems[:5]])


def ended(_error: CSRFError) -> Response:
    """The form was older than its session: what was typed is still in the page and in the browser's keeping."""
    return _page(400, [say(Problem("", "session_ended"), context.lang())])


def http_error(error: HTTPException) -> Response:
    return _page(error.code or 500, [])


def unforeseen(error: Exception) -> Response:
    """Our fault: the log gets everything under a number, the person gets the number."""
    number = secrets.token_hex(4)
    LOG.exception("failure %s at %s %s", number, request.method, request.path)
    return _page(500, [Words("编号 {number}。把它告诉管理员，能更快找到原因。", "Reference {number}. An administrator can find the cause with it.").say(
        context.lang(), number=number)])


def _page(status: int, lines: list[str]) -> Response:
    language = context.lang()
    title = TITLES.get(status, TITLES[500 if status >= 500 else 400]).say(language)
    if page.wants_fragment():
        return page.nothing({"text": " ".join(lines) or title, "tone": "bad"}, status)
    return page.show("layout/error.html", status=status, title=title, lines=lines, code=status)
