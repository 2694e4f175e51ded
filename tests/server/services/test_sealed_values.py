"""Encrypted fields: the record has a mask, the value lies sealed, and only who may reveal it ever sees it again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from server.domain.actor import Actor
from server.domain.errors import Denied, Invalid, Limited, Missing, Unprocessable
from server.services import custom_fields, doctor, merges, object_types, records, sealed_values, search, vaults
from server.services.custom_fields import FieldChange, NewField
from server.services.merges import Merge, Undo
from server.services.object_types import NewObjectType
from server.services.sealed_values import MOST_A_MINUTE, Reveal
from server.store import database, events, retention
from server.system import clock
from server.system.crypto import Vault
from tests.server.crm import index, kind, limited, listed, made

CONTACT = kind("contact")
SECRET, OTHER, TWIN = "4111111111111234", "5500005555555559", "9999888877771234"


@pytest.fixture(autouse=True)
def declared(alice: Actor) -> None:
    """Declare the encrypted field `pan` of contacts."""
    custom_fields.create(alice, "contacts", NewField(name="pan", type="encrypted"))


def shown(actor: Actor, record_id: str, *names: str) -> dict[str, Any]:
    found: dict[str, Any] = sealed_values.reveal(actor, CONTACT, record_id, Reveal(fields=list(names or ("pan",))))["fields"]
    return found


def told(actor: Actor, record_id: str) -> list[dict[str, Any]]:
    """Return the events about a record, the oldest first."""
    return [orjson.loads(body) for body in reversed(events.about(actor.tenant_id, actor.mode, record_id, 100))]


def everything() -> str:
    """Return every text of every row that is not sealed."""
    tables = [name for name in database.db.get_tables() if not name.startswith("sqlite_")]
    return "\n".join(repr(row) for table in tables for row in database.rows(f"SELECT * FROM {table}"))  # noqa: S608 - a table's own name


def count() -> int:
    found = database.row("SELECT COUNT(*) FROM sealed_values WHERE kept_for = ''")
    return int(found[0]) if found else 0


def test_a_record_holds_the_mask_and_reveal_the_value(alice: Actor) -> None:
    one = made(alice, "contact", first_name="Ada", custom={"pan": SECRET})
    assert one["custom"] == {"pan": "••••1234"}
    assert records.get(alice, CONTACT, one["id"])["custom"] == {"pan": "••••1234"}
    assert shown(alice, one["id"]) == {"pan": SECRET}
    index()
    assert SECRET not in everything()


def test_the_mask_sent_back_changes_nothing_and_null_removes(alice: Actor) -> None:
    one = made(alice, "contact", first_name="Ada", custom={"pan": SECRET})
    again = records.replace(alice, CONTACT, one["id"], records.given(CONTACT, one))
    assert (again["version"], shown(alice, one["id"])) == (1, {"pan": SECRET})
    renamed = records.update(alice, CONTACT, one["id"], {"first_name": "Grace", "custom": {"pan": "••••1234"}})
    assert (renamed["version"], shown(alice, one["id"])) == (2, {"pan": SECRET})
    bare = records.update(alice, CONTACT, one["id"], {"custom": {"pan": None}})
    assert (bare["custom"], shown(alice, one["id"]), count()) == ({}, {"pan": None}, 0)


def test_another_value_with_the_same_mask_is_a_change(alice: Actor) -> None:
    one = made(alice, "contact", first_name="Ada", custom={"pan": SECRET})
    after = records.update(alice, CONTACT, one["id"], {"custom": {"pan": TWIN}})
    assert (after["version"], after["custom"], shown(alice, one["id"])) == (2, {"pan": "••••1234"}, {"pan": TWIN})
    assert told(alice, one["id"])[1]["data"]["changes"] == {"custom.pan": ["••••1234", "••••1234"]}
    row = database.row("SELECT changes FROM audit WHERE action = 'contact.updated'")
    assert row is not None
    assert orjson.loads(row[0]) == {"custom.pan": ["••••1234", "••••1234"]}


def test_writing_the_same_value_again_does_not_tell_that_it_is_the_same(alice: Actor) -> None:
    one = made(alice, "contact", first_name="Ada", custom={"pan": SECRET})
    assert records.update(alice, CONTACT, one["id"], {"custom": {"pan": SECRET}})["version"] == 2


@pytest.mark.parametrize("value", ["••••9999", "••••", "••••1234"])
def test_a_mask_that_the_record_does_not_show_is_refused(alice: Actor, value: str) -> None:
    one = made(alice, "contact", first_name="Ada", custom={"pan": OTHER})
    with pytest.raises(Unprocessable) as refused:
        records.update(alice, CONTACT, one["id"], {"custom": {"pan": value}})
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [("/custom/pan", "masked_value")]
    with pytest.raises(Unprocessable):
        made(alice, "contact", custom={"pan": value})
    assert shown(alice, one["id"]) == {"pan": OTHER}


@pytest.mark.parametrize("value", [1, True, ["x"], {"a": 1}, "x" * 10_001])
def test_only_a_text_is_taken(alice: Actor, value: Any) -> None:
    with pytest.raises(Unprocessable) as refused:
        made(alice, "contact", custom={"pan": value})
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [("/custom/pan", "invalid_custom_field")]
    assert "xxx" not in str(refused.value.faults)


@pytest.mark.parametrize("text", ["filter[custom.pan][eq]=x", "filter[custom.pan][ilike]=4111%25", "sort=-custom.pan"])
def test_nothing_is_compared_with_it_or_sorted_by_it(alice: Actor, text: str) -> None:
    with pytest.raises(Invalid, match=r"'custom\.pan' is encrypted") as refused:
        listed(alice, "contact", text)
    assert refused.value.stable_code == "encrypted_field"


def test_whether_there_is_a_value_can_be_asked(alice: Actor) -> None:
    one, other = made(alice, "contact", first_name="Ada", custom={"pan": SECRET}), made(alice, "contact", first_name="Bob")
    found = [[row["id"] for row in listed(alice, "contact", f"filter[custom.pan][null]={answer}")] for answer in ("false", "true")]
    assert found == [[one["id"]], [other["id"]]]


def test_nothing_is_compared_through_a_reference_either(alice: Actor) -> None:
    with pytest.raises(Invalid, match="encrypted"):
        listed(alice, "deal", "filter[contact.custom.pan][like]=4%25")


def test_the_search_finds_neither_value_nor_mask(alice: Actor) -> None:
    one = made(alice, "contact", first_name="Ada", custom={"pan": SECRET})
    index()
    assert [hit["id"] for hit in search.find(alice, "Ada", [], 5)] == [one["id"]]
    assert [search.find(alice, text, [], 5) for text in (SECRET, "1234")] == [[], []]


def test_each_reveal_is_an_event_and_an_audit_entry_without_the_value(alice: Actor) -> None:
    one = made(alice, "contact", first_name="Ada", custom={"pan": SECRET})
    shown(alice, one["id"])
    shown(alice, one["id"], "pan", "pan")
    found = [event for event in told(alice, one["id"]) if event["type"] == "field.revealed"]
    assert [event["data"]["record"] for event in found] == [
        {"object": "field", "id": one["id"], "resource": "contacts", "fields": ["pan"], "actor": {"kind": "user", "id": "usr_alice"}}
    ] * 2
    rows = database.rows("SELECT actor_id, object_id, changes FROM audit WHERE action = 'field.revealed'")
    assert [(who, which, orjson.loads(what)) for who, which, what in rows] == [("usr_alice", one["id"], {"contacts": [None, ["pan"]]})] * 2


def test_only_admins_with_the_scope_may_reveal(alice: Actor, charlie: Actor) -> None:
    one = made(alice, "contact", first_name="Ada", custom={"pan": SECRET})
    for actor in (replace(alice, role="member"), replace(alice, role="viewer"), limited(alice, "contacts:write"), limited(alice, "encrypted:read")):
        with pytest.raises(Denied):
            shown(actor, one["id"])
    for actor in (replace(alice, role="admin"), limited(alice, "contacts:read", "encrypted:read")):
        assert shown(actor, one["id"]) == {"pan": SECRET}
    for stranger in (charlie, replace(alice, mode="test")):
        with pytest.raises(Missing):
            shown(stranger, one["id"])
    with pytest.raises(Unprocessable) as refused:
        shown(alice, one["id"], "pan", "first_name")
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [("/fields/1", "not_encrypted")]


def test_a_caller_reveals_so_many_fields_in_a_minute(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    one = made(alice, "contact", first_name="Ada", custom={"pan": SECRET})
    monkeypatch.setattr(clock, "now_ms", lambda: 1_800_000_015_000)
    for _ in range(MOST_A_MINUTE):
        shown(alice, one["id"])
    with pytest.raises(Limited) as refused:
        shown(alice, one["id"])
    assert (refused.value.retry_after, refused.value.stable_code) == (45, "too_many_reveals")
    assert shown(limited(replace(alice, id="key_other"), "*"), one["id"]) == {"pan": SECRET}
    monkeypatch.setattr(clock, "now_ms", lambda: 1_800_000_060_000)
    assert shown(alice, one["id"]) == {"pan": SECRET}


def test_a_sealed_value_opens_in_its_own_place_alone(alice: Actor) -> None:
    first = made(alice, "contact", first_name="Ada", custom={"pan": SECRET})
    second = made(alice, "contact", first_name="Bob", custom={"pan": OTHER})
    sql = "UPDATE sealed_values SET sealed = (SELECT sealed FROM sealed_values WHERE record_id = ?) WHERE record_id = ?"
    with database.transaction():
        database.execute(sql, (first["id"], second["id"]))
    with pytest.raises(Exception, match="belongs to something else"):
        shown(alice, second["id"])
    assert sealed_values.unreadable(10) == (2, [f"pan of {second['id']}"])


def test_the_doctor_says_what_cannot_be_opened(alice: Actor) -> None:
    one = made(alice, "contact", first_name="Ada", custom={"pan": SECRET})
    examination = next(row for row in doctor.EXAMINATIONS if row.name == "encrypted fields")
    assert examination.look(None)[:2] == ("ok", "of their values 1 tried, all can be opened")  # type: ignore[arg-type]
    vaults.install(Vault({1: bytes([9]) * 32}, 1))
    state, says, mend = examination.look(None)  # type: ignore[arg-type]
    assert (state, one["id"] in says, "master key" in mend) == ("wrong", True, True)


def test_a_record_takes_its_values_to_the_bin_and_back_and_retention_ends_them(alice: Actor) -> None:
    one = made(alice, "contact", first_name="Ada", custom={"pan": SECRET})
    records.remove(alice, CONTACT, one["id"])
    with pytest.raises(Missing):
        shown(alice, one["id"])
    records.restore(alice, CONTACT, one["id"])
    assert shown(alice, one["id"]) == {"pan": SECRET}
    records.remove(alice, CONTACT, one["id"])
    with database.transaction():
        retention.remove_records(CONTACT, clock.now_ms() + 1000, 10)
    assert count() == 0


def test_a_field_dropped_by_force_takes_its_values_along(alice: Actor) -> None:
    one = made(alice, "contact", first_name="Ada", custom={"pan": SECRET})
    custom_fields.remove(alice, "contacts", "pan", force=True)
    assert (count(), records.get(alice, CONTACT, one["id"])["custom"]) == (0, {})
    custom_fields.create(alice, "contacts", NewField(name="pan", type="encrypted"))
    assert shown(alice, one["id"]) == {"pan": None}


def test_no_field_changes_its_type(alice: Actor) -> None:
    custom_fields.create(alice, "contacts", NewField(name="plain", type="text"))
    assert custom_fields.update(alice, "contacts", "plain", FieldChange(type="text", label="Plain"))["label"] == "Plain"
    with pytest.raises(Unprocessable, match=r"Declare another field.*audit trail") as refused:
        custom_fields.update(alice, "contacts", "plain", FieldChange(type="encrypted"))
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [("/type", "field_type_fixed")]


def test_a_required_one_has_to_be_given(alice: Actor) -> None:
    custom_fields.update(alice, "contacts", "pan", FieldChange(required=True))
    with pytest.raises(Unprocessable) as refused:
        made(alice, "contact", first_name="Ada")
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [("/custom/pan", "missing")]
    made(alice, "contact", first_name="Ada", custom={"pan": SECRET})


def test_a_merge_carries_values_over_and_its_undo_takes_them_back(alice: Actor) -> None:
    custom_fields.create(alice, "contacts", NewField(name="iban", type="encrypted"))
    first = made(alice, "contact", first_name="Ann", custom={"pan": SECRET})
    second = made(alice, "contact", first_name="Anna", custom={"pan": OTHER, "iban": "DE89370400440532013000"})
    third = made(alice, "contact", first_name="A.", custom={"iban": "DE00000000000000000000"})
    survivor, merge = merges.merge(alice, CONTACT, first["id"], Merge(duplicates=[second["id"], third["id"]]))
    assert survivor["custom"] == {"pan": "••••1234", "iban": "••••3000"}
    assert shown(alice, first["id"], "pan", "iban") == {"pan": SECRET, "iban": "DE89370400440532013000"}
    assert "DE8937" not in everything()
    merges.undo(alice, CONTACT, first["id"], Undo(merge_id=merge["id"]))
    assert shown(alice, first["id"], "pan", "iban") == {"pan": SECRET, "iban": None}
    assert shown(alice, second["id"], "pan", "iban") == {"pan": OTHER, "iban": "DE89370400440532013000"}


def test_a_type_of_the_tenants_own_has_them_too(alice: Actor) -> None:
    fields = [NewField(name="plate", type="text"), NewField(name="code", type="encrypted", required=True)]
    object_types.create(alice, NewObjectType(name="vehicle", fields=fields))
    vehicle = object_types.resource(alice, "vehicle")
    one = records.create(alice, vehicle, {"plate": "B-AB 123", "code": SECRET})
    assert one["code"] == "••••1234"
    again = records.update(alice, vehicle, one["id"], {"plate": "B-AB 124", "code": "••••1234"})
    assert sealed_values.reveal(alice, vehicle, one["id"], Reveal(fields=["code"]))["fields"] == {"code": SECRET}
    twin = records.update(alice, vehicle, one["id"], {"code": TWIN})
    assert (again["version"], twin["version"]) == (2, 3)
    assert told(alice, one["id"])[-1]["data"]["changes"] == {"code": ["••••1234", "••••1234"]}
    for text in ("filter[code][eq]=x", "sort=code"):
        with pytest.raises(Invalid, match="'code' is encrypted"):
            listed(alice, vehicle, text)
    with pytest.raises(Unprocessable) as refused:
        records.create(alice, vehicle, {"code": "••••1234"})
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [("/code", "masked_value")]
    index()
    assert SECRET not in everything()
