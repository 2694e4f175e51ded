"""One record that cannot be used stops nothing: it waits with its reason, and is taken over once its cause is mended."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.domain.errors import Denied, Missing
from server.services.syncing import replaying
from tests.server.services.syncing.rig import contacts, count, install, sync, vendor
from tests.server.services.syncing.vendor import TinyVendor

__all__ = ["vendor"]


@pytest.mark.criterion("connectors-17")
def test_one_malformed_row_of_many_waits_with_its_reason_and_is_taken_over_after_the_fix(
    alice: Actor, vendor: TinyVendor, database_kind: str, thorough: bool
) -> None:
    rows = 10_000 if thorough else 2_000 if database_kind == "sqlite" else 500
    vendor.fill(rows)
    vendor.put("000123", mail="not an address")
    installation = install(alice, vendor)
    found = sync(alice, installation)
    assert (found["state"], found["counts"]["created"], found["counts"]["quarantined"]) == ("succeeded_with_warnings", rows - 1, 1)
    waiting = replaying.list_page(alice, installation, None, 10)[0]
    assert [(one["external_id"], one["direction"], one["payload"]["mail"]) for one in waiting] == [("000123", "in", "not an address")]
    assert "email" in waiting[0]["reason"]
    assert replaying.retry(alice, installation, waiting[0]["id"]) == {
        "object": "quarantine_retry", "retried": 1, "released": 0, "remaining": 1,
    }  # fmt: skip
    vendor.put("000123", mail="mended@example.com")
    assert replaying.retry(alice, installation, waiting[0]["id"])["released"] == 1
    assert count(alice) == rows
    assert sync(alice, installation)["state"] == "succeeded"


def test_a_row_that_comes_mended_with_the_next_sync_leaves_the_quarantine(alice: Actor, vendor: TinyVendor) -> None:
    vendor.fill(5)
    vendor.put("000001", mail=None)
    installation = install(alice, vendor)
    sync(alice, installation)
    assert replaying.list_page(alice, installation, None, 10)[0][0]["code"] == "mapping_failed"
    vendor.put("000001", mail="p000001@example.com")
    sync(alice, installation)
    assert replaying.list_page(alice, installation, None, 10)[0] == []
    assert len(contacts(alice)) == 5


@pytest.mark.criterion("connectors-17")
def test_a_page_of_which_most_cannot_be_used_stops_the_run(alice: Actor, vendor: TinyVendor) -> None:
    vendor.fill(40)
    for number in range(25):
        vendor.put(f"{number:06d}", mail="renamed field")
    found = sync(alice, install(alice, vendor))
    assert (found["state"], found["error"]["code"]) == ("failed", "too_many_refused")


@pytest.mark.criterion("connectors-26")
def test_nobody_else_sees_or_retries_what_was_set_aside(alice: Actor, bob: Actor, charlie: Actor, vendor: TinyVendor) -> None:
    vendor.fill(1)
    vendor.put("000000", mail="no address")
    installation = install(alice, vendor)
    sync(alice, installation)
    row_id = replaying.list_page(alice, installation, None, 10)[0][0]["id"]
    for attempt in (lambda: replaying.list_page(charlie, installation, None, 10), lambda: replaying.retry(charlie, installation, row_id)):
        with pytest.raises(Missing):
            attempt()
    with pytest.raises(Denied):
        replaying.retry(bob, installation, row_id)
    with pytest.raises(Denied):
        replaying.discard(bob, installation, row_id)
    replaying.discard(alice, installation, row_id)
    assert replaying.list_page(alice, installation, None, 10)[0] == []
