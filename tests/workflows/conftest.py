"""A house whose workflows send, and real receivers for what they send."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from runtime.accounts.actor import Actor
from runtime.storage.db import Database
from tests.crm import made
from tests.flows import Flows
from tests.receivers import Calls, Letters, mail_server, web_server
from tests.sending import PARTS, House


@pytest.fixture
def house(database: Database, boss: Actor) -> House:
    found = House(Flows(made(database, boss, PARTS)), boss)
    found.set(hosts=("127.0.0.1",), patience=1)
    return found


@pytest.fixture
def letters() -> Iterator[Letters]:
    with mail_server() as found:
        yield found


@pytest.fixture
def web() -> Iterator[Calls]:
    with web_server() as found:
        yield found
