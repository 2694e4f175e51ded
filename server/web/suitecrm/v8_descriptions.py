"""What V8 says about itself: fields, columns, searches and an OpenAPI document of its addresses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import orjson

from server.services.suitecrm.declaration import TYPES
from server.services.suitecrm.places import At, Reference
from server.store import tenants

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.domain.actor import Actor
    from server.services.suitecrm.declaration import Field, Module

_COLUMNS: Final = 10
_SHOWN: Final = frozenset({"varchar", "name", "fullname", "phone", "email", "enum", "relate", "currency", "date", "datetime", "datetimecombo"})
_STRING: Final = {"type": "string"}


def fields_document(module: Module, fields: Mapping[str, Field]) -> dict[str, Any]:
    """Return what each field of a module is, its links among them."""
    found = {name: _field(field) for name, field in fields.items()}
    for link in module.links.values():
        found.setdefault(
            link.name,
            {
                "type": "link",
                "dbType": "link",
                "required": False,
                "source": "non-db",
                "relationship": f"{module.name.lower()}_{link.module.lower()}",
            },
        )
    return {"data": {"type": "fields", "attributes": found}}


def _field(field: Field) -> dict[str, Any]:
    found: dict[str, Any] = {"type": field.type, "dbType": TYPES[field.type][1], "required": field.required}
    if not isinstance(field.place, At | Reference) and field.name not in {"id", "deleted"}:
        found["source"] = "non-db"
    if field.name.endswith("_c"):
        found["source"] = "custom_fields"
    if field.length:
        found["len"] = field.length
    return found


def columns(module: Module, fields: Mapping[str, Field]) -> list[dict[str, Any]]:
    """Return the columns that a list shows first."""
    shown = [field for field in fields.values() if field.type in _SHOWN and not field.name.startswith(("modified", "created", "date_"))]
    return [_column(module, field) for field in shown[:_COLUMNS]]


def _column(module: Module, field: Field) -> dict[str, Any]:
    return {
        "fieldName": field.name.upper(),
        "width": f"{100 // _COLUMNS}%",
        "label": field.label,
        "link": field.name == "name",
        "default": True,
        "module": field.related or module.name,
        "id": field.id_name.upper(),
        "sortable": field.place.order is not None,
        "customCode": "",
    }


def search_document(module: Module, fields: Mapping[str, Field]) -> dict[str, Any]:
    """Return what a module is searched by."""
    searched = [{"name": field.name, "label": field.label, "type": field.type} for field in fields.values() if field.type in _SHOWN]
    described = {one["name"]: {"query_type": "default", "vname": one["label"]} for one in searched}
    found = {"module": module.name, "templateMeta": {"maxColumns": "3"}, "basic": searched[:5], "advanced": searched, "fields": described}
    return {"data": {"type": "SearchDefs", "attributes": found}}


def preferences(actor: Actor) -> dict[str, str]:
    """Return how a tenant's people see dates and money."""
    tenant = tenants.find(actor.tenant_id) or {}
    return {
        "timezone": tenant.get("timezone", "UTC"),
        "default_language": tenant.get("language", "en"),
        "currency": tenant.get("currency", "EUR"),
        "datef": "Y-m-d",
        "timef": "H:i",
    }


def swagger(base: str, table: Sequence[tuple[str, str, Any, str]]) -> bytes:
    """Return an OpenAPI 3.0.0 document of the addresses in a table, which lie below a base."""
    paths: dict[str, dict[str, Any]] = {}
    for method, path, _, summary in table:
        named = [{"name": name, "in": "path", "required": True, "schema": _STRING} for name in re.findall(r"{(\w+)}", path)]
        operation = {"summary": summary, "parameters": named, "responses": {"200": {"description": "Success"}, "400": {"description": "Refused"}}}
        paths.setdefault(path, {})[method.lower()] = operation
    document = {
        "openapi": "3.0.0",
        "info": {"title": "SuiteCRM V8 compatible interface", "version": "8.1"},
        "servers": [{"url": base}],
        "paths": paths,
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)
