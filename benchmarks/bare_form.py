"""What a page about a form costs at the very least: one SQL statement that reads the definition, the definition read as JSON
and written again, and a page of the same size; or one row of the same columns stored.

`python -m benchmarks.bare_form FILE PORT FORM TABLE COLUMNS`
"""

from __future__ import annotations

import json
import sqlite3
import sys
import threading

from flask import Flask, Response, redirect, request
from waitress import serve
from werkzeug.wrappers import Response as Answer

BODY = """SELECT v.body FROM definition d JOIN definition_version v ON v.definition_id = d.id AND v.version = d.version
          WHERE d.kind = 'form' AND d.key = ?"""


def create(file: str, form: str, table: str, names: dict[str, str]) -> Flask:
    """`names` maps the fields to the columns of the table."""
    app = Flask(__name__)
    local = threading.local()
    insert = (
        f"INSERT INTO {table} (version, created_at, updated_at, def_version, {', '.join(names.values())}) "
        f"VALUES (1, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 1{', ?' * len(names)})"
    )

    def conn() -> sqlite3.Connection:
        if not hasattr(local, "conn"):
            local.conn = sqlite3.connect(file, isolation_level=None, timeout=15)
            for pragma in ("journal_mode=WAL", "synchronous=FULL"):
                local.conn.execute(f"PRAGMA {pragma}")
        return local.conn  # type: ignore[no-any-return]

    @app.route("/page/<int:size>", methods=["GET", "POST"])
    def page(size: int) -> Response:
        read = json.dumps(json.loads(conn().execute(BODY, [form]).fetchone()[0]), ensure_ascii=False)
        return Response((read * (size // len(read) + 1))[:size], content_type="text/html; charset=utf-8")

    @app.post("/record")
    def record() -> Answer:
        values = request.form.to_dict()
        conn().execute(insert, [values.get(name) for name in names])
        return redirect("/page/0", 303)

    @app.get("/sign-in")
    def ready() -> str:
        return "ready"

    return app


if __name__ == "__main__":
    _, given, port, of, into, columns = sys.argv
    serve(create(given, of, into, json.loads(columns)), host="127.0.0.1", port=int(port), threads=8)
