"""A tenant's app is used before the appliance's, its secret goes in and never comes out, and only operators change the appliance's."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor, system_actor
from server.domain.errors import Denied, Missing
from server.services import provider_apps
from server.services.provider_apps import ProviderApp

PUBLIC = "https://junction.example"


def app(client_id: str, secret: str | None = "the secret of an app") -> ProviderApp:
    return ProviderApp(client_id=client_id, client_secret=secret)


def test_a_tenants_own_comes_first(alice: Actor, charlie: Actor) -> None:
    provider_apps.put(system_actor(""), "hubspot", app("ours"), PUBLIC)
    provider_apps.put(alice, "hubspot", app("theirs"), PUBLIC)
    found = [provider_apps.chosen(actor.tenant_id, "hubspot") for actor in (alice, charlie)]
    assert [one and one["client_id"] for one in found] == ["theirs", "ours"]
    listed = {one["provider"]: one for one in provider_apps.list_all(alice, PUBLIC)}
    assert (listed["hubspot"]["source"], listed["hubspot"]["redirect_uri"]) == ("tenant", "https://junction.example/connect/callback")
    assert "the secret of an app" not in str(listed)
    assert (found[0] and provider_apps.opened(found[0])) == "the secret of an app"
    provider_apps.remove(alice, "hubspot")
    assert provider_apps.get(alice, "hubspot", PUBLIC)["source"] == "appliance"


def test_who_may_not_is_refused(bob: Actor, alice: Actor) -> None:
    with pytest.raises(Denied):
        provider_apps.put(bob, "hubspot", app("x"), PUBLIC)
    with pytest.raises(Missing):
        provider_apps.put(alice, "nothing", app("x"), PUBLIC)
    with pytest.raises(Missing):
        provider_apps.remove(alice, "hubspot")
