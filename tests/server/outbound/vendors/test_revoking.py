"""A token is taken back where the vendor takes such a request, the refresh token before the other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.outbound import catalogue
from server.outbound.vendors import revoking
from server.outbound.vendors.tokens import App
from server.outbound.vendors.transport import Transport
from server.outbound.vendors.values import Later, Request, Response

PROVIDER = replace(catalogue.provider("hubspot"), revoke_url="https://api.hubapi.com/revoke")
APP = App("id", "secret")
SECRET = {"access_token": "at", "refresh_token": "rt"}


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """Return the requests that leave, each answered as its address says."""
    found: list[Request] = []

    def send(_transport: Transport, request: Request) -> Response:
        found.append(request)
        return Response(503 if "down" in request.url else 200)

    monkeypatch.setattr(Transport, "send", send)
    return found


def test_the_refresh_token_goes_with_the_clients_name(sent: list[Request]) -> None:
    assert revoking.revoke(PROVIDER, APP, SECRET)
    assert (sent[0].method, sent[0].form) == ("POST", {"token": "rt", "client_id": "id", "client_secret": "secret"})
    assert revoking.revoke(replace(PROVIDER, client_auth="basic"), APP, {"access_token": "at"})
    assert (sent[1].form, "Authorization" in sent[1].headers) == ({"token": "at"}, True)


def test_an_address_with_the_token_in_it_is_deleted(sent: list[Request]) -> None:
    assert revoking.revoke(replace(PROVIDER, revoke_url="https://api.hubapi.com/tokens/{token}"), APP, SECRET)
    assert (sent[0].method, sent[0].url) == ("DELETE", "https://api.hubapi.com/tokens/rt")


def test_where_there_is_no_way_or_no_token_nothing_is_sent(sent: list[Request]) -> None:
    assert not revoking.revoke(replace(PROVIDER, revoke_url=""), APP, SECRET)
    assert not revoking.revoke(PROVIDER, APP, {})
    assert sent == []


def test_an_outage_is_told(sent: list[Request]) -> None:
    with pytest.raises(Later):
        revoking.revoke(replace(PROVIDER, revoke_url="https://api.hubapi.com/down"), APP, SECRET)


@pytest.mark.criterion("connectors-24")
@pytest.mark.parametrize("key", [key for key, one in catalogue.providers().items() if one.revoke_url])
def test_every_provider_that_can_be_told_hears_what_it_wants_to_know(sent: list[Request], key: str) -> None:
    provider = catalogue.provider(key)
    assert revoking.revoke(provider, APP, {**SECRET, "fields": {"stripe_user_id": "acct_1"}})
    assert sent[0].url == provider.revoke_url
    assert (sent[0].form or {}).items() >= ({"stripe_user_id": "acct_1"} if key == "stripe" else {"token": "rt"}).items()
    assert sent[0].headers.get("Authorization", "").partition(" ")[0] == {"stripe": "Bearer", "xero": "Basic"}.get(key, "")
