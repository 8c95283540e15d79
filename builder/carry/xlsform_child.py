"""pyxform in a process of its own: sheets come in as JSON, what they say goes out as JSON. Somebody else's form cannot harm us here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from runtime.errors import Invalid, Problem
from runtime.exchange.child import limit_memory

SECONDS = 60
MOST = 64 * 1024**2  # bytes of an answer
ROOT = Path(__file__).resolve().parents[2]
_KEPT = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "LANG", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


def understand(sheets: dict[str, Any]) -> dict[str, Any]:
    """What pyxform reads in the sheets: `{"form": …}` or `{"error": sentence}`; raises Invalid when it reads nothing."""
    env = {name: os.environ[name] for name in _KEPT if name in os.environ}
    env |= {"PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)]), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", __name__], input=json.dumps(sheets).encode(), capture_output=True, env=env,
            timeout=SECONDS, check=False,
        )  # fmt: skip
        answer = json.loads(done.stdout) if len(done.stdout) < MOST else None
    except (subprocess.TimeoutExpired, ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise Invalid(Problem("survey", "xlsform_unreadable"))
    return answer


def main() -> None:
    """The child's whole life."""
    sheets = json.loads(sys.stdin.buffer.read())
    limit_memory()
    from pyxform.errors import PyXFormError
    from pyxform.xls2json import workbook_to_json
    from pyxform.xls2json_backends import DefinitionData

    names = sheets.pop("sheet_names")
    try:
        answer = {"form": workbook_to_json(DefinitionData(sheet_names=names, **sheets), "data", "data", warnings=[])}
    except PyXFormError as refused:
        answer = {"error": str(refused)}
    sys.stdout.buffer.write(json.dumps(answer).encode())


if __name__ == "__main__":
    main()
