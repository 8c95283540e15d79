"""Made-up customers and orders, the same in every run."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from benchmarks.definitions import INTERESTS, KINDS
from runtime.fields.divisions import divisions

FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
PLACES = (
    "苏州",
    "无锡",
    "杭州",
    "宁波",
    "广州",
    "佛山",
    "成都",
    "重庆",
    "武汉",
    "长沙",
    "北京",
    "天津",
    "沈阳",
    "西安",
)
TRADES = ("食品", "餐饮", "建材", "日化", "五金", "文具", "服饰", "果业", "烘焙", "茶业")
FIRST_DAY = date(2015, 1, 1)


def customers(count: int, seed: int = 7) -> Iterator[dict[str, Any]]:
    """Typed values of customers, as a page would send them."""
    pick = random.Random(seed)
    cities = [code for code in divisions().by_code if code.endswith("00") and not code.endswith("0000")]
    for number in range(count):
        day = FIRST_DAY + timedelta(days=pick.randrange(4_300))
        yield {
            "name": f"{pick.choice(PLACES)}{''.join(pick.choices(FAMILY, k=2))}{pick.choice(TRADES)}{seed}{number}",
            "phone": f"1{pick.choice('356789')}{pick.randrange(10**9):09d}",
            "email": f"c{seed}x{number}@example.com",
            "kind": pick.choice(KINDS),
            "region": pick.choice(cities),
            "interests": pick.sample(INTERESTS, pick.randrange(4)),
            "credit": str(pick.randrange(0, 1_000_000)),
            "since": day.isoformat(),
            "active": pick.random() < 0.8,
            "visited": f"{(day + timedelta(days=pick.randrange(300))).isoformat()} {pick.randrange(8, 19):02d}:30",
            "note": f"{pick.choice(TRADES)}，每周{pick.choice('一二三四五')}送货" if pick.random() < 0.5 else "",
        }


def orders(count: int, people: int, seed: int = 11) -> Iterator[dict[str, Any]]:
    """Typed values of orders of the first `people` customers."""
    pick = random.Random(seed)
    today = date.today()
    for number in range(count):
        yield {
            "number": f"D{seed}-{number:07d}",
            "customer": pick.randrange(1, people + 1),
            "amount": str(pick.randrange(100, 80_000)),
            "ordered_on": (today - timedelta(days=pick.randrange(720))).isoformat(),
        }
