"""Workbooks are read in a process of their own: with a memory limit, without our secrets, and killed when it hangs.

The parent asks with `look` or `rows`; the child (`python -m runtime.exchange.child`) checks the file, reads it with
calamine and sends frames: 4 bytes of length, then a pickle of plain values, which the parent reads with nothing
allowed in it but dates, times and our own words.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import IO, Any

from runtime.errors import FenzuError, Invalid, Problem
from runtime.exchange.limits import HEAD_ROWS, MAX_COLUMNS, MAX_ROWS, refuse
from runtime.exchange.preflight import check_size, preflight

MEMORY = 3 * 1024**3  # address space of the child in bytes
PROCESSOR_SECONDS = 600
WAIT_SECONDS = 90.0  # the longest silence between two frames
BATCH_CELLS = 16_000
FRAME_BYTES = 8 * 1024**2  # larger batches are halved
FRAME_LIMIT = 256 * 1024**2  # what the parent takes at most
WHOLE_LIMIT = 1e21  # beyond it a whole number is kept as a float
ROOT = Path(__file__).resolve().parents[2]
_KEPT = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "LANG", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_ALLOWED = {("datetime", "date"), ("datetime", "datetime"), ("datetime", "time"), ("runtime.words", "Words")}

Send = Callable[[tuple[Any, ...]], None]


# --- the parent's side -------------------------------------------------------------------------------------------


class _PlainUnpickler(pickle.Unpickler):
    """Reads plain values and dates; a frame that asks for anything else is refused."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _ALLOWED:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} does not belong in a frame")


def look(path: Path, kind: str, sheet: str | None) -> dict[str, Any]:
    """The sheets, the chosen sheet's name, its first rows and how many rows it has."""
    for frame in _frames({"do": "look", "path": str(path), "kind": kind, "sheet": sheet}):
        return dict(frame[1])
    refuse("file_unreadable")


def rows(path: Path, kind: str, sheet: str | None) -> Iterator[list[Any]]:
    """Every row of a sheet from its first, as lists of one width."""
    for frame in _frames({"do": "rows", "path": str(path), "kind": kind, "sheet": sheet}):
        yield from frame[1]


