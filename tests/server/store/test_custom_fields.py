"""Declarations of fields, and the values that lie under them in the records."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict
from server.services.custom_fields import NewField
from server.services.custom_fields import create as declare
from server.store import custom_fields, database
from tests.server.crm import kind, made


def row(name: str, **changes: Any) -> dict[str, Any]:
    return {"id": f"fld_{name}", "resource": "contacts", "name": name, "type": "text", "label": None, "required": 0, "options": None,
            "version": 1, "created_at": 1, "updated_at": 1, **changes}  # fmt: skip


def test_declarations_belong_to_one_tenant_and_mode(alice: Actor, charlie: Actor) -> None:
    ours = (alice.tenant_id, "live")
    custom_fields.insert(*ours, row("b", type="choice", options='["x"]', required=1))
    custom_fields.insert(*ours, row("a", created_at=2))
    assert custom_fields.declared(*ours, "contacts") == [("a", "text", False, None), ("b", "choice", True, '["x"]')]
    assert [one["name"] for one in custom_fields.all_of(*ours, "contacts")] == ["b", "a"]
    assert custom_fields.types(*ours) == {"contacts": {"a": "text", "b": "choice"}}
    for theirs in ((charlie.tenant_id, "live"), (alice.tenant_id, "test")):
        assert custom_fields.all_of(*theirs, "contacts") == []
        assert custom_fields.types(*theirs) == {}
        assert custom_fields.find(*theirs, "contacts", "a") is None
        assert not custom_fields.update(*theirs, row("a"), 1)
    with pytest.raises(Conflict), database.transaction():
        custom_fields.insert(*ours, row("a", id="fld_other"))


def test_a_declaration_is_written_over_the_version_that_was_seen(alice: Actor) -> None:
    ours = (alice.tenant_id, "live")
    custom_fields.insert(*ours, row("a"))
    assert custom_fields.update(*ours, row("a", label="A", version=2), 1)
    assert not custom_fields.update(*ours, row("a", label="B", version=2), 1)
    found = custom_fields.find(*ours, "contacts", "a")
    assert found is not None
    assert found["label"] == "A"
    custom_fields.remove(*ours, "contacts", "a")
    assert custom_fields.find(*ours, "contacts", "a") is None


def test_values_are_counted_and_cleared_in_one_tenant_alone(alice: Actor, charlie: Actor) -> None:
    for actor in (alice, charlie):
        declare(actor, "contacts", NewField(name="a", type="text"))
        made(actor, "contact", custom={"a": "x"})
    made(alice, "contact", custom={"a": "y"})
    made(alice, "contact")
    ours = (alice.tenant_id, "live", kind("contact"), "a")
    assert (custom_fields.used(*ours), custom_fields.used(*ours, "x"), custom_fields.used(*ours, "z")) == (2, 1, 0)
    custom_fields.clear(*ours, 5)
    assert custom_fields.used(*ours) == 0
    assert custom_fields.used(charlie.tenant_id, "live", kind("contact"), "a") == 1
