"""Where clients begin."""

from __future__ import annotations

from tests.api.appliance import Appliance
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP


def test_each_document_names_the_address_it_is_found_by(appliance: Appliance) -> None:
    tenant = appliance.tenant()
    for path, issuer in (("", appliance.url), (f"/oauth/t/{tenant}", f"{appliance.url}/oauth/t/{tenant}")):
        for name in ("oauth-authorization-server", "openid-configuration"):
            assert appliance.anonymous.get(f"/.well-known/{name}{path}").json["issuer"] == issuer
    for path in ("", "/api", "/api/v1"):
        assert appliance.anonymous.get(f"/.well-known/oauth-protected-resource{path}").json["resource"] == appliance.url + path
    assert appliance.anonymous.get("/.well-known/oauth-authorization-server/oauth/t/ten_x").json["error"] == "invalid_request"
