"""Connecting tells whose account it is, lets none be connected twice, and has all of an account share its newest consent."""

from __future__ import annotations

from server.domain.actor import Actor
from server.outbound.vendors.values import Account
from server.services import connecting, installations, vendor_calls
from server.services.installation_bodies import InstallationChange
from server.store import connector_credentials, database
from server.store import installations as stored
from server.system.settings import Settings
from tests.installed import Install
from tests.vendors.vendor import MockVendor


def test_the_account_is_written_and_the_vendor_asked_to_call_once(
    alice: Actor, newsletter: Install, mailchimp: MockVendor, plain_settings: Settings
) -> None:
    made = newsletter()
    assert (made["status"], made["account"]) == ("connected", {"id": "acc1", "name": "Example Ltd"})
    assert connecting.connect((alice.tenant_id, alice.mode, made["id"]), plain_settings)
    assert len(mailchimp.store["webhooks"].live()) == 1
    assert not connecting.connect((alice.tenant_id, alice.mode, "ins_gone"), plain_settings)


def test_an_account_is_not_connected_twice_unless_another_part_of_it_is_chosen(newsletter: Install, mailchimp: MockVendor) -> None:
    newsletter()
    second = newsletter()
    assert (second["status"], second["error"]["code"]) == ("needs_user", "already_connected")
    other = mailchimp.store["lists"].create({"name": "Customers"}, "f6e5d4c3b2")
    third = newsletter(listId=other.id)
    assert (third["status"], third["error"]) == ("connected", None)


def test_what_lies_at_the_vendor_is_chosen_later(alice: Actor, newsletter: Install, mailchimp: MockVendor, plain_settings: Settings) -> None:
    made, place = newsletter(listId=None), (alice.tenant_id, alice.mode)
    assert (made["status"], made["error"]["code"], made["account"]["id"]) == ("needs_user", "choice_needed", "acc1")
    assert "Audience" in made["error"]["detail"]
    choice = vendor_calls.choices(alice, made["id"], "listId")[0]["id"]
    installations.update(alice, made["id"], InstallationChange(config={"listId": choice}), plain_settings)
    assert connecting.connect((*place, made["id"]), plain_settings, alice)
    assert len(mailchimp.store["webhooks"].live()) == 1


def test_the_newest_consent_of_an_account_serves_all_that_it_covers(alice: Actor, newsletter: Install) -> None:
    place, first = (alice.tenant_id, alice.mode), newsletter()
    row = {"provider": "mailchimp", "kind": "oauth2", "created_at": 1, "updated_at": 1, "account_id": "acc1"}
    with database.transaction():
        connector_credentials.insert(*place, {**row, "id": "crd_1", "scopes": ["a"]})
        connector_credentials.insert(*place, {**row, "id": "crd_2", "scopes": ["a", "b"], "account_id": None})
        connector_credentials.insert(*place, {**row, "id": "crd_3", "scopes": ["c"]})
        stored.note(*place, first["id"], {"credential_id": "crd_1"})
        connecting._settle_credential((*place, "ins_2"), "crd_2", Account("acc1", "Example Ltd"))
    assert [one["id"] for one in connector_credentials.rows(*place)] == ["crd_2", "crd_3"]
    assert installations.find(alice, first["id"])["credential_id"] == "crd_2"
