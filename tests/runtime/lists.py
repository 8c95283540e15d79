"""What the tests of reading lists share."""

from __future__ import annotations

from pathlib import Path

import pytest

from runtime.errors import FenzuError
from runtime.exchange.formats.base import Options
from runtime.exchange.reading import Reading, open_reading
from runtime.messages import say

CHINESE = "客户名称,电话,城市\n苏州沐阳餐饮管理有限公司,13806132288,苏州\n无锡太湖人家,13915206671,无锡\n"


def saved(path: Path, data: bytes | str) -> Path:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def listed(reading: Reading) -> list[list[object]]:
    return [list(row.cells) for row in reading.rows()]


def refused(path: Path, name: str = "", options: Options | None = None) -> str:
    """The code of the problem, reading to the end; its sentences have no gaps."""
    with pytest.raises(FenzuError) as caught:
        listed(open_reading(path, name or path.name, options))
    problem = caught.value.problems[0]
    assert all("{" not in say(problem, lang) for lang in ("zh", "en"))
    return problem.code
