"""Templates and their versions: a name is taken once, a version is there for good."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict
from server.store import database, email_templates


def test_versions_of_a_template_are_listed_from_the_newest(alice: Actor, charlie: Actor) -> None:
    row = {"id": "tpl_1", "name": "receipt", "current": 2, "version": 1, "created_at": 1, "updated_at": 1}
    email_templates.insert(alice.tenant_id, alice.mode, row)
    with pytest.raises(Conflict), database.transaction():
        email_templates.insert(alice.tenant_id, alice.mode, {**row, "id": "tpl_2"})
    for number in (1, 2):
        version = {"template_id": "tpl_1", "number": number, "subject": f"s{number}", "sample": "{}", "created_at": 1}
        email_templates.insert_version(alice.tenant_id, alice.mode, version)
    assert [one["subject"] for one in email_templates.versions(alice.tenant_id, alice.mode, "tpl_1", 9)] == ["s2", "s1"]
    found = email_templates.find_version(alice.tenant_id, alice.mode, "tpl_1", 1)
    assert found is not None
    assert found["subject"] == "s1"
    assert email_templates.find_version(charlie.tenant_id, charlie.mode, "tpl_1", 1) is None
    assert email_templates.find_by_name(charlie.tenant_id, charlie.mode, "receipt") is None
