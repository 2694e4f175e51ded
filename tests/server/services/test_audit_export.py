"""The exported trail holds every entry once, in order, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.actor import Actor
from server.domain.errors import Denied
from server.services import audit_export, events


def lines(pieces: object) -> list[dict[str, object]]:
    return [orjson.loads(line) for line in b"".join(pieces).splitlines()]  # type: ignore[arg-type]


def test_every_entry_comes_once_in_order_and_the_export_itself_is_the_last(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_export, "BATCH", 3)
    for number in range(7):
        events.record_audit(alice, "contact.updated", str(number))
    found = lines(audit_export.export(alice, {}, "jsonl"))
    assert [entry["target"]["id"] for entry in found[:-1]] == [str(number) for number in range(7)]  # type: ignore[index]
    assert found[-1]["action"] == "audit.exported"
    assert lines(audit_export.export(alice, {"object_id": "3"}, "jsonl")) == [found[3]]


def test_operators_export_everything_or_one_tenant(alice: Actor, charlie: Actor, operator: Actor, bob: Actor) -> None:
    for owner in (alice, charlie):
        events.record_audit(owner, "contact.updated", "con_1")
    of_it = {"action": "contact.updated"}
    assert [entry["tenant_id"] for entry in lines(audit_export.export_all(operator, None, of_it, "jsonl"))] == [alice.tenant_id, charlie.tenant_id]
    assert [entry["tenant_id"] for entry in lines(audit_export.export_all(operator, charlie.tenant_id, of_it, "jsonl"))] == [charlie.tenant_id]
    with pytest.raises(Denied):
        audit_export.export(bob, {}, "csv")
    with pytest.raises(Denied):
        audit_export.export_all(alice, None, {}, "csv")


@given(st.text(max_size=20))
def test_no_cell_begins_as_a_formula_does(text: str) -> None:
    written = audit_export._table([[audit_export._cell(text)]]).decode()
    (row,) = csv.reader(io.StringIO(written, newline="")) if written.strip() else ([""],)
    assert not (row and row[0].startswith(("=", "+", "-", "@", "\t", "\r")))
