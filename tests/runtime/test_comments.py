"""Comments: kept as they were typed, changed and deleted by whom they belong to, told to whom they mention; on every database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from builder import apps
from runtime.accounts import actor, notices, people
from runtime.accounts.actor import Actor
from runtime.commands import comments as commands
from runtime.errors import Denied, FenzuError, Invalid, NotFound
from runtime.records import comments, history, undo
from runtime.records.comments import Comment
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from tests.crm import BODIES, Crm, made, one, words

OWN = {"kind": "role", "format": 1, "key": "member", "label": words("成员"), "can": {"records": ["change"]}, "rows": {"customer": one({"field": "owner", "operator": "=", "value": "$me"})}}


class Talk:
    """A customer of the administrator and one of a member, who sees no other; a builder sees both."""

    def __init__(self, database: Database, boss: Actor) -> None:
        self.boss, self.crm = boss, made(database, boss, [*BODIES, ("role", OWN)])
        self.builder, self.member = (self.person(login, name, role) for login, name, role in (("zhou", "周子航", "builder"), ("chen", "陈晓", "member")))
        self.theirs, self.mine = self.crm.add("customer", name="甲", owner=boss.id), self.crm.add("customer", name="乙", owner=self.member.id)

    def person(self, login: str, name: str, role: str) -> Actor:
        with self.crm.database.write() as conn:
            found = actor.load(conn, people.add(conn, self.boss, login, name, role, "zh"))
        assert found is not None
        return found

    def write(self, text: str, by: Actor | None = None, record: int | None = None) -> int:
        with self.crm.act(by) as act:
            return commands.write(act, "customer", record or self.theirs, text)

    def change(self, number: int, text: str, by: Actor | None = None) -> None:
        with self.crm.act(by) as act:
            commands.change(act, "customer", self.theirs, number, text)

    def remove(self, number: int, by: Actor | None = None) -> dict[str, Any]:
        with self.crm.act(by) as act:
            return commands.remove(act, "customer", self.theirs, number)

    def all(self, **page: Any) -> list[Comment]:
        with self.crm.database.read() as conn:
            return comments.newest(conn, self.crm.app(conn).form("customer").id, self.theirs, **page)

    def told(self, who: Actor) -> list[tuple[str, str]]:
        with self.crm.database.read() as conn:
            return [(one.sentence("zh"), one.href) for one in notices.newest(conn, who.id)]


@pytest.fixture
def talk(database: Database, boss: Actor) -> Talk:
    return Talk(database, boss)


def refused(act: Callable[[], object], kind: type[FenzuError], code: str, path: str = "") -> None:
    with pytest.raises(kind) as found:
        act()
    assert [(one.code, one.path) for one in found.value.problems] == [(code, path)]


def test_it_is_kept_as_it_was_typed(talk: Talk) -> None:
    talk.write("  第一行\r\n<script>alert(1)</script>\n\t第三行 & '\"\x07 ")
    (one,) = talk.all()
    assert one.text == "第一行\n<script>alert(1)</script>\n\t第三行 & '\"" and one.by == talk.boss.id and one.edited_at is None and one.mentions == ()


@pytest.mark.parametrize(("text", "code"), [("", "comment_blank"), (" \n ", "comment_blank"), ("\x00\x01", "comment_blank"), ("长" * 5_001, "comment_long")])
def test_what_cannot_be_kept_is_refused(talk: Talk, text: str, code: str) -> None:
    refused(lambda: talk.write(text), Invalid, code, "text")
    assert talk.write("长" * 5_000) and len(talk.all()) == 1


def test_who_is_mentioned_is_told_once(talk: Talk) -> None:
    number = talk.write("请 @周子航 看一下，@zhou 还有 @王敏")
    assert talk.all()[0].people == [talk.builder.id, talk.boss.id]
    assert talk.told(talk.builder) == [("王敏在「甲」的评论里提到了你：请 @周子航 看一下，@zhou 还有 @王敏", f"/a/{talk.crm.key}/customer/{talk.theirs}?comment={number}#comment-{number}")]
    assert talk.told(talk.boss) == []  # nobody is told of what they wrote themselves
    talk.change(number, "请 @周子航 再看一下")
    assert len(talk.told(talk.builder)) == 1
    talk.change(number, "不用看了")
    assert talk.told(talk.builder) == []


def test_words_edited_out_leave_the_bell_too(talk: Talk) -> None:
    number = talk.write("@周子航 密码是 123456")
    with talk.crm.database.write() as conn:
        notices.see(conn, talk.builder.id, notices.newest(conn, talk.builder.id)[0].id)
    talk.change(number, "@周子航 密码改日面说")
    with talk.crm.database.read() as conn:
        (one,) = notices.newest(conn, talk.builder.id)
    assert one.sentence("zh") == "王敏在「甲」的评论里提到了你：@周子航 密码改日面说" and not one.new, "nobody is told anew of what they have looked at"


def test_who_may_not_see_the_record_cannot_be_mentioned(talk: Talk) -> None:
    refused(lambda: talk.write("@陈晓 看一下"), Invalid, "comment_unseen", "text")
    number = talk.write("先记一笔")
    refused(lambda: talk.change(number, "@chen 看一下"), Invalid, "comment_unseen", "text")
    assert [one.text for one in talk.all()] == ["先记一笔"] and talk.told(talk.member) == []
    talk.write("@陈晓 这是你的", record=talk.mine)
    assert len(talk.told(talk.member)) == 1


def test_who_sees_the_record_may_comment_and_nobody_else(talk: Talk) -> None:
    assert talk.write("我的客户", talk.member, talk.mine)
    refused(lambda: talk.write("别人的客户", talk.member), NotFound, "no_such_record", "record")
    number = talk.write("写在这里")
    talk.crm.drop("customer", talk.theirs)
    refused(lambda: talk.write("回收站里"), NotFound, "no_such_record", "record")
    talk.crm.restore("customer", talk.theirs)
    assert [one.id for one in talk.all()] == [number]  # they come back with their record


def test_only_whoever_wrote_it_changes_it(talk: Talk) -> None:
    number = talk.write("原来的话")
    refused(lambda: talk.change(number, "别的话", talk.builder), Denied, "comment_not_yours")
    talk.change(number, "原来的话")
    assert talk.all()[0].edited_at is None
    talk.change(number, "改过的话")
    (now,) = talk.all()
    assert (now.text, now.edited_at) == ("改过的话", now.at)
    refused(lambda: talk.change(number + 1, "没有"), NotFound, "comment_gone")


def test_deleting_and_taking_that_back(talk: Talk) -> None:
    member = talk.person("he", "何静", "member")
    talk.crm.set("customer", talk.theirs, owner=member.id)
    mine, theirs = talk.write("@周子航 我的"), talk.write("成员的", member)
    refused(lambda: talk.remove(mine, member), Denied, "comment_not_yours")
    kept = talk.remove(mine)
    assert talk.told(talk.builder) == [] and [one.id for one in talk.all()] == [theirs]
    kept_too = talk.remove(theirs)
    assert talk.all() == [] and lines(talk) == [["$comment_removed"]]  # of another's one the history has a line
    before = talk.crm.as_of
    talk.crm.later(minutes=1)
    with talk.crm.act() as act:
        token = undo.offer(act.conn, act.by, "comment_removed", talk.crm.key, kept)
        offered = undo.find(act.conn, act.by, token)
        commands.UNDOS[offered.act](act, offered.params)
        commands.bring_back(act, kept_too)
    assert [(one.id, one.text, one.by) for one in talk.all()] == [(theirs, "成员的", member.id), (mine, "@周子航 我的", talk.boss.id)]
    assert talk.all()[1].people == [talk.builder.id] and talk.all()[0].at == before.at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert lines(talk) == [["$comment_back"], ["$comment_removed"]]


def lines(talk: Talk) -> list[list[str]]:
    with talk.crm.database.read() as conn:
        found = history.of_record(conn, talk.crm.app(conn).form("customer").id, talk.theirs)
    return [list(line.changes) for line in found if line.act == "comment"]


def test_pages_go_by_number(talk: Talk) -> None:
    numbers = [talk.write(f"第 {n} 句") for n in range(25)]
    first = talk.all()
    assert [one.id for one in first] == numbers[:4:-1] and len(first) == comments.PAGE
    assert [one.id for one in talk.all(before=first[-1].id)] == numbers[4::-1]


def test_an_app_takes_its_comments_with_it(talk: Talk) -> None:
    talk.write("@周子航 看一下")
    with talk.crm.database.write() as conn:
        apps.remove(conn, talk.crm.app(conn).id)
        assert conn.execute(tables.comment.select()).all() == []
    assert talk.told(talk.builder) == []


def test_parts_are_the_text(talk: Talk) -> None:
    talk.write("请@周子航看，再请 @王敏")
    assert [(text, who is not None) for text, who in talk.all()[0].parts] == [("请", False), ("@周子航", True), ("看，再请 ", False), ("@王敏", True)]


def test_nothing_is_asked_or_noted_where_nothing_listens(talk: Talk) -> None:
    talk.write("@周子航 看一下")
    crm: Crm = talk.crm
    with crm.database.read() as conn:
        assert conn.execute(tables.event.select()).all() == [] and not crm.app(conn).heard
