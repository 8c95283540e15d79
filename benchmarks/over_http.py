"""What people and programs feel: saves and lists over HTTP beside the bare server, and saves during long work."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any
from urllib.parse import quote

from benchmarks import definitions, rows
from benchmarks.client import Browser, Server, spread
from benchmarks.figures import Cost, Figure, beside
from benchmarks.world import PASSWORD, World

WARM = 10
LIST = definitions.every(definitions.leaf("kind", "=", "enterprise"), definitions.leaf("credit", ">=", 100_000))
FORM_FIELDS = ("name", "phone", "email", "kind", "region", "credit", "since", "active", "note")


def signed_in(server: Server) -> Browser:
    """The administrator's browser on the product."""
    person = Browser(server.port)
    person.form("/sign-in", {"login": "boss", "password": PASSWORD, "csrf_token": person.secret("/sign-in")})
    return person


def by_turns(
    servers: tuple[Server, Server], what: str, ours: Callable[[], Any], bare: Callable[[], Any], most: float | None, times: int,
    worked: bool = False,
) -> Figure:
    """Both by turns, so that the machine's mood meets them alike; the medians. With `worked` it is what the servers' processors
    spend on one answer that counts, and `most` bounds ours."""
    for _ in range(WARM):
        ours()
        bare()
    spent = [server.cpu() for server in servers]
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(times):
        for ask, into in zip((ours, bare), taken, strict=True):
            begun = time.perf_counter()
            ask()
            into.append(time.perf_counter() - begun)
    used = [server.cpu() - before for server, before in zip(servers, spent, strict=True)]
    if worked and all(used):
        return Figure(what, used[0] / times, used[1] / times, most, absolute=True)
    mine, base = (Cost(spread(one)[0], cpu) for one, cpu in zip(taken, used, strict=True))
    return beside(what, mine, base, most)


class Pages:
    """One person's signed-in browser on the product, and one on the bare server."""

    def __init__(self, world: World, ours: Server, bare: Server) -> None:
        self.servers = (ours, bare)
        self.records = f"/api/v1/apps/{world.key}/forms/customer/records"
        self.page = f"/a/{world.key}/customer/"
        self.api, self.bare = Browser(ours.port, world.token), Browser(bare.port)
        self.person = signed_in(ours)
        self.secret = self.person.secret(f"{self.page}new")
        self.fresh: Iterator[dict[str, Any]] = rows.customers(1_000_000, seed=int(time.time()))

    def compare(
        self, what: str, ours: Callable[[], Any], bare: Callable[[], Any], most: float | None, times: int
    ) -> Figure:
        return by_turns(self.servers, what, ours, bare, most, times)

    def save(self) -> None:
        self.api.json("POST", self.records, {"values": next(self.fresh)})

    def save_bare(self) -> None:
        values = {key: str(value) for key, value in next(self.fresh).items()}
        self.bare.json("POST", "/records", {"values": values})

    def save_form(self) -> None:
        values = {key: value for key, value in next(self.fresh).items() if key in FORM_FIELDS}
        values = {**values, "active": "true" if values["active"] else "false", "csrf_token": self.secret}
        status = self.person.form(self.page, values)
        if status != 303:
            raise RuntimeError(f"the form was answered with {status}")

    def save_form_bare(self) -> None:
        values = next(self.fresh)
        self.bare.form("/form", {key: values[key] for key in FORM_FIELDS})

    def list(self) -> None:
        rule = quote(json.dumps(LIST))
        found = self.api.json("GET", f"{self.records}?rule={rule}&sort=-credit&limit=50")
        assert found["records"]

    def list_bare(self) -> None:
        assert self.bare.json("GET", "/records")["records"]

    def list_page(self) -> None:
        assert self.person.get(self.page)[0] == 200


def figures(world: World, ours: Server, bare: Server, times: int) -> list[Figure]:
    pages = Pages(world, ours, bare)
    listed = max(20, times // 5)
    return [
        pages.compare("save one customer, JSON", pages.save, pages.save_bare, 4, times),
        pages.compare("save one customer, form", pages.save_form, pages.save_form_bare, 4, times),
        pages.compare("JSON list of 50, filter and sort", pages.list, pages.list_bare, 3, listed),
        pages.compare("list page of 50 as HTML", pages.list_page, pages.list_bare, None, listed),
    ]


class Saving:
    """Somebody who saves a customer every 20 ms or so while something long goes on; `times` are their waits."""

    def __init__(self, world: World, server: Server) -> None:
        self.times: list[float] = []
        self._ended = threading.Event()
        self._given = (world, server)
        self._thread = threading.Thread(target=self._go, daemon=True)

    def _go(self) -> None:
        world, server = self._given
        browser = Browser(server.port, world.token)
        path = f"/api/v1/apps/{world.key}/forms/customer/records"
        for values in islice(rows.customers(1_000_000, seed=int(time.time()) + 1), 1_000_000):
            if self._ended.wait(0.02):
                return
            begun = time.perf_counter()
            browser.json("POST", path, {"values": values})
            self.times.append(time.perf_counter() - begun)

    def __enter__(self) -> Saving:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(30)

    @property
    def p95(self) -> float:
        return spread(self.times)[1] if self.times else 0.0
