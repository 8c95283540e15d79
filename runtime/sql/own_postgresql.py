"""Our SQL functions as expressions of PostgreSQL, over arguments that are SQL already.

An argument that is needed twice is named once in an inner select; OFFSET 0 keeps PostgreSQL from writing it out again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from runtime.sql.own_python import CAPITALS, CEILING, FURTHEST, SMALL

N = "NUMERIC"


def _let(body: str, **named: str) -> str:
    """`body` with names for its parts, as one value."""
    parts = ", ".join(f"{value} AS {name}" for name, value in named.items())
    return f"(SELECT {body} FROM (SELECT {parts} OFFSET 0) AS fz)"


def _num(part: str) -> str:
    return f"CAST({part} AS {N})"


def _kept(part: str) -> str:
    return _let(f"CASE WHEN abs(fz.x) <= {CEILING} THEN CAST(fz.x AS BIGINT) END", x=part)


def _plus(a: str, b: str) -> str:
    return _kept(f"({_num(a)} + {b})")


def _times(a: str, b: str, drop: str) -> str:
    return _kept(f"round({_num(a)} * {b} * {_tenth(drop)})")


def _tenth(drop: str) -> str:
    """One divided by a power of ten, exactly."""
    return "1" if drop == "0" else f"0.{'0' * (int(drop) - 1)}1"


def _over(a: str, b: str, up: str) -> str:
    half = "sign(fz.n) * sign(fz.d) * div(2 * abs(fz.n) + abs(fz.d), 2 * abs(fz.d))"
    return _kept(_let(f"CASE WHEN fz.d <> 0 THEN {half} END", n=f"({_num(a)} * 1{'0' * int(up)})", d=_num(b)))


def _mod(a: str, b: str) -> str:
    return _let("CASE WHEN fz.b <> 0 THEN CAST(mod(mod(fz.a, fz.b) + fz.b, fz.b) AS BIGINT) END", a=_num(a), b=_num(b))


def _shift(a: str, drop: str) -> str:
    return f"CAST(round({_num(a)} * {_tenth(drop)}) AS BIGINT)"


def _floor(a: str, drop: str) -> str:
    return f"CAST(floor({_num(a)} * {_tenth(drop)}) AS BIGINT)"


def _compare(a: str, b: str, up_a: str, up_b: str) -> str:
    return f"CAST(sign({_num(a)} * 1{'0' * int(up_a)} - {_num(b)} * 1{'0' * int(up_b)}) AS INTEGER)"


def _say(a: str, scale: str) -> str:
    return f"CAST(trim_scale({_num(a)} * {_tenth(scale)}) AS TEXT)"


def _form(a: str, scale: str, decimals: str, grouped: str) -> str:
    whole = "9,999,999,999,999,999,990" if grouped == "1" else "9999999999999999990"
    part = f".{'0' * int(decimals)}" if int(decimals) else ""
    return f"to_char(round({_num(a)} * {_tenth(scale)}, {decimals}), 'FM{whole}{part}')"


def _moved(day: str, n: str, unit: str) -> str:
    name = unit.strip("'")
    step = f"CASE WHEN abs(fz.n) <= {FURTHEST[name]} THEN fz.d + fz.n * INTERVAL '1 {name}' END"
    inside = "fz.r >= TIMESTAMP '0001-01-01' AND fz.r < TIMESTAMP '9999-12-31' + INTERVAL '1 day'"
    return _let(f"CASE WHEN {inside} THEN to_char(fz.r, 'YYYY-MM-DD') END", r=_let(step, d=f"CAST({day} AS DATE)", n=n))


def _days(first: str, last: str) -> str:
    return f"CAST(CAST({last} AS DATE) - CAST({first} AS DATE) AS BIGINT)"


def _months(first: str, last: str) -> str:
    def whole(a: str, b: str) -> str:
        parts = [f"(extract({part} FROM {b}) - extract({part} FROM {a}))" for part in ("year", "month")]
        late = f"CASE WHEN extract(day FROM {b}) < extract(day FROM {a}) THEN 1 ELSE 0 END"
        return f"{parts[0]} * 12 + {parts[1]} - {late}"

    body = f"CASE WHEN fz.b >= fz.a THEN {whole('fz.a', 'fz.b')} ELSE -({whole('fz.b', 'fz.a')}) END"
    return _let(f"CAST({body} AS BIGINT)", a=f"CAST({first} AS DATE)", b=f"CAST({last} AS DATE)")


def _weekday(day: str, first: str) -> str:
    count = "dow" if first == "1" else "isodow"
    return f"CAST(extract({count} FROM CAST({day} AS DATE)) + {1 if first == '1' else 0} AS BIGINT)"


def _day(year: str, month: str, day: str) -> str:
    """A day that is there; the first of its month moved on stays in the month only then."""
    fits = "fz.y BETWEEN 1 AND 9999 AND fz.m BETWEEN 1 AND 12 AND fz.d BETWEEN 1 AND 31"
    made = _let(
        "CASE WHEN extract(month FROM fz.r) = fz.m THEN to_char(fz.r, 'YYYY-MM-DD') END",
        m="fz.m", r="make_date(CAST(fz.y AS INTEGER), CAST(fz.m AS INTEGER), 1) + CAST(fz.d - 1 AS INTEGER)",
    )
    return _let(f"CASE WHEN {fits} THEN {made} END", y=year, m=month, d=day)


def _local(moment: str, zone: str) -> str:
    return f"to_char(CAST({moment} AS TIMESTAMPTZ) AT TIME ZONE CAST({zone} AS TEXT), 'YYYY-MM-DD HH24:MI:SS')"


def _same(a: str, b: str, up_a: str, up_b: str) -> str:
    return f"CASE WHEN {_num(a)} * 1{'0' * int(up_a)} IS NOT DISTINCT FROM {_num(b)} * 1{'0' * int(up_b)} THEN 1 ELSE 0 END"


def _count(n: str) -> str:
    """A count of characters: at least none, at most a million; NULL stays NULL, which LEAST would pass over."""
    return f"CAST(CASE WHEN {n} < 0 THEN 0 WHEN {n} > 1000000 THEN 1000000 ELSE {n} END AS INTEGER)"


def _left(text: str, n: str) -> str:
    piece = f"left(fz.t, {_count('fz.n')})"
    return f"NULLIF({_let(piece, t=text, n=n)}, '')"


def _right(text: str, n: str) -> str:
    piece = f"right(fz.t, {_count('fz.n')})"
    return f"NULLIF({_let(piece, t=text, n=n)}, '')"


def _mid(text: str, start: str, n: str) -> str:
    piece = f"CASE WHEN fz.s > 0 THEN substr(fz.t, {_count('fz.s')}, {_count('fz.n')}) END"
    return f"NULLIF({_let(piece, t=text, s=start, n=n)}, '')"


def _when(moment: str, spec: str) -> str:
    parts = spec.strip("'").split("|")
    pieces = [f"'{between}'" for between in parts[::2]]
    for at, part in enumerate(parts[1::2]):
        start, size, bare = part.split(":")
        piece = f"substr(fz.t, {start}, {size})"
        pieces.insert(2 * at + 1, f"CAST(CAST({piece} AS INTEGER) AS TEXT)" if bare == "1" else piece)
    return _let(" || ".join(pieces), t=moment)


@lru_cache(maxsize=1)
def _folds() -> tuple[str, str, list[tuple[str, str]]]:
    """Letters whose fold is one letter, those letters, and the few whose fold is several, for all of Unicode."""
    folds = {sign: sign.casefold() for sign in map(chr, range(0x1EA00)) if sign.casefold() != sign}
    single = {sign: fold for sign, fold in folds.items() if len(fold) == 1}
    return "".join(single), "".join(single.values()), [(sign, fold) for sign, fold in folds.items() if len(fold) > 1]


def _fold(text: str) -> str:
    capitals, small, several = _folds()
    for sign, fold in several:
        text = f"replace({text}, '{sign}', '{fold}')"
    return f"translate({text}, '{capitals}', '{small}')"


OPS: dict[str, Callable[..., str]] = {
    "plus": _plus, "times": _times, "over": _over, "mod": _mod, "shift": _shift, "floor": _floor, "compare": _compare,
    "say": _say, "form": _form, "moved": _moved, "days": _days, "months": _months, "weekday": _weekday, "day": _day,
    "local": _local, "same": _same, "left": _left, "right": _right, "mid": _mid, "when": _when,
    "fold": _fold,
    "upper": lambda text: f"translate({text}, '{SMALL}', '{CAPITALS}')",
    "lower": lambda text: f"translate({text}, '{CAPITALS}', '{SMALL}')",
    "least": lambda *parts: f"LEAST({', '.join(parts)})",
    "greatest": lambda *parts: f"GREATEST({', '.join(parts)})",
}
