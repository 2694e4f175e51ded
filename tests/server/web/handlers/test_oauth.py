"""The endpoints of clients; what they refuse is in tests/api/test_oauth_refusals.py."""

from __future__ import annotations

from tests.api.appliance import Appliance
from tests.api.oauth import service_app
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP


def test_the_endpoints_answer_at_both_issuers_and_never_from_a_cache(appliance: Appliance) -> None:
    tenant = appliance.tenant()
    client = service_app(appliance, tenant)
    for base in ("/oauth", f"/oauth/t/{tenant}"):
        client.base = base
        token = client.post("token", grant_type="client_credentials")
        assert (token.status, token.headers["cache-control"]) == (200, "no-store")
        assert client.post("introspect", token=token.json["access_token"]).json["active"] is True
        assert client.post("revoke", token=token.json["access_token"]).json == {}
        assert appliance.anonymous.get(f"{base}/jwks").headers["cache-control"] == "public, max-age=300"


def test_an_idempotency_key_never_gives_one_clients_token_to_another(appliance: Appliance) -> None:
    client = service_app(appliance, appliance.tenant())
    key = {"Idempotency-Key": "same"}
    first = client.post("token", headers={**client.basic, **key}, grant_type="client_credentials")
    assert first.status == 200
    assert client.post("token", headers=key, grant_type="client_credentials").status == 401
