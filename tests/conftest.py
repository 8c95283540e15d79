"""Databases for tests: a fresh SQLite file; a fresh PostgreSQL database where `FENZU_TEST_POSTGRES` names a server."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings

from runtime.accounts import people
from runtime.accounts import settings as organisation_settings
from runtime.accounts.actor import Actor
from runtime.storage import system_tables  # noqa: F401  (fills METADATA)
from runtime.storage.db import Database, open_database
from runtime.storage.naming import METADATA
from tests import once

if TYPE_CHECKING:
    from tests.web import Site

POSTGRES = "FENZU_TEST_POSTGRES"
DROP = 'DROP DATABASE IF EXISTS "{}" WITH (FORCE)'
LONG = ("tests/journeys/", "tests/runtime/test_web_walk.py", "tests/laws/", "tests/builder/test_retype.py", "tests/contract/test_schemathesis.py", "tests/workflows/test_law_")
ALLOWED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("dev", deadline=None, max_examples=40, suppress_health_check=ALLOWED)
settings.register_profile("ci", deadline=None, max_examples=40, derandomize=True, suppress_health_check=ALLOWED)
settings.register_profile("deep", deadline=None, max_examples=1000, suppress_health_check=ALLOWED)
settings.load_profile(os.environ.get("FENZU_TEST_PROFILE", "ci"))


def pytest_configure(config: pytest.Config) -> None:
    """What our own code warns about is a mistake; what libraries warn about among themselves is theirs."""
    for rule in (r"error:::(runtime|builder|tests|app)\b", "error::sqlalchemy.exc.SAWarning"):
        config.addinivalue_line("filterwarnings", rule)
    once.prepare()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where several processes share the tests, files that take long begin first, so that none works alone at the end."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: not item.nodeid.startswith(LONG))


def pytest_report_header() -> str:
    """Say at the top which databases this run covers."""
    postgres = ", postgresql" if os.environ.get(POSTGRES) else f" ({POSTGRES} is not set: postgresql tests skip)"
    return f"databases: sqlite{postgres}"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the system tables, copied for each test."""
    path = tmp_path_factory.mktemp("template") / "fenzu.db"
    database = open_database(f"sqlite:///{path}")
    with database.write() as conn:
        METADATA.create_all(conn)
    database.close()  # the last connection brings everything from the log into the file
    return path


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """The name of a database with the system tables, cloned for each test."""
    server = os.environ.get(POSTGRES)
    if not server:
        pytest.skip(f"{POSTGRES} is not set; give it a server's URL to run this on PostgreSQL")
    name = f"fenzu_test_{uuid.uuid4().hex[:12]}"
    run_on_server(server, f'CREATE DATABASE "{name}"')
    database = open_database(url_of(server, name))
    with database.write() as conn:
        METADATA.create_all(conn)
    database.close()
    yield name
    run_on_server(server, DROP.format(name))


class Copies:
    """Databases that are copies of another; the next one is made, and the last one dropped, while a test runs."""

    def __init__(self, server: str, template: str) -> None:
        self.server, self.template = server, template
        self.hand = ThreadPoolExecutor(1)
        self.dropping: list[Future[None]] = []
        self.next = self.hand.submit(self._make)

    def _make(self) -> str:
        name = f"fenzu_test_{uuid.uuid4().hex[:12]}"
        run_on_server(self.server, f'CREATE DATABASE "{name}" TEMPLATE "{self.template}"')
        return name

    def take(self) -> str:
        """The name of a database nobody has used."""
        made, self.next = self.next, self.hand.submit(self._make)
        return made.result()

    def drop(self, name: str) -> None:
        self.dropping.append(self.hand.submit(run_on_server, self.server, DROP.format(name)))

    def close(self) -> None:
        """Nothing of it stays on the server."""
        self.drop(self.next.result())
        for done in self.dropping:
            done.result()
        self.hand.shutdown()


@pytest.fixture(scope="session")
def postgres_copies(postgres_template: str) -> Iterator[Copies]:
    """Where tests get their PostgreSQL databases."""
    copies = Copies(os.environ[POSTGRES], postgres_template)
    yield copies
    copies.close()


def run_on_server(server: str, statement: str) -> None:
    """One statement outside any transaction, as making a database demands."""
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as conn:
        conn.exec_driver_sql(statement)
    engine.dispose()


def url_of(server: str, name: str) -> str:
    """The URL of one database on the server."""
    return sa.make_url(server).set(database=name).render_as_string(hide_password=False)


def database_url(database: Database) -> str:
    """The URL another process opens the same database with."""
    return database.writer.url.render_as_string(hide_password=False)


@contextmanager
def sqlite_copy(template: Path, folder: Path) -> Iterator[Database]:
    """A SQLite database of one's own."""
    path = folder / "fenzu.db"
    shutil.copy(template, path)
    database = open_database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """For tests in which the kind of database does not matter."""
    with sqlite_copy(sqlite_template, tmp_path) as database:
        yield database


@pytest.fixture
def postgres_database(postgres_copies: Copies) -> Iterator[Database]:
    """For tests of what only PostgreSQL does: a database of its own, dropped afterwards."""
    name = postgres_copies.take()
    database = open_database(url_of(os.environ[POSTGRES], name))
    yield database
    database.close()
    postgres_copies.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """An empty database with the system tables; the test runs once on each kind."""
    kind = "sqlite_database" if request.param == "sqlite" else "postgres_database"
    found: Database = request.getfixturevalue(kind)
    return found


def set_up(database: Database, zone: str = "Asia/Shanghai", lang: str = "zh") -> Actor:
    """An organisation and its first administrator, login `boss`, password `correct horse`."""
    organisation = organisation_settings.Settings("禾沐食品", zone, lang)
    with database.write() as conn:
        return people.first(conn, "boss", "王敏", "correct horse", organisation)


@pytest.fixture
def boss(database: Database) -> Actor:
    """The first administrator of `database`, whose organisation is set up."""
    return set_up(database)


@pytest.fixture
def sqlite_boss(sqlite_database: Database) -> Actor:
    """The first administrator of `sqlite_database`, whose organisation is set up."""
    return set_up(sqlite_database)


@pytest.fixture
def bare_site(sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    """The whole application over an installation nobody has set up yet."""
    from tests.web import open_site  # late: most tests need no server

    with open_site(sqlite_template, tmp_path) as found:
        yield found


@pytest.fixture
def site(bare_site: Site) -> Site:
    """The whole application with its first administrator; `site.person("member")` is a signed-in browser."""
    bare_site.set_up()
    return bare_site
