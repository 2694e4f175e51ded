"""The table of custom fields is what the modules need, no more and no less."""

from __future__ import annotations

from server.services.legacy_fields import NEEDED
from server.services.suitecrm.declaration import TYPES, custom_path
from server.services.suitecrm.modules import MODULES


def test_every_field_that_a_module_keeps_in_a_custom_field_is_declared_with_its_type() -> None:
    wanted: dict[str, dict[str, str]] = {}
    for module in MODULES.values():
        for field in module.fields.values():
            path = custom_path(field)
            if path is not None and module.resource is not None:
                known = wanted.setdefault(module.resource.plural, {}).setdefault(path[1], TYPES[field.type][0].custom)
                assert known == TYPES[field.type][0].custom, f"{field.name} has two types"
        for link in module.links.values():
            holder = module if link.ours else MODULES[link.module]
            if link.further and holder.resource is not None:
                wanted.setdefault(holder.resource.plural, {})[link.further] = "text"
    assert {plural: {name: kind for kind, names in kinds.items() for name in names} for plural, kinds in NEEDED.items()} == wanted
