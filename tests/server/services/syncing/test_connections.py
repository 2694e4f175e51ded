"""What an installation knows in secret is used for its vendor alone, and stands nowhere that anybody reads."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict, Later
from server.outbound.vendors.values import ConnectorError
from server.services import custom_fields
from server.services.custom_fields import NewField
from server.services.syncing import connections, replaying, runs, testing
from server.store import database, installations
from tests.server.services.syncing.rig import install, opened, sync, vendor
from tests.server.services.syncing.vendor import Answered, TinyVendor

__all__ = ["vendor"]
SECRET = "sesame-opens"


def spellings() -> set[str]:
    return {SECRET, quote(SECRET), base64.b64encode(SECRET.encode()).decode().rstrip("="), SECRET.encode().hex()}


@pytest.mark.criterion("connectors-7")
def test_a_planted_secret_stands_in_no_row_answer_or_log(
    alice: Actor, vendor: TinyVendor, tmp_path: Path, capfd: pytest.CaptureFixture[str], database_kind: str
) -> None:
    vendor.fill(3)
    installation = install(alice, vendor)
    vendor.fault = lambda asked: Answered(400, {"message": f"bad header Authorization: {asked.headers['Authorization']}"})
    told: list[Any] = [sync(alice, installation), testing.test(alice, installation)]
    vendor.fault = lambda _: None
    told += [testing.test(alice, installation), sync(alice, installation), runs.list_page(alice, installation, None, 10)]
    told.append(replaying.list_page(alice, installation, None, 10))
    with opened(alice, installation) as connection:
        told.append(repr((connection, connection.connector, connection.connector.context)))
    said = capfd.readouterr()
    tables = [table for table in database.db.get_tables() if not table.startswith(("search_", "sqlite_"))]
    dump = "\n".join(repr(database.rows(f"SELECT * FROM {table}")) for table in tables)  # noqa: S608 - the database's own names
    for spelling in spellings():
        for place, text in (("answers", json.dumps(told)), ("logs", said.out + said.err), ("rows", dump)):
            assert spelling not in text, place
    assert vendor.calls[0].headers["Authorization"] == f"Token {SECRET}"


def test_what_a_vendor_refuses_is_told_to_who_waits_with_its_remedy(alice: Actor, vendor: TinyVendor) -> None:
    row = installations.find(alice.tenant_id, alice.mode, install(alice, vendor))
    assert row is not None
    for status, kind, code in ((401, Conflict, "vendor_refused"), (503, Later, "vendor_waits")):
        vendor.fault = lambda _, status=status: Answered(status, {}, {"Retry-After": "60"} if status == 503 else {})  # type: ignore[misc]
        with pytest.raises(kind) as refused, connections.asked(row) as connection:
            list(connection.driver.run(connection.connector.test_connection()))
        assert refused.value.stable_code == code


def test_users_own_field_maps_take_the_place_of_the_connectors(alice: Actor, vendor: TinyVendor) -> None:
    installation = install(alice, vendor)
    with database.transaction():
        installations.note(alice.tenant_id, alice.mode, installation, {"mappings": {"people": {"title": "job", "phone": None}}})
    with opened(alice, installation) as connection:
        local = {one.local for one in connection.maps["people"].fields}
    assert "title" in local
    assert "phone" not in local


def test_a_map_of_a_field_that_became_encrypted_stops_the_installation(alice: Actor, vendor: TinyVendor) -> None:
    installation = install(alice, vendor)
    with database.transaction():
        installations.note(alice.tenant_id, alice.mode, installation, {"mappings": {"people": {"custom.pan": "job"}}})
    custom_fields.create(alice, "contacts", NewField(name="pan", type="encrypted"))
    with pytest.raises(ConnectorError, match=r"custom\.pan is an encrypted field") as refused, opened(alice, installation):
        pass
    assert refused.value.stable_code == "encrypted_field"
    assert vendor.calls == []


def test_a_connector_is_told_which_of_the_vendors_fields_are_read(alice: Actor, vendor: TinyVendor) -> None:
    installation = install(alice, vendor)
    with database.transaction():
        entries = {"people": {"custom.size": "shoes", "phone": {"remote": "call", "way": "out"}, "address.city": None}}
        installations.note(alice.tenant_id, alice.mode, installation, {"mappings": entries})
    with opened(alice, installation) as connection:
        wanted = connection.connector.context.wanted
    assert (sorted(wanted["people"]), sorted(wanted["changes"])) == (["firm", "first", "last", "mail", "shoes"], ["first", "last", "mail"])
