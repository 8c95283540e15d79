"""The least a Flask server can do: one route, one statement, waitress.

`python -m benchmarks.bare FILE PORT COLUMNS TABLE`
"""

from __future__ import annotations

import json
import sqlite3
import sys
import threading
from typing import Any

from flask import Flask, Response, jsonify, redirect, request
from waitress import serve


def create(file: str, names: dict[str, str], table: str) -> Flask:
    """`names` maps the fields to the columns of a table made and filled as the product makes and fills it."""
    app = Flask(__name__)
    local = threading.local()
    columns = ", ".join(names.values())
    always = "version, created_at, updated_at, def_version"
    insert = f"INSERT INTO {table} ({always}, {columns}) VALUES (1, ?, ?, 1{', ?' * len(names)})"
    page = (
        f"SELECT id, {columns} FROM {table} WHERE deleted_at IS NULL AND {names['kind']} = 'enterprise' "
        f"AND {names['credit']} >= 10000000 ORDER BY {names['credit']} DESC, id DESC LIMIT 50"
    )

    def conn() -> sqlite3.Connection:
        if not hasattr(local, "conn"):
            local.conn = sqlite3.connect(file, isolation_level=None, timeout=15)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-16000"):
                local.conn.execute(f"PRAGMA {pragma}")
        return local.conn  # type: ignore[no-any-return]

    def store(values: Any) -> int:
        day = "2026-01-01T00:00:00Z"
        given = [values.get(name) for name in names]
        return conn().execute(insert, [day, day, *given]).lastrowid or 0

    @app.post("/records")
    def save() -> tuple[Response, int]:
        values = request.get_json()["values"]
        return jsonify(id=store(values), values=values), 201

    @app.post("/form")
    def form() -> Any:
        return redirect(f"/records/{store(request.form.to_dict())}", 303)

    @app.get("/records")
    def listed() -> Response:
        rows = conn().execute(page).fetchall()
        return jsonify(records=[{"id": row[0], "values": dict(zip(names, row[1:], strict=True))} for row in rows])

    @app.get("/sign-in")
    def ready() -> str:
        return "ready"

    return app


if __name__ == "__main__":
    serve(create(sys.argv[1], json.loads(sys.argv[3]), sys.argv[4]), host="127.0.0.1", port=int(sys.argv[2]), threads=8)
