"""Grouping at full depth: 12 groupings with 50 rules over customers and orders, each figure beside SQL by hand."""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks import definitions, grouped_app, grouped_long, grouped_world, rows
from benchmarks.figures import Cost, Figure, beside, best
from benchmarks.grouped_hand import Hand
from benchmarks.long_work import by_hand
from benchmarks.world import World, say
from runtime.commands import change, create
from runtime.groups import funnel, why
from runtime.groups.sampling import sample_of
from runtime.records import entry
from runtime.records.act import acting
from runtime.records.queries import Query, Reader

WARM = 10
NEWEST = (("$created_at", True),)
LISTED = ("region/r_e", "spending/spending_top", "focus/focus_win_back", "life/life_fresh")
# Limits in seconds where the target is one, and in multiples of what stands beside it otherwise.
FIRST, FUNNEL, SUM, SAVE, SAVED, MOVED, LIST, WHY = 0.3, 2.5, 1.5, 3, 0.008, 0.010, 3, 0.030


def figures(folder: Path, customers: int, orders: int, times: int) -> list[Figure]:
    made = grouped_world.opened(folder, customers, orders)
    hand = Hand(made, by_hand(folder / "bare.db"))
    found = [*asking(made, hand), *looking(made, hand, times), *saving(made, hand, times)]
    say("rules, lists and saves are measured")
    found += grouped_long.figures(made, hand)
    hand.conn.close()
    made.database.close()
    return found


def usual(what: Callable[[], Any], times: int) -> Cost:
    """The median of many, after some to warm up; the processor time is the mean."""
    for _ in range(WARM):
        what()
    gc.collect()
    taken, spent = [], time.process_time()
    for _ in range(times):
        begun = time.perf_counter()
        what()
        taken.append(time.perf_counter() - begun)
    return Cost(sorted(taken)[times // 2], (time.process_time() - spent) / times)


def limit(what: str, ours: Cost, most: float, base: Cost | None = None) -> Figure:
    """A figure that is held to seconds; what else was measured stands beside it."""
    cpu = ours.cpu / base.cpu if base is not None and base.cpu else None
    return Figure(what, ours.seconds, base.seconds if base else None, most, absolute=True, cpu=cpu)


def asking(made: World, hand: Hand) -> list[Figure]:
    """What the rule editor asks while somebody writes a rule."""
    with made.database.read() as conn:
        app, as_of = made.app, made.as_of
        live = app.form("customer")

        def first() -> int:
            sample = sample_of(conn, live)
            return funnel.funnel(conn, app, live, definitions.five(), as_of, sample).total

        def steps() -> int:
            return funnel.funnel(conn, app, live, grouped_app.ten(), as_of).total

        def spenders() -> int:
            return Reader(conn, app, live, made.boss, as_of).count(Query(grouped_app.spent()), None)[0]

        assert steps() == hand.scan(hand.ten())
        assert spenders() == hand.spenders(5_000_000)
        scanned = best(partial(hand.scan, hand.five()), 5)
        return [
            limit("the first number of a rule of five conditions", best(first, 5), FIRST, scanned),
            beside("funnel of ten conditions, one pass", best(steps, 5), best(partial(hand.scan, hand.ten()), 5), FUNNEL),
            beside("sum over the orders of 90 days", best(spenders, 5), best(partial(hand.spenders, 5_000_000), 5), SUM)]


def _inside(group: str) -> Query:
    return Query(definitions.every(definitions.leaf("$group", "in", [group])), sort=NEWEST)


def looking(made: World, hand: Hand, times: int) -> list[Figure]:
    """A group's list, and why somebody is where they are."""
    with made.database.read() as conn:
        app, as_of = made.app, made.as_of
        live, plain = app.form("customer"), app.form("plain")
        few = max(10, times // 5)

        def page(form: Any, query: Query) -> int:
            return len(Reader(conn, app, form, made.boss, as_of).page(query).records)

        def ways(*keys: str) -> int:
            return sum(len(why.walk(conn, app, app.groupings[key].grouping, 77, as_of).steps) for key in keys)

        base = usual(partial(page, plain, Query(sort=NEWEST)), few)
        slowest = max((usual(partial(page, live, _inside(group)), few) for group in LISTED), key=lambda cost: cost.cpu)
        return [
            beside("a group's list, the slowest of four, beside the plain one's", slowest, base, LIST),
            beside("the plain list, beside one statement by hand", base, usual(hand.page, few)),
            limit("why a customer is in a nested group", usual(partial(ways, "life"), few), WHY),
            Figure("the same in all twelve groupings, one after the other", usual(partial(ways, *app.groupings), few).seconds)]


def saving(made: World, hand: Hand, times: int) -> list[Figure]:
    """One customer with all rules and without, and an order that moves its customer: with the commit, without HTTP."""
    fresh = _fresh()
    ours, base = _by_turns(partial(_create, made, "customer", fresh), partial(_create, made, "plain", fresh), times)
    pick = random.Random(1)
    with made.database.read() as conn:
        last = conn.exec_driver_sql(f"SELECT max(id) FROM {hand.orders}").scalar() or 1
    moves: list[bool] = []

    def pay() -> None:
        moves.append(_pay(made, pick.randrange(1, last), pick.choice((1, 900_000))))

    paid, by_hand_paid = _by_turns(pay, lambda: hand.pay(pick.randrange(1, last), 100), times)
    say(f"{sum(moves):,} of {len(moves):,} orders moved their customer")
    return [beside("save a customer, 50 rules, beside none", ours, base, SAVE), limit("the same, in ms", ours, SAVED),
            Figure("of it, the processor", ours.cpu, base.cpu),
            limit("save an order that moves its customer, beside one UPDATE", paid, MOVED, by_hand_paid),
            Figure("of it, the processor", paid.cpu, by_hand_paid.cpu)]


def _fresh() -> Iterator[dict[str, Any]]:
    return ({**values, "tags": ["vip"]} for values in rows.customers(10**9, seed=31))


def _create(made: World, form: str, fresh: Iterator[dict[str, Any]]) -> None:
    with acting(made.database, made.live, made.key, made.boss) as act:
        create.create(act, form, entry.read(act.app.form(form).form, next(islice(fresh, 1)), act.names))


def _pay(made: World, order: int, amount: int) -> bool:
    """Change an order to today and an amount; whether that moved its customer."""
    with acting(made.database, made.live, made.key, made.boss) as act:
        typed = {"amount": str(amount), "ordered_on": made.as_of.today.isoformat()}
        read = entry.read(act.app.form("order").form, typed, act.names, whole=False)
        change.change(act, "order", order, read, version=None)
        return bool(act.moves)


def _by_turns(ours: Callable[[], Any], base: Callable[[], Any], times: int) -> tuple[Cost, Cost]:
    """Both by turns, so that the machine's mood meets them alike."""
    parts = [(usual(ours, max(5, times // 5)), usual(base, max(5, times // 5))) for _ in range(5)]
    middle = [sorted(side, key=lambda cost: cost.cpu)[2] for side in zip(*parts, strict=True)]
    return middle[0], middle[1]
