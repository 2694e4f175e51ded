"""Uninstalling leaves nothing secret behind, spares a consent that others share, and gives up on a vendor after a week."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.domain.errors import Missing
from server.services import disconnecting
from server.store import connector_credentials, database, installations, remote_subscriptions
from server.system import clock
from tests.installed import Install
from tests.vendors.vendor import MockVendor


def left(actor: Actor) -> list[tuple[object, ...]]:
    return list(database.rows("SELECT status, secrets, credential_id FROM installations WHERE tenant_id = ?", (actor.tenant_id,)))


@pytest.mark.criterion("connectors-24")
def test_nothing_secret_stays_and_the_vendor_is_told(alice: Actor, charlie: Actor, newsletter: Install, mailchimp: MockVendor) -> None:
    made = newsletter()
    with pytest.raises(Missing):
        disconnecting.remove(charlie, made["id"])
    disconnecting.remove(alice, made["id"], purge=True)
    assert left(alice) == [("removed", None, None)]
    assert mailchimp.store["webhooks"].live() == []
    assert disconnecting.give_back((alice.tenant_id, alice.mode, made["id"]))


def test_a_consent_that_others_share_stays(alice: Actor, newsletter: Install) -> None:
    place, made = (alice.tenant_id, alice.mode), newsletter()
    row = {"id": "crd_1", "provider": "mailchimp", "kind": "oauth2", "scopes": [], "created_at": 1, "updated_at": 1}
    with database.transaction():
        connector_credentials.insert(*place, row)
        installations.note(*place, made["id"], {"credential_id": "crd_1"})
        other = installations.find(*place, made["id"])
        assert other is not None
        installations.insert(*place, {**other, "id": "ins_other", "account_id": None})
        remote_subscriptions.delete(*place, made["id"])
    disconnecting.remove(alice, made["id"])
    assert connector_credentials.find(*place, "crd_1") is not None
    disconnecting.remove(alice, "ins_other")
    assert connector_credentials.find(*place, "crd_1") is None


def test_a_vendor_that_stays_away_is_given_up_after_a_week(alice: Actor, newsletter: Install, mailchimp: MockVendor) -> None:
    made = newsletter()
    mailchimp.faults.play("error_500", times=100)
    disconnecting.remove(alice, made["id"])
    assert left(alice)[0][0] == "removing"
    assert disconnecting.sweep(lambda: False) == 0
    with database.transaction():
        database.run("UPDATE installations SET updated_at = 0, deleted_at = ?", (clock.now_ms() - disconnecting.LONGEST_MS,))
    assert disconnecting.sweep(lambda: True) == 0
    assert disconnecting.sweep(lambda: False) == 1
    assert left(alice) == [("removed", None, None)]
    assert database.row("SELECT COUNT(*) FROM audit WHERE action = 'installation.abandoned' AND object_id = ?", (made["id"],)) == (1,)
