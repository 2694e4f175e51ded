"""The code grant."""

from __future__ import annotations

import pytest

from server.services.oauth import code_grant, tokens
from server.system import clock
from tests.server.services.oauth.rig import WEB, App

pytestmark = pytest.mark.usefixtures("opened")


def test_a_code_is_exchanged_once_and_revokes_what_it_gave_when_it_comes_again() -> None:
    app = App()
    code = app.code(scope="contacts:read openid")
    given = app.exchange(code).body
    assert given["expires_in"] == 3600
    assert given["id_token"]
    assert app.exchange(code).body["error"] == "invalid_grant"
    for name in ("access_token", "refresh_token"):
        row = tokens.find_any(given[name])
        assert row
        assert not tokens.is_live(row)


def test_a_code_that_was_tried_wrongly_still_works_within_its_minute() -> None:
    app = App()
    code = app.code()
    assert app.exchange(code, redirect_uri="https://evil.example.com").body["error"] == "invalid_grant"
    with clock.frozen(clock.now_ms() + code_grant.CODE_MS - 1000):
        assert app.exchange(code).status == 200


def test_a_code_ends_after_a_minute_and_belongs_to_its_client() -> None:
    app, other = App(), App(**WEB, name="Other")
    code = app.code()
    assert other.exchange(code).body["error"] == "invalid_grant"
    with clock.frozen(clock.now_ms() + code_grant.CODE_MS + 1):
        assert app.exchange(code).body["error"] == "invalid_grant"


def test_a_redirect_that_was_not_named_need_not_be_repeated() -> None:
    app = App()
    assert app.exchange(app.code(redirect_uri=""), redirect_uri="").status == 200
