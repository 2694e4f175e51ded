"""What the master key protects, and wrapping it anew."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from server.domain.errors import Denied
from server.outbound.vendors.tokens import Token
from server.services import seals, vaults
from server.services.connector_credentials import CONTEXT
from server.services.syncing.leases import TokenKeeper
from server.store import connector_credentials, database, schema
from server.store import seals as stored
from server.system.crypto import CryptoError, Vault

CREDENTIALS = 10_000
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


class Killed(BaseException):
    """Ends a rotation as a kill does: nothing is tidied up."""


@pytest.mark.criterion("connectors-7")
def test_ten_thousand_credentials_change_their_key_under_use_and_after_a_kill(opened: None, figure: Callable[[str], None]) -> None:
    seals.ensure_canary()
    old = vaults.vault()
    with database.transaction():
        for number in range(CREDENTIALS):
            sealed = old.seal(b'{"access_token": "token-%d"}' % number, f"{CONTEXT}crd_{number:05d}")
            row = {"id": f"crd_{number:05d}", "provider": "tiny", "kind": "oauth2", "scopes": [], "secret": sealed, "created_at": 0, "updated_at": 0}
            connector_credentials.insert("ten_a", "live", row)
    vaults.install(Vault({1: OLD, 2: NEW}, 2))
    ended, read = Event(), [0]

    def caller() -> None:
        while not ended.wait(0.001):
            number = read[0] * 7919 % CREDENTIALS
            keeper = TokenKeeper("ten_a", "live", f"crd_{number:05d}", _never, lambda _: None)
            assert keeper.secret()["access_token"] == f"token-{number}"
            read[0] += 1
        database.close()

    def dies(column: str, seen: int, _total: int) -> None:
        if column == "connector_credentials.secret" and seen >= CREDENTIALS // 2:
            raise Killed

    with ThreadPoolExecutor(1) as pool:
        calling = pool.submit(caller)
        began = time.thread_time()
        with pytest.raises(Killed):
            seals.rewrap_all(dies)
        left = seals.rewrap_all(lambda *_told: None)
        seconds = time.thread_time() - began
        ended.set()
        calling.result()
    figure(f"{CREDENTIALS} credentials in {seconds:.1f} s of work, {read[0]} calls beside it, none failed")
    assert 0 < left <= CREDENTIALS // 2 + 1
    assert (read[0] > 0, seconds < 60) == (True, True)
    vaults.install(Vault({2: NEW}, 2, digest_key=old._keys.digest))
    last = TokenKeeper("ten_a", "live", f"crd_{CREDENTIALS - 1:05d}", _never, lambda _: None)
    assert last.secret()["access_token"] == f"token-{CREDENTIALS - 1}"


def _never(_secret: Mapping[str, Any]) -> Token:
    raise AssertionError
