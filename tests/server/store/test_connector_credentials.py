"""Credentials: the lease goes to one of many, and a secret is written only over the version that was seen."""

from __future__ import annotations

from server.domain.actor import Actor
from server.store import connector_credentials, database

ROW = {"id": "crd_1", "provider": "google", "kind": "oauth2", "secret": b"s", "scopes": ["a"], "created_at": 1, "updated_at": 1}


def insert(actor: Actor, **fields: object) -> tuple[str, str, str]:
    with database.transaction():
        connector_credentials.insert(actor.tenant_id, actor.mode, {**ROW, **fields})
    return actor.tenant_id, actor.mode, str(fields.get("id", "crd_1"))


def test_a_lease_goes_to_one_and_comes_back_by_time(alice: Actor, charlie: Actor) -> None:
    place = insert(alice)
    assert not connector_credentials.take_lease(charlie.tenant_id, "live", "crd_1", 1, "x", 100, 200)
    assert connector_credentials.take_lease(*place, 1, "one", 100, 200)
    assert not connector_credentials.take_lease(*place, 1, "two", 150, 250)
    assert connector_credentials.take_lease(*place, 1, "two", 201, 300)
    connector_credentials.prolong_lease(*place, "two", 400)
    assert not connector_credentials.take_lease(*place, 1, "three", 350, 500)


def test_a_secret_is_written_over_the_version_that_was_seen(alice: Actor) -> None:
    place = insert(alice)
    connector_credentials.take_lease(*place, 1, "one", 100, 200)
    assert connector_credentials.replace(*place, 1, {"secret": b"new"})
    assert not connector_credentials.replace(*place, 1, {"secret": b"old"})
    found = connector_credentials.find(*place)
    assert found is not None
    assert (found["secret"], found["version"], found["lease_owner"], found["lease_until"]) == (b"new", 2, None, 0)


def test_lists_leave_out_what_was_revoked(alice: Actor, charlie: Actor) -> None:
    place = insert(alice, expires_at=50)
    insert(alice, id="crd_2", state="revoked")
    insert(charlie, id="crd_3")
    assert [one["id"] for one in connector_credentials.of_provider(*place[:2], "google")] == ["crd_1"]
    assert [one["id"] for one in connector_credentials.rows(*place[:2])] == ["crd_1", "crd_2"]
    assert [one["id"] for one in connector_credentials.expiring(60, 10)] == ["crd_1"]


def test_naming_the_account_leaves_the_version_and_deleting_ends_it(alice: Actor) -> None:
    place = insert(alice)
    connector_credentials.name_account(*place, "acc", "Example")
    found = connector_credentials.find(*place)
    assert found is not None
    assert (found["account_name"], found["version"]) == ("Example", 1)
    connector_credentials.delete(*place)
    assert connector_credentials.find(*place) is None
