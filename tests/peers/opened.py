"""An appliance's stores, opened inside the test process: schema, vault, address guard and two tenants' owners."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from server.domain.actor import Actor, system_actor
from server.outbound import guard
from server.services import vaults, wakes
from server.services.tenants import NewTenant, create
from server.store import database, schema
from server.system.crypto import Vault

MASTER_KEY = bytes(range(32))


@pytest.fixture
def opened(database_url: str) -> Iterator[str]:
    """Open an empty appliance on SQLite, then on PostgreSQL, and yield its database's address."""
    yield from _open(database_url)


def _open(url: str) -> Iterator[str]:
    database.forget_statements()
    database.open_database(url)
    try:
        _fill()
        yield url
    finally:
        wakes.install(lambda _kind: None)
        guard.install(())
        database.close()
        database.forget_statements()


def _fill() -> None:
    schema.migrate()
    vaults.install(Vault({1: MASTER_KEY}, 1))
    guard.install(["127.0.0.0/8"])
    database.run("INSERT INTO tiers (name, limits, version, created_at, updated_at) VALUES ('standard', '[]', 1, 0, 0)")


@pytest.fixture
def alice(opened: str) -> Actor:
    """Return the owner of tenant A."""
    return _owner("A")


@pytest.fixture
def charlie(opened: str) -> Actor:
    """Return the owner of tenant B."""
    return _owner("B")


def _owner(name: str) -> Actor:
    tenant, _ = create(system_actor(""), NewTenant(name=name), "standard")
    return Actor("user", f"usr_{name}", tenant["id"], "live", frozenset({"*"}), "owner")
