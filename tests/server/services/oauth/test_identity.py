"""Who somebody is."""

from __future__ import annotations

import pytest

from server.domain.errors import Denied, Unauthenticated
from server.services.oauth import identity
from tests.server.services.oauth.rig import App

pytestmark = pytest.mark.usefixtures("opened")


def test_an_id_token_comes_with_openid_only() -> None:
    app = App()
    assert "id_token" not in app.exchange(app.code(scope="email")).body
    assert app.exchange(app.code(scope="openid")).body["id_token"].count(".") == 2


def test_userinfo_tells_what_the_scopes_name_and_no_more() -> None:
    app = App()
    told = [identity.userinfo(app.exchange(app.code(scope=scope)).body["access_token"]) for scope in ("openid", "openid email")]
    assert told == [{"sub": "usr_alice"}, {"sub": "usr_alice", "email": "alice@example.com", "email_verified": False}]
    with pytest.raises(Denied):
        identity.userinfo(app.exchange(app.code(scope="email")).body["access_token"])
    for text in (None, "", "made-up"):
        with pytest.raises(Unauthenticated):
            identity.userinfo(text)


def test_the_half_hash_is_the_one_of_the_specification() -> None:
    # OpenID Connect Core 1.0, appendix A.3.
    assert identity._half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y") == "77QmUPtjPfzWtF2AnpK9RQ"
