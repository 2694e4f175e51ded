"""Installing: what is given is judged whole, nothing is given away that the caller lacks, and a name finds the one that is meant."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict, Denied, Missing, Stale, Unprocessable
from server.outbound import catalogue
from server.services import audit, custom_fields, installations
from server.services.custom_fields import NewField
from server.services.installation_bodies import InstallationChange, NewInstallation
from server.system.settings import Settings
from tests.installed import KEY, Install


def create(actor: Actor, settings: Settings, **body: Any) -> dict[str, Any]:
    given = {"config": {"apiKey": KEY, "listId": "a1b2c3"}, **body}
    return installations.create(actor, "mailchimp", NewInstallation(**given), settings)


def test_secrets_are_masked_and_all_else_is_shown(alice: Actor, plain_settings: Settings) -> None:
    made = create(alice, plain_settings, name="Letters")
    assert (made["config"]["apiKey"], made["config"]["listId"], made["name"], made["auth"]) == ("********", "a1b2c3", "Letters", "key")
    assert made["permissions"] == ["contacts:read", "contacts:write"]
    assert KEY not in str(installations.find(alice, made["id"]))
    assert KEY not in str(audit.list_page(alice, {}, None, 50))


def test_every_fault_of_a_configuration_is_named(alice: Actor, plain_settings: Settings) -> None:
    with pytest.raises(Unprocessable) as refused:
        create(alice, plain_settings, config={"api_key": "short", "nonsense": 1, "syncInterval": "often", "mappings": [], "conflict_policy": "mine"})
    assert {fault.pointer for fault in refused.value.faults} == {
        "/config/apiKey", "/config/nonsense", "/config/syncInterval", "/config/mappings", "/config/conflict_policy",
    }  # fmt: skip


def test_no_field_map_names_an_encrypted_field(alice: Actor, plain_settings: Settings) -> None:
    custom_fields.create(alice, "contacts", NewField(name="pan", type="encrypted"))
    custom_fields.create(alice, "contacts", NewField(name="size", type="text"))
    config = {"apiKey": KEY, "listId": "a1b2c3", "mappings": {"custom.size": "merge_fields.SIZE", "custom.pan": "merge_fields.PAN"}}
    with pytest.raises(Unprocessable) as refused:
        create(alice, plain_settings, config=config)
    assert [(fault.pointer.rpartition("/")[2], fault.code) for fault in refused.value.faults] == [("custom.pan", "encrypted_field")]
    made = create(alice, plain_settings, config=config | {"mappings": {"custom.size": "merge_fields.SIZE"}})
    with pytest.raises(Unprocessable):
        installations.update(alice, made["id"], InstallationChange(config={"mappings": {"custom": "merge_fields.ALL"}}), plain_settings)


def test_nobody_gives_away_what_they_lack_or_what_was_not_asked_for(alice: Actor, bob: Actor, plain_settings: Settings) -> None:
    with pytest.raises(Denied):
        create(bob, plain_settings)
    narrow = replace(alice, scopes=frozenset({"integrations:write", "contacts:read"}))
    with pytest.raises(Denied):
        create(narrow, plain_settings)
    assert create(narrow, plain_settings, permissions=["contacts.read"])["permissions"] == ["contacts:read"]
    with pytest.raises(Unprocessable) as refused:
        create(alice, plain_settings, permissions=["deals.read"])
    assert refused.value.stable_code == "not_asked_for"


def test_an_unknown_way_version_or_connector_is_refused(alice: Actor, plain_settings: Settings) -> None:
    with pytest.raises(Unprocessable):
        create(alice, plain_settings, auth="magic")
    with pytest.raises(Missing):
        create(alice, plain_settings, version="0.0.1")
    with pytest.raises(Missing):
        installations.create(alice, "nothing", NewInstallation(), plain_settings)


def test_a_tenant_may_have_so_many(alice: Actor, plain_settings: Settings) -> None:
    few = replace(plain_settings, connectors=replace(plain_settings.connectors, max_per_tenant=1))
    create(alice, few)
    with pytest.raises(Conflict) as refused:
        create(alice, few)
    assert refused.value.stable_code == "too_many_installations"


def test_a_name_finds_the_only_one_or_says_which_there_are(alice: Actor, charlie: Actor, plain_settings: Settings) -> None:
    first = create(alice, plain_settings)
    assert installations.find_by_name(alice, "mailchimp")["id"] == first["id"]
    second = create(alice, plain_settings)
    with pytest.raises(Conflict) as refused:
        installations.find_by_name(alice, "mailchimp")
    assert set(refused.value.members["ids"]) == {first["id"], second["id"]}
    assert installations.find_by_name(alice, second["id"])["id"] == second["id"]
    with pytest.raises(Missing):
        installations.find_by_name(charlie, first["id"])
    with pytest.raises(Missing):
        installations.find_by_name(charlie, "mailchimp")


def test_a_change_keeps_what_it_does_not_name(alice: Actor, newsletter: Install, plain_settings: Settings) -> None:
    made = newsletter(syncInterval="15m")
    change = InstallationChange(config={"apiKey": "********", "newMemberStatus": "subscribed"}, name="Post")
    after = installations.update(alice, made["id"], change, plain_settings, version=made["version"])
    assert (after["name"], after["sync_interval"], after["config"]["newMemberStatus"]) == ("Post", 900, "subscribed")
    assert after["config"]["listId"] == made["config"]["listId"]
    with pytest.raises(Stale):
        installations.update(alice, made["id"], change, plain_settings, version=made["version"])
    by_hand = installations.update(alice, made["id"], InstallationChange(config={"syncInterval": None}), plain_settings)
    assert by_hand["sync_interval"] is None


def test_lists_are_paged_and_filtered(alice: Actor, plain_settings: Settings) -> None:
    made = [create(alice, plain_settings)["id"] for _ in range(3)]
    first, cursor = installations.list_page(alice, None, 2, {}, plain_settings)
    rest, end = installations.list_page(alice, cursor, 2, {}, plain_settings)
    assert ([one["id"] for one in first + rest], end) == (sorted(made), None)
    assert installations.list_page(alice, None, 5, {"status": "paused"}, plain_settings)[0] == []


NEEDED = {
    "google_analytics": {"measurementId": "G-ABC123", "apiSecret": "secret"},
    "shopify": {"shop": "example.myshopify.com"},
    "twilio": {"accountSid": "AC" + "0" * 32, "authToken": "0123456789"},
}


@pytest.mark.parametrize("key", sorted(catalogue.manifests()))
def test_every_connector_of_the_catalogue_can_be_installed(alice: Actor, plain_settings: Settings, key: str) -> None:
    made = installations.create(alice, key, NewInstallation(config=NEEDED.get(key, {})), plain_settings)
    assert made["status"] in ("pending_authorization", "failed")
