"""The refresh grant."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from server.services.oauth import tokens
from server.services.oauth.messages import Reply
from server.store import database
from tests.server.services.oauth.rig import WEB, App

pytestmark = pytest.mark.usefixtures("opened")


def refresh(app: App, token: str, **more: Any) -> Reply:
    """Send a refresh token."""
    return app.token(grant_type="refresh_token", refresh_token=token, **more)


@pytest.mark.parametrize("method", ["client_secret_basic", "none"])
def test_each_use_gives_a_new_one_and_a_second_use_ends_the_family(method: str) -> None:
    app = App(**WEB, auth_method=method)
    first = app.exchange(app.code()).body["refresh_token"]
    second = refresh(app, first).body["refresh_token"]
    third = refresh(app, second).body
    assert len({first, second, third["refresh_token"]}) == 3
    assert refresh(app, first).body["error"] == "invalid_grant"
    assert refresh(app, third["refresh_token"]).body["error"] == "invalid_grant"
    row = tokens.find_any(third["access_token"])
    assert row
    assert not tokens.is_live(row)


def test_asking_for_less_does_not_shrink_what_was_allowed() -> None:
    app = App()
    first = app.exchange(app.code(scope="contacts:write email")).body["refresh_token"]
    less = refresh(app, first, scope="contacts:read").body
    assert less["scope"] == "contacts:read"
    again = refresh(app, less["refresh_token"]).body
    assert again["scope"] == "contacts:write email"
    assert refresh(app, again["refresh_token"], scope="deals:read").body["error"] == "invalid_scope"


def test_of_two_at_once_one_wins_and_the_theft_is_noticed() -> None:
    app = App()
    token, replies = app.exchange(app.code()).body["refresh_token"], list[Reply]()

    def use() -> None:
        replies.append(refresh(app, token))
        database.close()

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(reply.status for reply in replies) == [200, 400]
    won = next(reply for reply in replies if reply.status == 200)
    assert refresh(app, won.body["refresh_token"]).body["error"] == "invalid_grant"
