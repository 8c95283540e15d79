"""What the page of today shows: the sentence that counts, the week, what is late and due, what is to be answered, what moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import url_for

from runtime import clock, words
from runtime.groups import movements
from runtime.records import access, contacts
from runtime.storage.live import LiveApp
from runtime.web import here, overdue, places, today_panel, today_requests
from runtime.web.today_rows import Row, Rows, unit_of, unit_words
from runtime.words import Words
from runtime.workflows import desk
from runtime.workflows.desk import ASKED, DONE, FOLLOW, FREE, OPEN, Span

LATE, DUE, UNDATED, ANSWERS, OWN = 10, 25, 5, 5, 8  # rows of each part
GREETINGS = ((5, Words("夜深了", "Good evening")), (11, Words("早上好", "Good morning")), (13, Words("中午好", "Good afternoon")),
             (18, Words("下午好", "Good afternoon")), (24, Words("晚上好", "Good evening")))
DAYS = ("一", "二", "三", "四", "五", "六", "日"), ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
TODAY = Words("今天", "Today")
# What stands between the signs ~ is set off.
SAY = {
    "due": Words("今天有 ~要跟进", "~ to follow up today"), "late": Words("，其中 ~{n}已经逾期~", ", ~{n} of them late~"), "end": Words("。", ". "),
    "none": Words("今天没有要跟进的。", "Nothing to follow up today. "), "asked": Words("还有 ~等你审批。", "~ to answer."),
    "only": Words("有 ~等你审批。", "~ to answer."),
}
Piece = tuple[str, str]  # a part of a sentence and its tone


@dataclass(frozen=True)
class Day:
    """One day of the week's strip."""

    name: str
    number: int
    iso: str
    count: int
    on: bool
    rest: bool


def start(day: date) -> str:
    """Where a day begins, as moments are stored."""
    return clock.text(here.as_of().start_of(day))


def on_day(day: date, *kinds: str, states: tuple[str, ...] = (OPEN,)) -> Span:
    """Tasks due on a day."""
    return Span(kinds, start(day), start(day + timedelta(days=1)), states)


def waiting() -> int:
    """How many tasks wait for whoever asks, for the sidebar: late and due today, and all that is to be answered."""
    end = start(here.as_of().today + timedelta(days=1))
    return sum(desk.counts(here.conn(), here.actor().id, [Span((FOLLOW, FREE), until=end), Span(ASKED)]))


def made(wanted: date | None = None) -> dict[str, Any]:
    """Everything the page needs."""
    today = here.as_of().today
    day = wanted or today
    week = [today - timedelta(days=today.weekday()) + timedelta(days=at) for at in range(7)]
    found = _counts(today, week)
    lists = _lists(today, day)
    rows = Rows(task for part in lists.values() for task in part)
    parts = {name: [rows.row(task) for task in part] for name, part in lists.items()}
    nodes = today_panel.nodes_of([row.task for row in parts["asked"]])
    for row in parts["asked"]:
        row.asks = nodes.get(row.task.id, {}).get("opinion", "refuse")
    unit, lang = unit_of([*parts["late"], *parts["due"]]), here.actor().lang
    app = here.current_app_of_page()
    return {
        **parts, "today": today.isoformat(), "day": day.isoformat(), "is_today": day == today, "greeting": _greeting(lang), "sentence": _sentence(found, unit, lang),
        "week": _week(week, found["days"], found["late"], day, today, lang), "unit": words.read(unit["unit"], lang) if unit and lang == "zh" else "", "counts": found,
        "waiting": found["late"] + found["today"] + found["asked"] + found["own"], "moves": _moves(app), "asked_by_me": today_requests.few(), "doors": _doors(app), "overdue": overdue.mine(app),
        "more_late": found["late"] > len(parts["late"]), "more_due": found["today"] > len(parts["due"]),
    }


def _counts(today: date, week: list[date]) -> dict[str, Any]:
    """All figures of the page in one statement, none beyond a hundred; days that are over count what was done, too."""
    end = start(today + timedelta(days=1))
    spans = [Span([FOLLOW], until=start(today)), on_day(today, FOLLOW), on_day(today + timedelta(days=1), FOLLOW), Span(ASKED), Span([FREE], until=end)]
    spans += [on_day(day, FOLLOW, states=(OPEN, DONE) if day < today else (OPEN,)) for day in week]
    late, now, tomorrow, asked, own, *days = desk.counts(here.conn(), here.actor().id, spans)
    return {"late": late, "today": now, "tomorrow": tomorrow, "asked": asked, "own": own, "days": days}


