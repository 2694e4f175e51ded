"""Authorizations and their end."""

from __future__ import annotations

import pytest

from server.services.credentials import GENERATION
from server.services.oauth import tokens
from server.services.oauth.authorization import active_user, revoke
from server.store import database, generations
from tests.server.services.oauth.rig import App
from tests.tenants import TENANT_A

pytestmark = pytest.mark.usefixtures("opened")


def test_revoking_ends_every_token_and_tells_every_process() -> None:
    app = App()
    given = app.exchange(app.code()).body
    row = tokens.find_any(given["access_token"])
    assert row
    before = generations.current().get(GENERATION, 0)
    with database.transaction():
        revoke(row["authorization_id"])
    assert generations.current()[GENERATION] == before + 1
    assert app.token(grant_type="refresh_token", refresh_token=given["refresh_token"]).body["error"] == "invalid_grant"


def test_only_an_active_person_stands_behind_one() -> None:
    row = {"tenant_id": TENANT_A, "user_id": "usr_alice"}
    assert active_user(row)
    database.run("UPDATE users SET status = 'disabled' WHERE id = 'usr_alice'")
    assert active_user(row) is None
    assert active_user({**row, "user_id": "usr_charlie"}) is None
