"""A sync of one installation as its tenant sees it: rows in, changes out, both ways."""

from __future__ import annotations

from server.domain.actor import Actor
from server.services import records
from server.store.records import by_noun
from tests.server.services.syncing.rig import contacts, count, install, sync, vendor
from tests.server.services.syncing.vendor import TinyVendor

__all__ = ["vendor"]
CONTACT = by_noun()["contact"]


def test_people_come_in_and_changes_go_out(alice: Actor, vendor: TinyVendor) -> None:
    vendor.fill(250)
    installation = install(alice, vendor)
    first = sync(alice, installation)
    assert first["error"] is None, first["error"]
    assert first["counts"]["created"] == 250
    assert count(alice) == 250
    ada = contacts(alice)["p000007@example.com"]
    assert ada["address"]["city"] == "Ulm"
    records.update(alice, CONTACT, ada["id"], {"phone": "+49 7"})
    records.create(alice, CONTACT, {"email": "new@example.com", "first_name": "New"})
    vendor.put("000009", last="Changed")
    second = sync(alice, installation)
    assert (second["state"], second["error"]) == ("succeeded", None)
    assert {name: second["counts"][name] for name in ("updated", "sent_updated", "sent_created")} == {
        "updated": 1, "sent_updated": 1, "sent_created": 1,
    }  # fmt: skip
    assert vendor.rows["000007"]["phone"] == "+49 7"
    assert [row["first"] for row in vendor.rows.values() if row["mail"] == "new@example.com"] == ["New"]
    assert contacts(alice)["p000009@example.com"]["last_name"] == "Changed"
