"""The client credentials grant."""

from __future__ import annotations

import pytest

from server.services.oauth import tokens
from server.store import database
from tests.server.services.oauth.rig import OWN, App

pytestmark = pytest.mark.usefixtures("opened")


def test_a_program_gets_what_is_registered_less_what_is_about_people() -> None:
    reply = App(**OWN).token(grant_type="client_credentials")
    assert (reply.body["scope"], reply.body["expires_in"], "refresh_token" in reply.body) == ("contacts:write", 3600, False)


def test_a_program_of_a_user_ends_with_the_user() -> None:
    app = App(**OWN, user_id="usr_bob")
    text = app.token(grant_type="client_credentials").body["access_token"]
    row = tokens.find(text, "access")
    assert row
    assert row["user_id"] == "usr_bob"
    database.run("UPDATE users SET status = 'disabled' WHERE id = 'usr_bob'")
    assert app.token(grant_type="client_credentials").body["error"] == "invalid_grant"
