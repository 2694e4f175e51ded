"""Revocation and introspection."""

from __future__ import annotations

import pytest

from server.services.oauth.messages import Reply
from server.services.oauth.provider import Provider
from server.store import database
from tests.server.services.oauth.rig import HERE, OWN, WEB, App

pytestmark = pytest.mark.usefixtures("opened")


def ask(app: App, name: str, token: str, **more: str) -> Reply:
    """Ask at the revocation or introspection endpoint."""
    with database.transaction():
        return Provider(app.asked(token=token, **more), HERE).answer_endpoint(name)


def test_any_token_of_a_grant_ends_all_of_it_whatever_the_hint_says() -> None:
    app = App()
    for name, hint in (("access_token", "refresh_token"), ("refresh_token", "nonsense")):
        given = app.exchange(app.code()).body
        assert ask(app, "introspection", given["refresh_token"]).body["active"] is True
        assert ask(app, "revocation", given[name], token_type_hint=hint).status == 200
        assert [ask(app, "introspection", given[one]).body for one in ("access_token", "refresh_token")] == [{"active": False}] * 2


def test_a_token_without_a_grant_ends_alone() -> None:
    app = App(**OWN)
    first, second = (app.token(grant_type="client_credentials").body["access_token"] for _ in range(2))
    assert ask(app, "revocation", first).status == 200
    assert [ask(app, "introspection", one).body["active"] for one in (first, second)] == [False, True]


def test_another_clients_token_is_as_good_as_unknown_to_who_would_revoke_it() -> None:
    app, other = App(), App(**WEB, name="Other")
    token = app.exchange(app.code()).body["access_token"]
    assert ask(other, "revocation", token).status == ask(other, "revocation", "unknown").status == 200
    assert ask(other, "introspection", token).body["active"] is True


def test_a_token_of_somebody_who_was_disabled_is_not_active() -> None:
    app = App()
    token = app.exchange(app.code()).body["access_token"]
    assert ask(app, "introspection", token).body["username"] == "alice@example.com"
    database.run("UPDATE users SET status = 'disabled' WHERE id = 'usr_alice'")
    assert ask(app, "introspection", token).body == {"active": False}
