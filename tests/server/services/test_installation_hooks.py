"""An installation's vendor has one address of its own, with a secret that nobody has to invent, and none once it is gone."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.actor import Actor
from server.outbound import catalogue
from server.services import disconnecting, inbound_sources, installation_config, installation_hooks, installations, provider_apps
from server.services.inbound.gateway import source_of
from server.services.installation_bodies import NewInstallation
from server.services.provider_apps import ProviderApp
from server.store import installations as stored
from server.system.settings import Settings
from tests.installed import Install


def test_a_secret_is_made_and_goes_with_the_installation(alice: Actor, charlie: Actor, newsletter: Install, plain_settings: Settings) -> None:
    made = newsletter()
    source = installation_hooks.find_source(alice.tenant_id, alice.mode, made["id"])
    assert source is not None
    assert len(installation_hooks.secret_of(source)) >= 32
    assert made["hook_url"] == installation_hooks.hook_url(made["id"], plain_settings)
    assert installation_hooks.find_source(charlie.tenant_id, charlie.mode, made["id"]) is None
    disconnecting.remove(alice, made["id"])
    assert installation_hooks.find_source(alice.tenant_id, alice.mode, made["id"]) is None


def test_a_secret_that_the_vendor_gives_is_believed_beside_the_old_one(alice: Actor, newsletter: Install) -> None:
    made = newsletter()
    source = installation_hooks.find_source(alice.tenant_id, alice.mode, made["id"])
    assert source is not None
    installation_hooks.take_secrets(alice, source, ["given by the vendor"])
    after = installation_hooks.find_source(alice.tenant_id, alice.mode, made["id"])
    assert after is not None
    assert installation_hooks.secret_of(after) == "given by the vendor"
    installation_hooks.take_secrets(alice, after, ["given by the vendor"])
    again = installation_hooks.find_source(alice.tenant_id, alice.mode, made["id"])
    assert again is not None
    assert again["version"] == after["version"]


TENANT = "00000000-0000-0000-0000-000000000000"
ACCOUNT = "AC" + "0" * 32


@pytest.mark.parametrize(
    ("key", "config", "field"),
    [
        ("shopify", {"shop": "example.myshopify.com", "accessToken": "shpat_0"}, "clientSecret"),
        ("slack", {"channelId": "C0000001", "botToken": "xoxb-1"}, "signingSecret"),
        ("xero", {"tenantId": TENANT}, "webhookKey"),
        ("twilio", {"accountSid": ACCOUNT}, "authToken"),
    ],
)
def test_what_a_vendor_signs_with_is_what_a_person_has_entered(
    alice: Actor, plain_settings: Settings, key: str, config: dict[str, Any], field: str
) -> None:
    body = NewInstallation(name=key, config={**config, field: "chosen by the vendor"})
    made = installations.create(alice, key, body, plain_settings)
    source = installation_hooks.find_source(alice.tenant_id, alice.mode, made["id"])
    assert source is not None
    assert installation_hooks.secret_of(source) == "chosen by the vendor"


def test_a_secret_that_was_entered_anew_is_believed_from_the_next_connection_on(alice: Actor, plain_settings: Settings) -> None:
    body = NewInstallation(name="Texts", config={"accountSid": ACCOUNT, "authToken": "the token of before"})
    made = installations.create(alice, "twilio", body, plain_settings)
    row = stored.find(alice.tenant_id, alice.mode, made["id"])
    assert row is not None
    entered = {**row, "secrets": installation_config.sealed(made["id"], {"authToken": "the token of today"})}
    source = installation_hooks.settle_source(alice, catalogue.manifest("twilio"), entered, plain_settings)
    assert source is not None
    assert installation_hooks.secret_of(source) == "the token of today"


def test_a_shop_that_is_connected_through_our_app_signs_with_the_secret_of_the_app(alice: Actor, plain_settings: Settings) -> None:
    provider_apps.put(alice, "shopify", ProviderApp(client_id="app", client_secret="secret of the app"), plain_settings.server.public_url)
    made = installations.create(alice, "shopify", NewInstallation(config={"shop": "example.myshopify.com"}, auth="oauth"), plain_settings)
    source = installation_hooks.find_source(alice.tenant_id, alice.mode, made["id"])
    assert source is not None
    assert installation_hooks.secret_of(source) == "secret of the app"
    row = stored.find(alice.tenant_id, alice.mode, made["id"])
    shop = {**(row or {}), "account_id": "example.myshopify.com"}
    settled = installation_hooks.settle_source(alice, catalogue.manifest("shopify"), shop, plain_settings)
    assert settled is not None
    assert settled["account"] == "example.myshopify.com"


def test_each_of_two_subscriptions_may_be_signed_with_a_secret_of_its_own(alice: Actor, newsletter: Install) -> None:
    made, source = newsletter(), None
    for given in (["of one endpoint"], ["of one endpoint", "of the other"], ["of the other", "of one endpoint"]):
        source = installation_hooks.find_source(alice.tenant_id, alice.mode, made["id"])
        assert source is not None
        installation_hooks.take_secrets(alice, source, given)
    after = installation_hooks.find_source(alice.tenant_id, alice.mode, made["id"])
    assert after is not None
    assert {secret for secret, ends in source_of(after).secrets if ends is None} == {"of one endpoint", "of the other"}
    assert source is not None
    assert after["version"] == source["version"]


def test_what_is_connected_through_an_app_believes_the_secret_of_its_webhook_as_soon_as_it_is_entered(
    alice: Actor, charlie: Actor, plain_settings: Settings
) -> None:
    public_url = plain_settings.server.public_url
    provider_apps.put(alice, "stripe", ProviderApp(client_id="ca_1", client_secret="sk_live_platform"), public_url)
    made = installations.create(alice, "stripe", NewInstallation(auth="connect"), plain_settings)
    assert secret_there(alice, made["id"]) == ""
    shown = provider_apps.put(alice, "stripe", ProviderApp(client_id="ca_1", webhook_secret="whsec_of_connect"), public_url)
    assert (shown["has_secret"], shown["has_webhook_secret"], shown["webhook_url"]) == (True, True, f"{public_url}/api/webhooks/stripe")
    assert "whsec_of_connect" not in str(shown)
    installation_hooks.settle_sources(charlie.tenant_id, "stripe", plain_settings)
    assert secret_there(alice, made["id"]) == ""
    installation_hooks.settle_sources(alice.tenant_id, "stripe", plain_settings)
    assert secret_there(alice, made["id"]) == "whsec_of_connect"
    assert provider_apps.get(alice, "google", public_url)["webhook_url"] is None


def secret_there(actor: Actor, installation_id: str) -> str:
    source = installation_hooks.find_source(actor.tenant_id, actor.mode, installation_id)
    assert source is not None
    return installation_hooks.secret_of(source)


def test_a_vendor_that_proves_itself_by_what_is_not_known_yet_has_an_address_from_then_on(alice: Actor, plain_settings: Settings) -> None:
    made = installations.create(alice, "gmail", NewInstallation(), plain_settings)
    row = stored.find(alice.tenant_id, alice.mode, made["id"]) or {}
    assert installation_hooks.settle_source(alice, catalogue.manifest("gmail"), row, plain_settings) is None
    for push in ("push@example.com", "pull@example.com"):
        told = {**row, "config": {"pushAccount": push}}
        source = installation_hooks.settle_source(alice, catalogue.manifest("gmail"), told, plain_settings)
        assert source is not None
        assert inbound_sources.get(alice, source["id"])["parameters"] == {"audience": made["hook_url"], "service_account": push}


def test_a_secret_of_our_app_that_anybody_could_guess_is_not_believed_and_hinders_nobody(alice: Actor, plain_settings: Settings) -> None:
    provider_apps.put(alice, "hubspot", ProviderApp(client_id="app", client_secret="short"), plain_settings.server.public_url)
    made = installations.create(alice, "hubspot", NewInstallation(), plain_settings)
    source = installation_hooks.find_source(alice.tenant_id, alice.mode, made["id"])
    assert source is not None
    assert installation_hooks.secret_of(source) == ""
