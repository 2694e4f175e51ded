"""Writing pages is quick enough for any vendor's pace, and goes through the same events and audit as every change."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from server.domain.actor import Actor
from server.services.syncing.applying import Applier, permitted
from server.services.syncing.counting import Counts
from server.services.syncing.fields import Fields
from server.store import database, installations
from tests.server.services.syncing.rig import contacts, count, install, opened, sync, vendor
from tests.server.services.syncing.vendor import TinyVendor

__all__ = ["vendor"]


@pytest.mark.criterion("connectors-25")
@pytest.mark.alone
def test_two_thousand_records_a_second_are_taken_over(alice: Actor, vendor: TinyVendor, database_kind: str, figure: Callable[[str], None]) -> None:
    rows = 1_500
    vendor.fill(rows)
    with opened(alice, install(alice, vendor)) as connection:
        resource = connection.connector.resource("people")
        records = [resource.record(row) for row in vendor.rows.values()]
        applier = Applier(connection, "people", Fields(connection.maps["people"]), "newest", Counts())
        begun = time.thread_time()
        for start in range(0, rows, 100):
            with database.transaction():
                applier.apply(records[start : start + 100], "", 1)
        rate = rows / (time.thread_time() - begun)
    figure(f"{rate:.0f} records for each second of one core, {database_kind}")
    assert count(alice) == rows
    assert rate >= (2_000 if database_kind == "sqlite" else 1_000)


def test_what_came_in_is_audited_in_the_name_of_the_installation(alice: Actor, vendor: TinyVendor) -> None:
    vendor.fill(1)
    installation = install(alice, vendor)
    sync(alice, installation)
    found = database.rows("SELECT actor_kind, actor_id FROM audit WHERE action = 'contact.created'")
    assert found == [("system", installation)]


def test_two_rows_of_one_address_become_two_records(alice: Actor, vendor: TinyVendor) -> None:
    for number in range(2):
        vendor.put(f"00000{number}", mail="same@example.com", first=f"Twin {number}")
    sync(alice, install(alice, vendor))
    assert count(alice) == 2
    assert contacts(alice)["same@example.com"]["first_name"].startswith("Twin")


def test_an_installation_without_the_permission_to_write_reads_nothing(alice: Actor, vendor: TinyVendor) -> None:
    vendor.fill(3)
    installation = install(alice, vendor)
    with database.transaction():
        installations.note(alice.tenant_id, alice.mode, installation, {"permissions": ["contacts:read"]})
    with opened(alice, installation) as connection:
        fields = Fields(connection.maps["people"])
        assert (permitted(connection, fields, "read"), permitted(connection, fields, "write")) == (True, False)
    assert sync(alice, installation)["counts"]["read"] == count(alice) == 0
