"""A new password for somebody who can no longer sign in, set by whoever can reach this computer's terminal.

`python run.py password LOGIN` comes here; the password is typed twice and never shown or kept in the shell's history.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from getpass import getpass

import sqlalchemy as sa

from runtime import config
from runtime.accounts import actor, people
from runtime.errors import FenzuError
from runtime.messages import say
from runtime.storage.db import Database, open_database
from runtime.storage.setup import prepare
from runtime.storage.system_tables import person
from runtime.words import Words

ASK = Words("「{name}」的新密码：", "New password for {name}: ")
AGAIN = Words("再输一遍：", "Once more: ")
DIFFERENT = Words("两次输的不一样，密码没有改。", "The two are not the same; nothing was changed.")
NOBODY = Words("没有登录名是「{login}」的人。现有的登录名：{logins}", "Nobody signs in as “{login}”. There are: {logins}")
DONE = Words("密码改好了，其他地方的登录都已结束。", "The password is set, and all open sessions have ended.")


def set_password(database: Database, login: str, lang: str, ask: Callable[[str], str]) -> str:
    """Ask for a new password and set it; gives the sentence that says what happened. Raises Invalid for a weak one."""
    with database.read() as conn:
        rows = conn.execute(sa.select(person.c.id, person.c.login, person.c.name).order_by(person.c.id)).all()
    found = next((row for row in rows if row.login == people.fold_login(login)), None)
    if found is None:
        return NOBODY.say(lang, login=login, logins=", ".join(row.login for row in rows[:20]))
    typed = ask(ASK.say(lang, name=found.name))
    if ask(AGAIN.say(lang)) != typed:
        return DIFFERENT.say(lang)
    with database.write() as conn:
        people.set_password(conn, actor.system(conn), found.id, typed)
    return DONE.say(lang)


def main(arguments: list[str]) -> int:
    """`LOGIN zh|en`; the instance comes from the environment as for the server."""
    login, lang = arguments
    database = open_database(config.load().database_url)
    prepare(database)
    try:
        print(set_password(database, login, lang, getpass))
    except FenzuError as refused:
        print("\n".join(say(problem, lang) for problem in refused.problems), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
