"""Custom fields: what tenants add to resources, and the check of what is written into them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

import orjson

from server.domain.errors import Fault
from server.store import custom_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from server.store.declaration import Resource


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _date(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False


TYPES: Final[dict[str, tuple[str, Callable[[Any], bool]]]] = {
    "text": ("a text", lambda value: isinstance(value, str)),
    "number": ("a number", _number),
    "boolean": ("true or false", lambda value: isinstance(value, bool)),
    "date": ("a date such as 2026-11-20", _date),
    "choice": ("one of its options", lambda value: isinstance(value, str)),
}


def types(tenant_id: str, mode: str, resource: Resource) -> Mapping[str, str]:
    """Return the type of every custom field of a resource, by name."""
    return {name: kind for name, kind, _, _ in custom_fields.declared(tenant_id, mode, resource.plural)}


def check(tenant_id: str, mode: str, resource: Resource, values: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
    """Return the values to store, nulls left out, and what is wrong with them."""
    declared = {name: (kind, required, options) for name, kind, required, options in custom_fields.declared(tenant_id, mode, resource.plural)}
    faults = [
        Fault(f"/custom/{name}", "undeclared_custom_field", f"'{name}' is not declared for {resource.plural}.")
        for name in values
        if name not in declared
    ]
    kept = {name: value for name, value in values.items() if value is not None}
    for name, value in kept.items():
        if name not in declared:
            continue
        kind, _, options = declared[name]
        words, fits = TYPES[kind]
        if not fits(value) or (kind == "choice" and value not in orjson.loads(options or "[]")):
            faults.append(Fault(f"/custom/{name}", "invalid_custom_field", f"This has to be {words}."))
    faults += [
        Fault(f"/custom/{name}", "missing", "This field is required.") for name, (_, required, _) in declared.items() if required and name not in kept
    ]
    return kept, faults
