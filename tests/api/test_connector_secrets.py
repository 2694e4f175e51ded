"""What a connector's form asks for comes from its manifest, and what is entered there never comes out again."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import quote

import pytest

from connectors import registry
from tests.api.appliance import Appliance, Persona
from tests.api.routes import all_routes
from tests.api.test_consents import agreed
from tests.api.test_installations import audience, install
from tests.installed import KEY
from tests.vendors.fixtures import MakeVendor
from tests.vendors.identity import CLIENT_ID, CLIENT_SECRET
from tests.vendors.reaching import Reach
from tests.vendors.vendor import MockVendor

PATHS = [route.path for route in all_routes() if route.method == "GET" and route.access == "tenant" and not route.path.endswith("/stream")]


@pytest.mark.criterion("connectors-4")
def test_every_form_is_the_manifests_and_marks_its_secrets(alice: Persona) -> None:
    listed = {one["key"]: one for one in alice.client.get("/api/v1/integrations?limit=200").json["data"]}
    assert set(registry.manifests()) <= set(listed)
    for key, manifest in registry.manifests().items():
        schema = listed[key]["config_schema"]
        assert schema == dict(manifest.config_schema)
        secret = {name for name, rules in schema["properties"].items() if rules.get("writeOnly")}
        assert {field for way in listed[key]["auth"] for field in way["fields"]} <= secret


@pytest.mark.criterion("connectors-4")
def test_no_route_returns_a_secret(appliance: Appliance, alice: Persona, mailchimp: MockVendor, mock_vendor: MakeVendor, reach: Reach) -> None:
    hubspot = reach(mock_vendor("hubspot"))
    alice.client.put("/api/v1/provider-apps/hubspot", {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET})
    made = [install(alice, "mailchimp", config={"apiKey": KEY, "listId": audience(mailchimp)}), install(alice, "hubspot")]
    assert appliance.anonymous.get(agreed(hubspot, made[1]["authorize_url"])).status == 200
    alice.client.patch(f"/api/v1/installations/{made[0]['id']}", {"config": {"apiKey": "wrong but " + KEY}})
    hook = str(next(iter(mailchimp.store["webhooks"].live())).values["url"])
    planted = [KEY, CLIENT_SECRET, hook.partition("token=")[2], *hubspot.identity.access_tokens, *hubspot.identity.refresh_tokens]
    forms = {form for text in planted for form in (text, quote(text, safe=""), b64encode(text.encode()).decode().rstrip("="))}
    for path in PATHS:
        for installation in made:
            names = {"id": installation["id"], "key": installation["integration"], "provider": "hubspot"}
            text = alice.client.get(path.format_map(_Filled(names))).body.decode("utf-8", "replace")
            assert [form for form in forms if form in text] == [], path


class _Filled(dict[str, str]):
    """Fills what a path names, and anything else with a word."""

    def __missing__(self, name: str) -> str:
        return "contacts"
