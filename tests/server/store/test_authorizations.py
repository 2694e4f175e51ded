"""Rows of authorizations."""

from __future__ import annotations

import pytest

from server.store import authorizations, database
from server.system import clock
from tests.server.services.oauth.rig import App
from tests.tenants import TENANT_A, TENANT_B

pytestmark = pytest.mark.usefixtures("opened")


def the_id() -> str:
    """Return the id of the only authorization."""
    found = database.row("SELECT id FROM authorizations")
    assert found
    return str(found[0])


def test_a_code_is_used_by_one() -> None:
    App().code()
    assert authorizations.use_code(the_id(), 1)
    assert not authorizations.use_code(the_id(), 2)


def test_what_was_revoked_cannot_be_used_and_is_not_live() -> None:
    App().code()
    assert authorizations.find_live(the_id())
    authorizations.revoke(the_id(), 1)
    assert authorizations.find_live(the_id()) is None
    assert not authorizations.use_code(the_id(), 2)


def test_allowed_scopes_add_up_and_end_with_the_authorization() -> None:
    app = App()
    app.code(scope="contacts:read")
    first = the_id()
    app.code(scope="email")
    assert authorizations.allowed_scopes(TENANT_A, "live", "usr_alice", app.id) == {"contacts:read", "email"}
    authorizations.revoke(first, 1)
    assert authorizations.allowed_scopes(TENANT_A, "live", "usr_alice", app.id) == {"email"}
    assert not authorizations.allowed_scopes(TENANT_B, "live", "usr_alice", app.id)
    assert not authorizations.allowed_scopes(TENANT_A, "test", "usr_alice", app.id)


def test_one_with_a_token_left_is_not_pruned() -> None:
    app = App()
    app.exchange(app.code())
    app.code()
    later = clock.now_ms() + 1
    assert authorizations.prune(0, 10) == 0
    assert authorizations.prune(later, 10) == 1
    assert authorizations.find_live(the_id())