def _frames(order: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """What the child answers until it says `end`; its problem is raised, its death is one."""
    child = _start(order)
    assert child.stdout is not None
    try:
        while (frame := _read(child, child.stdout))[0] != "end":
            if frame[0] == "problem":
                raise Invalid(Problem(*frame[1:]))
            yield frame
    finally:
        child.kill()
        child.stdout.close()
        child.wait()


def _start(order: dict[str, Any]) -> subprocess.Popen[bytes]:
    """A child that inherits nothing of our environment but where programs lie."""
    env = {name: os.environ[name] for name in _KEPT if name in os.environ}
    env |= {"PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)]), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", __name__, json.dumps(order)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env,
    )  # fmt: skip


def _read(child: subprocess.Popen[bytes], pipe: IO[bytes]) -> tuple[Any, ...]:
    """The next frame; a child that stays silent is killed."""
    late = threading.Event()

    def stop() -> None:
        late.set()
        child.kill()

    watch = threading.Timer(WAIT_SECONDS, stop)
    watch.daemon = True
    watch.start()
    try:
        size = int.from_bytes(pipe.read(4), "big")
        payload = pipe.read(size) if 0 < size <= FRAME_LIMIT else b""
    finally:
        watch.cancel()
    if not payload or len(payload) < size:
        refuse("file_slow" if late.is_set() else "file_unreadable")
    try:
        frame: tuple[Any, ...] = _PlainUnpickler(io.BytesIO(payload)).load()
    except Exception:
        refuse("file_unreadable")
    return frame


# --- the child's side --------------------------------------------------------------------------------------------


def limit_memory() -> None:
    """Give this process its limits before it touches the file."""
    if sys.platform == "win32":
        from runtime.exchange.windows_job import limit_this_process

        limit_this_process(MEMORY)
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """The child's whole life: one order, its answer, the end."""
    order = json.loads(sys.argv[1])
    limit_memory()
    out = sys.stdout.buffer
    try:
        answer(order, lambda frame: _send(out, frame))
    except FenzuError as error:
        first = error.problems[0]
        _send(out, ("problem", first.path, first.code, first.params))
    except MemoryError:
        _send(out, ("problem", "file", "file_unreadable", {}))
    except Exception:
        # Whatever else a hostile file provokes in the reader ends here, in the child.
        _send(out, ("problem", "file", "file_damaged", {}))
    _send(out, ("end",))


def answer(order: dict[str, Any], send: Send) -> None:
    """Check the file, open it and send what was asked for; raises Invalid."""
    import python_calamine as calamine

    path = Path(order["path"])
    (preflight if order["kind"] == "xlsx" else check_size)(path)
    try:
        # Not by path: then the reader would believe the file's extension.
        with path.open("rb") as file, calamine.CalamineWorkbook.from_filelike(file) as book:
            _tell(book, order, send)
    except calamine.PasswordError:
        refuse("file_password")
    except (calamine.CalamineError, calamine.XmlError, calamine.ZipError, OSError, ValueError, LookupError):
        refuse("file_damaged")


def _tell(book: Any, order: dict[str, Any], send: Send) -> None:
    """Send the look at a workbook, or all rows of a sheet in batches."""
    names, sheet = _choose(book, order["sheet"])
    if order["do"] == "look":
        head = list(islice(_cells(sheet), HEAD_ROWS))
        send(("look", {"sheets": names, "sheet": sheet.name, "head": head, "total": _height(sheet)}))
        return
    source = _cells(sheet)
    size = max(1, BATCH_CELLS // max(1, _width(sheet)))
    while batch := list(islice(source, size)):
        send(("rows", batch))


def _choose(book: Any, wanted: str | None) -> tuple[list[str], Any]:
    """The names of the sheets, and the one asked for or else the first with something in it."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    kept = [m for m in book.sheets_metadata if m.typ == SheetTypeEnum.WorkSheet]
    names = [m.name for m in kept]
    if not names:
        refuse("file_damaged")
    if wanted is not None:
        if wanted not in names:
            raise Invalid(Problem("sheet", "no_such_sheet", {"sheet": wanted, "sheets": ", ".join(names)}))
        return names, book.get_sheet_by_name(wanted)
    for name in [m.name for m in kept if m.visible == SheetVisibleEnum.Visible] or names:
        sheet = book.get_sheet_by_name(name)
        if sheet.end is not None:
            return names, sheet
    return names, book.get_sheet_by_name(names[0])


def _height(sheet: Any) -> int:
    return 0 if sheet.end is None else int(sheet.end[0]) + 1


def _width(sheet: Any) -> int:
    return 0 if sheet.end is None else int(sheet.end[1]) + 1


def _cells(sheet: Any) -> Iterator[list[Any]]:
    """The rows from the sheet's first row and column on; a hole before the data is filled with blanks."""
    if sheet.end is None:
        return
    if _width(sheet) > MAX_COLUMNS:
        refuse("file_too_many_columns", row=1, columns=_width(sheet), limit=MAX_COLUMNS)
    if _height(sheet) > MAX_ROWS:
        refuse("file_too_many_rows", limit=MAX_ROWS)
    before: list[Any] = [None] * sheet.start[1]
    for row in sheet.iter_rows():
        yield before + [_plain(cell) for cell in row]


def _plain(cell: Any) -> Any:
    """A cell as it travels: blank is None, whole numbers are int, a duration is text like 26:30:00."""
    if type(cell) is str:
        return cell.replace("\0", "") or None
    if type(cell) is float:
        return int(cell) if cell.is_integer() and abs(cell) < WHOLE_LIMIT else cell
    if type(cell) is timedelta:
        seconds = round(cell.total_seconds())
        return f"{'-' if seconds < 0 else ''}{abs(seconds) // 3600}:{abs(seconds) // 60 % 60:02}:{abs(seconds) % 60:02}"
    return cell


def _send(out: IO[bytes], frame: tuple[Any, ...]) -> None:
    """Write one frame; a batch that is too heavy goes in halves."""
    payload = pickle.dumps(frame, protocol=5)
    if len(payload) > FRAME_BYTES and frame[0] == "rows" and len(frame[1]) > 1:
        middle = len(frame[1]) // 2
        _send(out, ("rows", frame[1][:middle]))
        _send(out, ("rows", frame[1][middle:]))
        return
    out.write(len(payload).to_bytes(4, "big"))
    out.write(payload)
    out.flush()


if __name__ == "__main__":
    main()
