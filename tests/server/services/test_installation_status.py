"""Each transition is told once, whoever meets it, and a paused installation keeps still."""

from __future__ import annotations

from server.domain.actor import Actor
from server.services import installation_status
from server.store import database, installation_faults, installations
from tests.installed import Install


def told(actor: Actor) -> list[str]:
    rows = database.rows("SELECT type FROM events WHERE tenant_id = ? AND object = 'integration' ORDER BY position", (actor.tenant_id,))
    return [row[0] for row in rows]


def test_trouble_is_told_once_and_its_end_once(alice: Actor, newsletter: Install) -> None:
    place = (alice.tenant_id, alice.mode, newsletter()["id"])
    for _ in range(3):
        installation_status.failed(place, "host_unreachable", "No answer.", "Wait.", needs_user=False)
    installation_status.failed(place, "invalid_credential", "Refused.", "Connect again.", needs_user=True)
    assert installation_status.connected(place)
    assert not installation_status.connected(place)
    assert told(alice) == ["integration.connected", "integration.failed", "integration.failed", "integration.connected"]
    found = {one["code"]: one["occurrences"] for one in installation_faults.newest(*place, 10)}
    assert found == {"host_unreachable": 3, "invalid_credential": 1}


def test_what_is_paused_or_gone_stays_so(alice: Actor, newsletter: Install) -> None:
    place = (alice.tenant_id, alice.mode, newsletter()["id"])
    with database.transaction():
        installations.move(*place, ("connected",), {"status": "paused"})
    assert not installation_status.failed(place, "x", "y", None, needs_user=True)
    assert not installation_status.connected(place)
    row = installations.find(*place)
    assert row is not None
    assert row["status"] == "paused"
    assert not installation_status.connected((*place[:2], "ins_gone"))


def test_an_event_names_the_connector_and_the_account_and_no_secret(alice: Actor, newsletter: Install) -> None:
    row = installations.find(alice.tenant_id, alice.mode, newsletter()["id"])
    assert row is not None
    record = installation_status.record_of(row)
    assert (record["integration"], record["category"], record["account"]) == ("mailchimp", "marketing", {"id": "acc1", "name": "Example Ltd"})
    assert not {"config", "secrets"} & set(record)
