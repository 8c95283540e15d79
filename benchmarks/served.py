"""The product as `python run.py` serves it, on one instance: `python -m benchmarks.served FOLDER PORT`."""

from __future__ import annotations

import sys

from waitress import serve

from app import create_app
from runtime import config

if __name__ == "__main__":
    serve(
        create_app(config.load({}, instance=sys.argv[1])),
        host="127.0.0.1",
        port=int(sys.argv[2]),
        threads=8,
        ident=None,
    )
