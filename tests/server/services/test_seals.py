"""What the master key protects, and wrapping it anew."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from server.domain.errors import Denied
from server.services import seals, vaults
from server.store import database, schema
from server.store import seals as stored
from server.system.crypto import CryptoError, Vault

OLD, NEW, OTHER = bytes([1]) * 32, bytes([2]) * 32, bytes([3]) * 32


@pytest.fixture
def opened(database_url: str) -> Iterator[None]:
    database.open_database(database_url)
    schema.migrate()
    vaults.install(Vault({1: OLD}, 1))
    yield
    database.close()


def test_a_key_of_other_rows_is_refused(opened: None) -> None:
    seals.ensure_canary()
    seals.ensure_canary()
    assert seals.canary_lives()
    vaults.install(Vault({1: OTHER}, 1))
    assert not seals.canary_lives()
    with pytest.raises(Denied, match="not the one that this database was written with"):
        seals.ensure_canary()


def test_after_a_rotation_nothing_needs_the_old_key(opened: None) -> None:
    seals.ensure_canary()
    old = vaults.vault()
    with database.transaction():
        for index in range(450):
            database.run(
                "INSERT INTO idempotency (tenant_id, mode, key, digest, answer, created_at) VALUES ('t', 'live', ?, 'd', ?, 0)",
                (f"k{index}", old.seal(b"answer %d" % index, f"idempotency/{index}")),
            )
        database.run(
            "INSERT INTO users (id, email, role, status, totp_secret, version, created_at, updated_at)"
            " VALUES ('usr_1', 'a@example.com', 'owner', 'active', ?, 1, 0, 0)",
            (old.seal(b"totp", "totp/usr_1"),),
        )
    digest = old.digest("key", "api-key")
    vaults.install(Vault({1: OLD, 2: NEW}, 2))
    seen: list[tuple[str, int, int]] = []
    assert seals.rewrap_all(lambda *told: seen.append(told)) == 451
    assert seals.rewrap_all(lambda *_told: None) == 0
    assert ("idempotency.answer", 450, 450) in seen
    rest = Vault({2: NEW}, 2, digest_key=old._keys.digest)
    vaults.install(rest)
    assert seals.canary_lives()
    assert rest.digest("key", "api-key") == digest
    column = next(one for one in stored.SEALED if one.table == "idempotency")
    place, sealed = stored.read(column, None, 1)[0]
    assert rest.open(sealed, f"idempotency/{place[2][1:]}").startswith(b"answer")
    with pytest.raises(CryptoError):
        old.open(sealed, f"idempotency/{place[2][1:]}")
