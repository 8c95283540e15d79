"""Every address of the server, walked by everybody with every kind of nonsense: nothing breaks, nobody gets through."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from runtime.config import Config
from runtime.web.odd import Number
from tests.conftest import database_url
from tests.crm import BODIES, Crm, one, running, words
from tests.house.source import python_files
from tests.web import HTMX, SECRET, Person, Site, whole_app

ROLE = {"kind": "role", "format": 1, "key": "member", "label": words("成员"), "can": {"records": ["create", "change", "export"]},
        "rows": {"customer": one({"field": "owner", "operator": "=", "value": "$me"})}}
# What a person without a session may see: the doors, files of ours, how pages look.
OPEN = ("signing.", "starting.", "static", "divisions.", "public.", "hooks.", "me.theme", "me.language")
# Forms for everybody carry a slip of their own in the place of the page's secret; other programs have an address nobody guesses.
SLIPS = ("public.", "hooks.")
# Rooms of those who build, and of the administrator.
BUILDERS = re.compile(r"^/build/|^/apps/<|^/templates/<|^/outbox/")
ADMINISTRATORS = re.compile(r"^/settings/")
NUMBERS = ("0", "1", "2", "999999", "9223372036854775807", "9223372036854775808", "9" * 60)
# Every address meets the first, and a third of the second.
WORST = ("", "a\0b", "9" * 300, "[" * 1200, "\r\nSet-Cookie: a=b")
ODD = (
    "'\"><script>alert(1)</script>", "-1", "1e400", "NaN", "²", "٣", "\u202e\ud7ff\uffff", "{{7*7}}", "../../../etc/passwd", "$id",
    '{"combinator": "and"}', "$group/level", "9999-99-99", "x" * 2000, "null", '"\\ud800"', "//evil.example", "name", "-name",
)
LIMIT = {400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429}
FINE = {200, 201, 202, 204, 286, 302, 303, 304, 308}


@cache
def names() -> list[str]:
    """Every name that a page reads from an address or a form."""
    found: set[str] = set()
    for path in python_files("runtime/web", "builder/web"):
        found.update(re.findall(r"(?:get|getlist)\(\s*\"([a-z_]+)\"", path.read_text("utf-8")))
    return sorted(found | {"f.name", "f.size", "f.kind", "name", "page"})


@cache
def everywhere(odd: str) -> str:
    """A query or form in which every name has the value. Brackets stay as they are: writing a million of them as %5B would only time the reading of %5B."""
    return urlencode(dict.fromkeys(names(), odd.encode("utf-8", "replace")), safe="[")


@pytest.fixture(params=["sqlite", "postgresql"])
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Site, Crm]]:
    """The whole application with a customer of the administrator and one of the member."""
    kind = "sqlite_database" if request.param == "sqlite" else "postgres_database"
    database = request.getfixturevalue(kind)
    with whole_app(Config(tmp_path, database_url(database), SECRET, testing=True)) as site:
        site.set_up()
        crm = running(site, BODIES, ("role", ROLE))
        crm.add("customer", name="别人的客户", owner=site.actor().id)
        crm.add("customer", name="自己的客户", owner=site.actor("member").id)
        yield site, crm


def addresses(rule: Rule, crm: Crm) -> Iterator[str]:
    """An address of a rule with what there is, then one with an odd value in each of its places."""
    there = {"app": crm.key, "form": "customer", "key": "customer", "grouping": "level", "group": "high", "field": "name",
             "kind": "form", "act": "add", "way": "undo", "keep": "in", "step": "1", "filename": "css/tokens.css"}
    numbers = {name for name, converter in rule._converters.items() if isinstance(converter, Number)}
    real = {name: there.get(name, "1" if name in numbers else "unknown") for name in rule.arguments}
    yield fill(rule, real)
    for name in sorted(rule.arguments):
        for odd in NUMBERS if name in numbers else ("%00", "..%2f..%2fetc", "%27%22%3E%3Cb%3E", "%F0%9F%98%80%ED%A0%80", "x" * 3000):
            yield fill(rule, {**real, name: odd})


def fill(rule: Rule, values: dict[str, str]) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda match: values[match[1]], rule.rule)


def rules(site: Site) -> list[tuple[str, Rule]]:
    """Each method of each address, those that end the session or the installation last."""
    found = [(method, rule) for rule in site.app.url_map.iter_rules() for method in sorted(rule.methods & {"GET", "POST", "PUT", "PATCH", "DELETE"})]
    return sorted(found, key=lambda pair: (bool(re.search(r"sign-out|leave|password|remove|language", pair[1].rule)), pair[1].rule, pair[0]))


def ask(person: Person, method: str, url: str, **given: Any) -> int:
    """The status of an answer, read to its end."""
    client: FlaskClient = person.client
    answer = client.open(url, method=method, buffered=True, **given)
    assert "evil.example" not in answer.headers.get("Location", "").removeprefix("/sign-in"), (method, url)
    assert "evil.example" not in answer.headers.get("HX-Redirect", ""), (method, url)
    return answer.status_code


def told(wrong: list[str]) -> str:
    return f"{len(wrong)} answers are wrong:\n" + "\n".join(wrong[:40])


def test_nothing_breaks_at_odd_addresses(town: tuple[Site, Crm]) -> None:
    site, crm = town
    boss, wrong = site.person(), []
    for method, rule in rules(site):
        for url in addresses(rule, crm):
            headers = {"X-CSRFToken": boss.token}
            status = ask(boss, method, url, headers=headers, **({"json": {}} if rule.rule.startswith("/api/") and method != "GET" else {}))
            if status not in LIMIT | FINE:
                wrong.append(f"{status} {method} {url[:200]}")
    assert not wrong, told(wrong)


def test_nothing_breaks_at_odd_values(town: tuple[Site, Crm]) -> None:
    site, crm = town
    boss, wrong = site.person(), []
    for number, (method, rule) in enumerate(rules(site)):
        if rule.rule.startswith("/api/") or method not in ("GET", "POST") or "sign-out" in rule.rule:
            continue
        url = next(addresses(rule, crm))
        for at, odd in enumerate((*WORST, *ODD[number % 3 :: 3])):
            given = {"query_string": everywhere(odd)} if method == "GET" else {"data": everywhere(odd), "content_type": "application/x-www-form-urlencoded"}
            status = ask(boss, method, url, headers={"X-CSRFToken": boss.token, **(HTMX if at % 2 else {})}, **given)
            if status not in LIMIT | FINE:
                wrong.append(f"{status} {method} {url} {odd[:30]!r}")
    assert not wrong, told(wrong)


def test_everybody_gets_as_far_as_they_may(town: tuple[Site, Crm]) -> None:
    site, crm = town
    wrong = []
    for who, person in (("visitor", site.visitor()), ("member", site.person("member")), ("builder", site.person("builder"))):
        for method, rule in rules(site):
            if re.search(r"sign-out|^/sign-in|^/static", rule.rule):
                continue
            status = ask(person, method, next(addresses(rule, crm)), headers={"X-CSRFToken": person.token})
            if status not in allowed(who, method, rule):
                wrong.append(f"{who}: {status} {method} {rule.rule}")
    assert not wrong, told(wrong)


def allowed(who: str, method: str, rule: Rule) -> set[int]:
    """What an answer may be for a person and an address, given nothing but the address."""
    api = rule.rule.startswith("/api/")
    if who == "visitor":
        door = rule.endpoint.startswith(OPEN) or rule.endpoint == "api.openapi"
        return LIMIT | FINE if door else {401} if api else {303}
    if api and method != "GET":
        return {401}  # a session may only read there
    if ADMINISTRATORS.match(rule.rule) or (who == "member" and BUILDERS.match(rule.rule)):
        return {403, 404, 405}
    return LIMIT | FINE


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_is_changed_by_a_page_of_somebody_else(town: tuple[Site, Crm], method: str) -> None:
    """A request with the session but without the page's secret."""
    site, crm = town
    boss = site.person()
    wrong = [
        f"{status} {method} {rule.rule}"
        for one_method, rule in rules(site)
        if one_method == method and not rule.endpoint.startswith(SLIPS)
        if (status := ask(boss, method, next(addresses(rule, crm)))) not in ({401} if rule.rule.startswith("/api/") else {400})
    ]
    assert not wrong, told(wrong)


def test_the_number_of_somebody_elses_customer_opens_nothing(town: tuple[Site, Crm]) -> None:
    site, crm = town
    member, wrong = site.person("member"), []
    for method, rule in rules(site):
        places = re.findall(r"<(?:int:)?(record)>", rule.rule)
        if not places or rule.rule.startswith("/build/"):
            continue
        url = next(addresses(rule, crm))
        answer = member.client.open(url, method=method, buffered=True, headers={"X-CSRFToken": member.token}, data={"value": "x", "name": "x", "version": "1"})
        if answer.status_code not in (404, 403, 401, 405) or "别人的客户" in answer.get_data(as_text=True):
            wrong.append(f"{answer.status_code} {method} {url}")
    assert not wrong, told(wrong)
