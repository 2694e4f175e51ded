"""Rows of tokens."""

from __future__ import annotations

import pytest

from server.store import database, tokens
from server.system import clock
from tests.server.services.oauth.rig import OWN, App
from tests.tenants import TENANT_A

pytestmark = pytest.mark.usefixtures("opened")


def digest(kind: str) -> str:
    """Return the hash of the only token of a kind."""
    found = database.row("SELECT digest FROM tokens WHERE kind = ?", (kind,))
    assert found
    return str(found[0])


def test_an_access_token_is_found_with_all_that_the_door_asks() -> None:
    app = App()
    app.exchange(app.code())
    now = clock.now_ms()
    found = tokens.find_access(digest("access"), now)
    assert found
    assert (found.client_id, found.tenant_id, found.mode, found.user_id, found.role) == (app.id, TENANT_A, "live", "usr_alice", "owner")
    assert (found.scopes, found.tier, found.tenant_status) == (frozenset({"contacts:read"}), "standard", "active")
    assert tokens.find_access(digest("access"), found.expires_at) is None
    assert tokens.find_access(digest("refresh"), now) is None


def test_without_a_user_the_token_is_the_tenants_own() -> None:
    App(**OWN).token(grant_type="client_credentials")
    found = tokens.find_access(digest("access"), clock.now_ms())
    assert found
    assert (found.user_id, found.role) == (None, "owner")


@pytest.mark.parametrize(
    "end",
    [
        "UPDATE tokens SET revoked_at = 1",
        "UPDATE users SET status = 'disabled' WHERE id = 'usr_alice'",
        "DELETE FROM users WHERE id = 'usr_alice'",
        "DELETE FROM clients",
    ],
)
def test_it_is_found_no_more_when_anything_behind_it_ended(end: str) -> None:
    app = App()
    app.exchange(app.code())
    database.run(end)
    assert tokens.find_access(digest("access"), clock.now_ms()) is None


def test_a_refresh_token_is_used_by_one() -> None:
    app = App()
    app.exchange(app.code())
    row = tokens.find_by_digest(digest("refresh"))
    assert row
    assert [tokens.use(row["id"], now) for now in (1, 2)] == [True, False]
    tokens.revoke(row["id"], 3)
    assert tokens.prune(row["expires_at"] + 1, 1) == 1
    assert tokens.prune(row["expires_at"] + 1, 10) == 1
