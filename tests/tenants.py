"""An appliance's stores, opened in the test process: schema, tiers, vault, and two tenants with the people who act in them.

Migrating takes longer than most tests, so it is done once per kind of database and process.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg
import pytest

from server.domain.actor import Actor
from server.outbound import guard
from server.services import vaults, wakes
from server.store import database, schema, tenants, users
from server.system.crypto import Vault

MASTER_KEY: Final = bytes(range(32))
TENANT_A: Final = "ten_" + "a" * 26
TENANT_B: Final = "ten_" + "b" * 26
TIERS: Final = {"standard": '[{"requests": 100, "period": "second"}]', "unlimited": "[]"}
# Name: whose, with which role.
PEOPLE: Final[dict[str, tuple[str | None, str]]] = {
    "alice": (TENANT_A, "owner"),
    "bob": (TENANT_A, "viewer"),
    "dora": (TENANT_A, "admin"),
    "charlie": (TENANT_B, "owner"),
    "oscar": (None, "operator"),
}


def person(name: str) -> Actor:
    """Return someone who signed in, acting in live mode."""
    tenant_id, role = PEOPLE[name]
    return Actor(
        "user" if tenant_id else "operator", f"usr_{name}", tenant_id or "", "live", frozenset({"*"}), role, f"usr_{name}", "192.0.2.1", "req_1"
    )


@pytest.fixture
def alice(opened: str) -> Actor:
    """Return the owner of tenant A."""
    return person("alice")


@pytest.fixture
def bob(opened: str) -> Actor:
    """Return a viewer in tenant A."""
    return person("bob")


@pytest.fixture
def dora(opened: str) -> Actor:
    """Return an admin in tenant A."""
    return person("dora")


@pytest.fixture
def charlie(opened: str) -> Actor:
    """Return the owner of tenant B."""
    return person("charlie")


@pytest.fixture
def operator(opened: str) -> Actor:
    """Return an operator outside any tenant."""
    return person("oscar")


@pytest.fixture
def opened(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Open an appliance with tenants A and B on SQLite, then on PostgreSQL, and yield its database's address."""
    make_copy: Callable[[Path], str] = request.getfixturevalue(f"{database_kind}_copies")
    with using(make_copy(tmp_path)) as url:
        yield url


@contextmanager
def using(url: str) -> Iterator[str]:
    """Bind this process to a database and everything services stand on; loose again at the end."""
    database.forget_statements()
    database.open_database(url)
    vaults.install(Vault({1: MASTER_KEY}, 1))
    guard.install(["127.0.0.0/8"])
    try:
        yield url
    finally:
        wakes.install(lambda _kind: None)
        guard.install(())
        database.close()
        database.forget_statements()


@pytest.fixture(scope="session")
def sqlite_copies(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], str]:
    """Return a function that copies a filled SQLite file into a folder and gives its address."""
    original = tmp_path_factory.mktemp("original") / "junction.sqlite3"
    with using(f"sqlite:///{original}"):
        schema.migrate()
        fill()

    def copy(folder: Path) -> str:
        path = Path(shutil.copy(original, folder))
        return f"sqlite:///{path}"

    return copy


@pytest.fixture(scope="session")
def postgresql_copies(fresh_postgres: Callable[[], str]) -> Callable[[Path], str]:
    """Return a function that gives the address of one PostgreSQL database, emptied and filled again: a copy would take half a second."""
    url = fresh_postgres()
    with using(url):
        schema.migrate()
        tables = [name for name in database.db.get_tables() if name != "schema_migration"]

    def refill(_folder: Path) -> str:
        with psycopg.connect(url, autocommit=True, options="-c lock_timeout=5s") as connection:
            connection.execute("SET session_replication_role = replica")  # the audit trail lets nothing be deleted
            connection.execute("; ".join(f"DELETE FROM {name}" for name in tables).encode())  # noqa: S608 - names from the schema
        with using(url):
            fill()
        return url

    return refill


def fill() -> None:
    """Put tiers, tenants and people into an empty schema."""
    with database.transaction():
        for name, limits in TIERS.items():
            database.run("INSERT INTO tiers (name, limits, version, created_at, updated_at) VALUES (?, ?, 1, 0, 0)", (name, limits))
        for tenant_id, name in ((TENANT_A, "A"), (TENANT_B, "B")):
            row = {"id": tenant_id, "name": name, "tier": "standard", "timezone": "UTC", "language": "en", "currency": "EUR", "require_if_match": 0}
            tenants.insert({**row, "status": "active", "version": 1, "created_at": 0, "updated_at": 0})
        for name, (owner, role) in PEOPLE.items():
            row = {"id": f"usr_{name}", "email": f"{name}@example.com", "name": name.title(), "role": role, "status": "active"}
            users.insert(owner, {**row, "version": 1, "created_at": 0, "updated_at": 0})