def _lists(today: date, day: date) -> dict[str, list[desk.Task]]:
    """The tasks that are shown, by part of the page."""
    conn, me = here.conn(), here.actor().id
    over = desk.ended(conn, me, DUE, since=start(today))
    if day == today:
        late = desk.listed(conn, me, Span([FOLLOW], until=start(today)), LATE)
        due = desk.listed(conn, me, on_day(today, FOLLOW), DUE)
        undated = desk.listed(conn, me, Span([FOLLOW]), UNDATED, ("", 0))
        done = [task for task in over if task.kind == FOLLOW and task.state == DONE]
    else:
        late, undated, due = [], [], desk.listed(conn, me, on_day(day, FOLLOW), DUE)
        done = desk.listed(conn, me, on_day(day, FOLLOW, states=(DONE,)), DUE)
    free = desk.listed(conn, me, Span([FREE]), OWN)
    return {"late": late, "due": due, "undated": undated, "done": done, "asked": desk.listed(conn, me, Span(ASKED), ANSWERS),
            "free": free, "free_done": [task for task in over if task.kind == FREE and task.state == DONE][:3]}


def _greeting(lang: str) -> str:
    hour = here.as_of().at.astimezone(here.as_of().zone).hour
    said = next(words for until, words in GREETINGS if hour < until)
    return f"{said.say(lang)}{'，' if lang == 'zh' else ', '}{given_name(here.actor().name)}"


def given_name(name: str) -> str:
    """What a colleague is called by: without the family name where it stands first and is one character of three."""
    name = name.strip()
    if name and ord(name[0]) > 0x2E80:
        return name[1:] if len(name) == 3 else name
    return name.split()[0] if name else ""


def _sentence(found: dict[str, Any], unit: Any, lang: str) -> list[Piece]:
    """今天有 6 位客户要跟进，其中 2 位已经逾期。还有 3 件事等你审批。"""
    due, pieces = min(found["late"] + found["today"], desk.MOST), []
    if due:
        pieces += _around(SAY["due"].say(lang), unit_words(unit, due, lang), "b")
        if found["late"]:
            short = f"{_capped(found['late'])} {words.read(unit['unit'], lang) if unit else '件'}" if lang == "zh" else _capped(found["late"])
            before, middle, after = SAY["late"].say(lang, n=short).split("~")
            pieces += [(before, ""), (middle, "bad"), (after, "")]
        pieces.append((SAY["end"].say(lang), ""))
    else:
        pieces.append((SAY["none"].say(lang), ""))
    if found["asked"]:
        pieces += _around(SAY["asked" if due else "only"].say(lang), unit_words({}, found["asked"], lang), "asked")
    return [piece for piece in pieces if piece[0]]


def _around(said: str, inner: str, tone: str) -> list[Piece]:
    before, _, after = said.partition("~")
    return [(before, ""), (inner, tone), (after, "")]


def _capped(n: int) -> str:
    return f"{desk.MOST - 1}+" if n >= desk.MOST else str(n)


def _week(week: list[date], counts: list[int], late: int, day: date, today: date, lang: str) -> list[Day]:
    """The strip; what is late is to be done today, so it counts there, as it does in the sentence above."""
    names = DAYS[lang != "zh"]
    return [Day(TODAY.say(lang) if one == today else names[one.weekday()], one.day, one.isoformat(), count + (late if one == today else 0), one == day, one.weekday() > 4)
            for one, count in zip(week, counts, strict=True)]


def _moves(app: LiveApp | None) -> list[dict[str, Any]]:
    """Those of my records that changed their group, in the app I am in."""
    if app is None:
        return []
    found, names = movements.of(here.conn(), app, here.actor(), here.as_of()), here.names(app)
    for form in {move.form for move in found}:
        names.prime_records(form, [move.record for move in found if move.form == form])
    return [{"name": names.record(move.form, move.record), "href": url_for("records.one", app=app.key, form=move.form, record=move.record),
             "old": move.old, "new": move.new} for move in found]


def _doors(app: LiveApp | None) -> dict[str, Any]:
    """From the head of the page into the app I am in: a new record of its first form, and a talk to be written down."""
    if app is None or not app.forms or not places.there("records.new") or "create" not in access.acts(app, here.actor()):
        return {}
    first = next(iter(app.forms.values()))
    talks = contacts.talks_of(app, first.key)
    return {"new": url_for("records.new", app=app.key, form=first.key), "form": first.form,
            "talk": url_for("records.new", app=app.key, form=talks[0].key) if talks else ""}


def rows_of(tasks: list[desk.Task]) -> list[Row]:
    """Tasks of a list as rows."""
    return Rows(tasks).all()
