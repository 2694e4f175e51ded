"""Tokens: made, kept, found."""

from __future__ import annotations

import pytest
from joserfc import jwk, jwt

from server.services import signing_keys
from server.services.oauth import tokens
from server.store import database
from server.system import clock
from tests.server.services.oauth.rig import HERE, OWN, PUBLIC, App
from tests.tenants import TENANT_A

pytestmark = pytest.mark.usefixtures("opened")
ROW = {"client_id": "cli_x", "authorization_id": None, "user_id": None, "issuer": PUBLIC, "scopes": ["contacts:read"], "audience": [PUBLIC]}


def test_an_opaque_token_says_nothing_and_a_signed_one_what_rfc_9068_asks_for() -> None:
    assert tokens.mint_access(App().client, HERE, "usr_x", "contacts:read", [PUBLIC]).startswith("jct_live_oat_")
    app = App(**OWN, token_format="jwt")
    text = tokens.mint_access(app.client, HERE, app.id, "contacts:read", [PUBLIC, f"{PUBLIC}/api"])
    keys = jwk.KeySet.import_key_set(signing_keys.public_set())  # type: ignore[arg-type]
    read = jwt.decode(text, keys, algorithms=["RS256"])
    assert read.header["typ"] == "at+jwt"
    assert {
        "iss": PUBLIC,
        "aud": [PUBLIC, f"{PUBLIC}/api"],
        "sub": app.id,
        "client_id": app.id,
        "scope": "contacts:read",
    }.items() <= read.claims.items()
    assert {"iat", "exp", "jti"} <= set(read.claims)


def test_a_token_is_found_by_its_text_and_kept_without_it() -> None:
    text = tokens.mint_refresh(App().client)
    tokens.keep(text, "refresh", TENANT_A, "live", ROW)
    row = tokens.find_any(text)
    assert row
    assert tokens.is_live(row)
    assert tokens.find(text, "access") is None
    assert tokens.find(text + "x", "refresh") is None
    assert not database.rows("SELECT 1 FROM tokens WHERE digest LIKE ?", (f"%{text[13:40]}%",))
    with clock.frozen(clock.now_ms() + tokens.REFRESH_MS + 1):
        assert not tokens.is_live(row)


def test_expired_tokens_go_when_new_ones_come() -> None:
    for _ in range(3):
        tokens.keep(tokens.mint_refresh(App().client), "access", TENANT_A, "live", ROW)
    with clock.frozen(clock.now_ms() + tokens.ACCESS_SECONDS * 1000 + tokens.KEPT_MS + 1):
        tokens.keep("new", "access", TENANT_A, "live", ROW)
    assert database.row("SELECT COUNT(*) FROM tokens") == (1,)
