"""Clients that register themselves."""

from __future__ import annotations

from typing import Any

import pytest
from authlib.oauth2.rfc6749 import OAuth2Error

from server.domain.actor import Actor
from server.services.oauth import clients, registration
from server.services.oauth.clients import Registration
from server.services.oauth.issuers import Issuer
from server.services.oauth.messages import Reply
from server.services.oauth.registration import InvalidTokenError
from server.store import clients as store
from server.store import database
from server.system import clock
from server.web.passages import NOBODY
from tests.api.oauth import CALLBACK
from tests.server.services.oauth.rig import HERE, PUBLIC
from tests.tenants import TENANT_A, TENANT_B

pytestmark = pytest.mark.usefixtures("opened")
A, B = Issuer(PUBLIC, TENANT_A), Issuer(PUBLIC, TENANT_B)


def register(issuer: Issuer, bearer: str | None = None, **given: Any) -> Reply:
    """Register a client."""
    with database.transaction():
        return registration.register(issuer, bearer, {"redirect_uris": [CALLBACK], **given}, NOBODY)


def test_it_takes_an_open_tenant_or_a_token_of_one(alice: Actor) -> None:
    with pytest.raises(InvalidTokenError):
        register(A)
    token = clients.create_initial_token(alice)["token"]
    assert register(A, token).status == register(HERE, token).status == 201
    with pytest.raises(InvalidTokenError):
        register(B, token)
    with clock.frozen(clock.now_ms() + clients.INITIAL_MS + 1), pytest.raises(InvalidTokenError):
        register(A, token)
    clients.put_registration(alice, Registration(open=True))
    assert register(A).status == 201
    with pytest.raises(InvalidTokenError):
        register(B)


def test_what_was_registered_is_echoed_with_what_was_chosen_for_it(alice: Actor) -> None:
    clients.put_registration(alice, Registration(open=True))
    told = register(A, client_name="Agent", client_uri="https://agent.example.com", unknown="ignored").body
    assert (told["client_name"], told["client_uri"], told["grant_types"]) == ("Agent", "https://agent.example.com", ["authorization_code"])
    assert (told["token_endpoint_auth_method"], told["client_secret_expires_at"], told["response_types"]) == ("client_secret_basic", 0, ["code"])
    assert "offline_access" in told["scope"].split()
    assert "keys:write" not in told["scope"].split()
    assert "unknown" not in told
    row = store.find_anywhere(told["client_id"])
    assert row
    assert told["client_secret"] not in repr(row)
    assert told["registration_access_token"] not in repr(row)


def test_what_is_not_used_goes_and_what_is_used_stays(alice: Actor) -> None:
    clients.put_registration(alice, Registration(open=True))
    unused, used = register(A).body["client_id"], register(A).body["client_id"]
    store.touch(used, clock.now_ms(), clock.now_ms())
    with clock.frozen(clock.now_ms() + registration.NEVER_USED_MS + 1):
        register(A)
        assert store.find_anywhere(unused) is None
        assert store.find_anywhere(used)
    with clock.frozen(clock.now_ms() + registration.NOT_USED_MS + 1):
        register(A)
        assert store.find_anywhere(used) is None


def test_a_full_tenant_takes_no_more(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    clients.put_registration(alice, Registration(open=True))
    monkeypatch.setattr(registration, "MOST", 1)
    register(A)
    with pytest.raises(OAuth2Error) as refused:
        register(A)
    assert (refused.value.status_code, refused.value.error) == (429, "temporarily_unavailable")


def test_only_the_registrations_own_token_changes_it(alice: Actor) -> None:
    clients.put_registration(alice, Registration(open=True))
    told = register(A).body
    client_id, own = told["client_id"], told["registration_access_token"]
    assert registration.read(A, own, client_id).body["client_id"] == client_id
    renamed = registration.replace(A, own, client_id, {"client_id": client_id, "redirect_uris": [CALLBACK], "client_name": "New"}, NOBODY)
    assert renamed.body["client_name"] == "New"
    for bearer, issuer in ((None, A), ("x", A), (own, B)):
        with pytest.raises(InvalidTokenError):
            registration.read(issuer, bearer, client_id)
    with pytest.raises(OAuth2Error):
        registration.replace(A, own, client_id, {"client_id": client_id, "redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none"}, NOBODY)
    assert registration.delete(A, own, client_id, NOBODY).status == 204
    with pytest.raises(InvalidTokenError):
        registration.read(A, own, client_id)
