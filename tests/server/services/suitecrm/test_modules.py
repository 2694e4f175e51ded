"""The table of modules holds together: links lead somewhere, paths exist, and nothing needs a custom field that is not declared."""

from __future__ import annotations

import pytest

from server.services.suitecrm.declaration import TYPES, Module
from server.services.suitecrm.modules import MODULES
from server.services.suitecrm.places import At, NameOf, Reference
from server.store.declaration import SYSTEM_FIELDS

ASKED_FOR = {"Accounts", "Contacts", "Leads", "Opportunities", "Calls", "Meetings", "Tasks", "Notes", "Emails", "Documents", "Users"}


def test_every_module_that_was_asked_for_is_there_under_its_own_name() -> None:
    assert set(MODULES) == ASKED_FOR
    assert len({module.object for module in MODULES.values()}) == len(ASKED_FOR)


@pytest.mark.parametrize("module", MODULES.values(), ids=lambda module: module.name)
def test_every_link_leads_to_a_module_whose_records_it_can_find(module: Module) -> None:
    for link in module.links.values():
        other = MODULES[link.module]
        holder = module if link.ours else other
        assert holder.resource is not None
        assert link.field == "owner_id" or link.field in holder.resource.fields


@pytest.mark.parametrize("module", [one for one in MODULES.values() if one.resource], ids=lambda module: module.name)
def test_every_field_lies_in_a_field_of_ours_and_has_a_type(module: Module) -> None:
    assert module.resource is not None
    known = {*module.resource.fields, *SYSTEM_FIELDS, "custom", "created_at", "updated_at"}
    for field in module.fields.values():
        assert field.type in TYPES, field.name
        if isinstance(field.place, At):
            assert field.place.path[0] in known, field.name
        if isinstance(field.place, Reference | NameOf):
            assert field.place.name in known, field.name
        if field.id_name:
            assert field.id_name in module.fields, field.name
