"""What a job is to the runner: a kind's function, found in a mapping that app.py hands over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from runtime.jobs.job import Job

# Does the work in chunks and gives the result as JSON; it may be called again after a crash, with `job.state`
# as its last checkpoint left it.
JobFunction = Callable[[Job], dict[str, Any] | None]
Kinds = Mapping[str, JobFunction]
