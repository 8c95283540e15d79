"""`python -m benchmarks [--rows 100000] [--import 100000] [--quick] [--forms | --groups | --flows] [--folder F]`: all in one run, or one part."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sqlite3
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import flows, grouped, long_work, looking, over_http, wide, wide_form, world
from benchmarks.client import ROOT, Server
from benchmarks.figures import Figure, table
from benchmarks.long_work import LongWork
from benchmarks.world import say

# Windows does not tell how busy the machine is.
LOAD = hasattr(os, "getloadavg")
RESULT = ROOT / "benchmarks" / "latest.md"
FORMS = "## Forms of 200 fields"
GROUPS = "## Twelve groupings with 50 rules"
FLOWS = "## Workflows"


def asked() -> argparse.Namespace:
    made = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    made.add_argument("--rows", type=int, default=100_000, help="customers in the database")
    made.add_argument("--import", dest="imported", type=int, default=100_000, help="rows of the imported lists")
    made.add_argument("--quick", action="store_true", help="small figures that only show that everything runs")
    made.add_argument("--forms", action="store_true", help="only the figures of forms of 200 fields, which stand on their own")
    made.add_argument("--groups", action="store_true", help="only the figures of 12 groupings with 50 rules, which stand on their own")
    made.add_argument("--flows", action="store_true", help="only the figures of workflows, which stand on their own")
    made.add_argument("--customers", type=int, default=100_000, help="with --groups: customers")
    made.add_argument("--orders", type=int, default=500_000, help="with --groups: orders")
    made.add_argument("--folder", type=Path, help="where to keep the instance; one that is there is measured again (default: a temporary folder)")
    return made.parse_args()


def run(folder: Path, count: int, imported: int, times: int) -> list[Figure]:
    kept = (folder / "instance" / "fenzu.db").exists()
    made = world.opened(folder / "instance") if kept else world.build(folder / "instance", count)
    bare_file = made.copied(folder / "bare.db")
    live = made.app.form("customer")
    names = json.dumps({key: name for key, name in live.tables.names.items() if key != "code"})
    bare_server = Server("benchmarks.bare", str(bare_file), "{port}", names, live.tables.main.name)
    with bare_server as bare, Server("benchmarks.served", str(made.config.instance), "{port}") as ours:
        say("both servers are up")
        found = [Figure("start-up, to the first answer", ours.started, bare.started)]
        found.append(Figure("server memory at the start", ours.memory, bare.memory, None, "MB"))
        found += looking.figures(made)
        say("rules are counted")
        found += over_http.figures(made, ours, bare, times)
        say("saves and lists are measured")
        found += long_work.figures(LongWork(made, ours, bare_file), folder, imported)
    made.database.close()
    return found


def forms(folder: Path, times: int) -> str:
    """The part about large forms, which stands under the rest in the figures that are kept."""
    say("forms of 200 fields")
    folder.mkdir(parents=True, exist_ok=True)
    about = f"{wide_form.FIELDS} fields in {wide_form.SECTIONS} sections, {wide_form.FORMULAS} formulas, {wide_form.RULES} rules of logic; processor time of the server per answer. {_day()}"
    return f"{FORMS}\n\n{about}\n\n{table(wide.figures(folder, times))}\n"


def groups(folder: Path, customers: int, orders: int, times: int) -> str:
    """The part about grouping, which stands below everything else."""
    say("twelve groupings with 50 rules")
    folder.mkdir(parents=True, exist_ok=True)
    found = table(grouped.figures(folder, customers, orders, times))
    return f"{GROUPS}\n\n{customers:,} customers with {orders:,} orders, the same in every run. {_day()}\n\n{found}\n"


def steps(folder: Path, count: int, tasks: int) -> str:
    """The part about workflows, the last."""
    say("workflows")
    folder.mkdir(parents=True, exist_ok=True)
    about = f"{count:,} customers with three groupings of 20 rules and a code; a branch by a rule, a field that is set, a task for somebody. {_day()}"
    return f"{FLOWS}\n\n{about}\n\n{table(flows.figures(folder, count, tasks))}\n"


def _day() -> str:
    load = f" Load of the machine at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores." if LOAD else ""
    return f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}.{load}"


def kept() -> dict[str, str]:
    """The parts of the figures that are kept, by heading; the first has none of its own."""
    text, found = RESULT.read_text(encoding="utf-8"), {}
    for heading in (FLOWS, GROUPS, FORMS):
        text, there, part = text.partition(heading)
        found[heading] = f"{there}{part}".rstrip()
    return {"": text.rstrip(), **dict(reversed(found.items()))}


def measured(given: argparse.Namespace, folder: Path) -> dict[str, str]:
    """The parts that were asked for, anew."""
    count, imported, times = (3_000, 1_000, 20) if given.quick else (given.rows, given.imported, 200)
    if given.flows:
        return {FLOWS: steps(folder, *((300, 2_000) if given.quick else (10_000, 100_000))).rstrip()}
    if given.groups:
        customers, orders = (3_000, 15_000) if given.quick else (given.customers, given.orders)
        return {GROUPS: groups(folder, customers, orders, times).rstrip()}
    made = {FORMS: forms(folder / "forms", max(20, times // 4)).rstrip()}
    if not given.forms:
        about = f"{count:,} customers of 12 fields with {count // 2:,} orders, three groupings with 20 rules, a code."
        made[""] = f"# Figures\n\n{about} {_day()}\n\n{table(run(folder, count, imported, times))}"
    return made


def main() -> int:
    given = asked()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="fenzu-benchmark-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        made = measured(given, folder)
    finally:
        if given.folder is None:
            shutil.rmtree(folder, ignore_errors=True)
    print("\n\n".join(made.values()))
    if not given.quick:
        text = "\n\n".join(part for part in {**kept(), **made}.values() if part)
        RESULT.write_text(f"{text}\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
