"""Long work as the person who waits sees it: how far it is, a way to stop it, and where it led."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Blueprint, Response, request

from runtime import words
from runtime.jobs import queue
from runtime.jobs.queue import Row
from runtime.messages import say
from runtime.web import here, page
from runtime.words import Words

bp = Blueprint("jobs", __name__, url_prefix="/jobs")


class Told(NamedTuple):
    """What a kind of job is called while it runs and when it is done, and the words of the way to its result."""

    doing: Words
    done: Words
    see: Words


SEE = Words("看看", "See")
ANY = Told(Words("正在处理", "Working"), Words("做完了", "Done"), SEE)
KINDS = {
    "import_check": Told(Words("正在检查", "Checking"), Words("检查完了", "Checked"), SEE),
    "import": Told(Words("正在导入", "Importing"), Words("导入完成", "Imported"), Words("看结果", "See the result")),
    "export": Told(Words("正在导出", "Exporting"), Words("文件好了", "The file is ready"), Words("下载", "Download")),
    "install": Told(Words("正在安装", "Installing"), Words("装好了", "Installed"), Words("打开应用", "Open the app")),
    "rebuild": Told(Words("正在重新分组", "Grouping again"), Words("分组已更新", "Groups are up to date"), SEE),
    "fill_codes": Told(Words("正在给编码", "Giving codes"), Words("编码给好了", "Codes are given"), SEE),
    "audit_codes": Told(Words("正在核对编码", "Checking codes"), Words("编码核对好了", "Codes are checked"), SEE),
    "recode": Told(Words("正在换编码", "Giving new codes"), Words("编码换好了", "New codes are given"), SEE),
    "codes_back": Told(Words("正在把编码收回来", "Taking the codes back"), Words("编码已经收回", "The codes are taken back"), SEE),
    "fill_numbers": Told(Words("正在补编号", "Giving numbers"), Words("编号补好了", "Numbers are given"), SEE),
    "bulk_change": Told(Words("正在批量修改", "Changing records"), Words("批量修改完成", "Records changed"), SEE),
    "publish_scheduled": Told(Words("到时间就发布", "Published when its time comes"), Words("已按定时发布", "Published as scheduled"), SEE),
    "retype": Told(Words("正在转换内容，转好就发布", "Converting values; published when done"), Words("已发布", "Published"), SEE),
    "purge": Told(Words("正在彻底清除", "Purging"), Words("清除完了", "Purged"), SEE),
    "hand_over": Told(Words("正在交接", "Handing over"), Words("交接好了", "Handed over"), SEE),
    "hand_back": Told(Words("正在收回交接", "Taking the hand-over back"), Words("交接已经收回", "The hand-over is taken back"), SEE),
    "move_values": Told(Words("正在搬内容", "Moving values"), Words("内容搬好了", "Values moved"), SEE),
    "move_back": Told(Words("正在搬回来", "Taking the move back"), Words("搬回来了", "The move is taken back"), SEE),
    "send": Told(Words("正在发出去", "Sending"), Words("发完了", "Sent"), SEE),
    "cancel_runs": Told(Words("正在取消运行", "Cancelling runs"), Words("都取消了", "All cancelled"), SEE),
    "refresh": Told(Words("正在更新分组", "Updating groups"), Words("分组已更新", "Groups are up to date"), SEE),
}
WAITING = Words("排队中，马上开始", "Waiting its turn")
STOPPING = Words("正在停下来", "Stopping")
STOPPED = Words("已停下。已经做好的部分还在。", "Stopped. What was done so far is kept.")
COUNTED = Words("{done} / {total}", "{done} of {total}")
SO_FAR = Words("已做 {done}", "{done} so far")


@bp.get("/<int:job_id>")
def progress(job_id: int) -> Response:
    """Polled once a second; the last answer stops the asking and, where the page said so, leads on."""
    row = queue.get(here.conn(), job_id, here.actor())
    if row.open:
        return page.show("account/job.html", row=row)
    if row.state == "done" and request.args.get("go"):
        return page.go(next_of(), page.toast(told(row).done, here.actor().lang))
    return page.show("account/job.html", row=row, status=page.LAST_POLL)


@bp.post("/<int:job_id>/cancel")
def cancel(job_id: int) -> Response:
    """Stop it: at once while it waits, else at its next pause."""
    with here.write() as conn:
        row = queue.cancel(conn, here.actor(), job_id)
    here.fenzu().runner.wake()
    return page.show("account/job.html", row=row)


def next_of() -> str:
    """Where the page that started the job wants to go afterwards."""
    return page.inside(request.args.get("next", ""), "")


def told(row: Row) -> Told:
    """What a job is called."""
    return KINDS.get(row.kind, ANY)


def view(row: Row, lang: str) -> dict[str, Any]:
    """A job in words: what is going on, how far, and why it failed."""
    done, total = row.progress["done"], row.progress["total"]
    detail = COUNTED.say(lang, done=done, total=total) if total else SO_FAR.say(lang, done=done) if done else ""
    if row.state == "waiting":
        detail = WAITING.say(lang)
    elif row.open and row.cancel:
        detail = STOPPING.say(lang)
    names, step = told(row), row.progress["words"].get("step")
    title = (names.done if row.state == "done" else names.doing).say(lang)
    return {
        "title": _words(step, lang) if step and row.open else title,
        "detail": detail, "percent": row.percent, "see": names.see.say(lang), "stopped": STOPPED.say(lang),
        "problems": [say(problem, lang) for problem in row.problems],
    }


def _words(pair: Any, lang: str) -> str:
    """A step as a job told it: a text in two languages, as a mapping or a pair."""
    return Words(*pair).say(lang) if isinstance(pair, list) else words.read(pair, lang)
