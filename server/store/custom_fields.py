"""Custom fields that tenants declare on resources; their values lie in the `custom` column of the records.

`resource` is the plural of a resource, `objects/<type>` for the fields of a tenant's own type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.store.declaration import Resource

COLUMNS: Final = ("id", "resource", "name", "type", "label", "required", "options", "version", "created_at", "updated_at")
_SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM custom_fields WHERE tenant_id = ? AND mode = ?"
Row = dict[str, Any]


def declared(tenant_id: str, mode: str, resource: str) -> list[tuple[str, str, bool, str | None]]:
    """Return `(name, type, required, options as JSON)` of every field declared on a resource, in the order of their names."""
    sql = "SELECT name, type, required, options FROM custom_fields WHERE tenant_id = ? AND mode = ? AND resource = ? ORDER BY name"
    return [(row[0], row[1], bool(row[2]), row[3]) for row in database.rows(sql, (tenant_id, mode, resource))]


def declared_on_types(tenant_id: str, mode: str) -> dict[str, list[tuple[str, str, bool, str | None]]]:
    """Return what `declared` does for every type of the tenant's own that has fields, by the name of the type."""
    sql = (
        "SELECT resource, name, type, required, options FROM custom_fields WHERE tenant_id = ? AND mode = ? AND resource LIKE 'objects/%'"
        " ORDER BY resource, name"
    )
    found: dict[str, list[tuple[str, str, bool, str | None]]] = {}
    for resource, name, kind, required, options in database.rows(sql, (tenant_id, mode)):
        found.setdefault(resource.removeprefix("objects/"), []).append((name, kind, bool(required), options))
    return found


def types(tenant_id: str, mode: str) -> dict[str, dict[str, str]]:
    """Return the type of every declared field, by resource and name."""
    found: dict[str, dict[str, str]] = {}
    for resource, name, kind in database.rows("SELECT resource, name, type FROM custom_fields WHERE tenant_id = ? AND mode = ?", (tenant_id, mode)):
        found.setdefault(resource, {})[name] = kind
    return found


def names_of_type(tenant_id: str, mode: str, kind: str) -> list[str]:
    """Return the names of the tenant's fields of one type, whatever resource they are declared on."""
    sql = "SELECT DISTINCT name FROM custom_fields WHERE tenant_id = ? AND mode = ? AND type = ? ORDER BY name"
    return [row[0] for row in database.rows(sql, (tenant_id, mode, kind))]


def all_of(tenant_id: str, mode: str, resource: str) -> list[Row]:
    """Return every field of a resource in the order in which they were declared."""
    found = database.rows(f"{_SELECT} AND resource = ? ORDER BY created_at, id", (tenant_id, mode, resource))
    return [dict(zip(COLUMNS, row, strict=True)) for row in found]


def find(tenant_id: str, mode: str, resource: str, name: str) -> Row | None:
    """Return a field, or None."""
    found = database.row(f"{_SELECT} AND resource = ? AND name = ?", (tenant_id, mode, resource, name))
    return dict(zip(COLUMNS, found, strict=True)) if found else None


def insert(tenant_id: str, mode: str, row: Mapping[str, Any]) -> None:
    """Insert a field. Raises Conflict when the name is taken."""
    names = ("tenant_id", "mode", *COLUMNS)
    values = {**row, "tenant_id": tenant_id, "mode": mode}
    database.execute(
        f"INSERT INTO custom_fields ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
        [values[name] for name in names],
    )


def update(tenant_id: str, mode: str, row: Mapping[str, Any], version: int) -> bool:
    """Write a field over a version; False when somebody else was faster."""
    sql = (
        "UPDATE custom_fields SET label = ?, required = ?, options = ?, version = ?, updated_at = ?"
        " WHERE tenant_id = ? AND mode = ? AND id = ? AND version = ?"
    )
    changed = [row[name] for name in ("label", "required", "options", "version", "updated_at")]
    return database.run(sql, [*changed, tenant_id, mode, row["id"], version]) == 1


def remove(tenant_id: str, mode: str, resource: str, name: str | None = None) -> None:
    """Remove one declaration, or all of a resource."""
    sql, values = "DELETE FROM custom_fields WHERE tenant_id = ? AND mode = ? AND resource = ?", [tenant_id, mode, resource]
    if name is not None:
        sql, values = f"{sql} AND name = ?", [*values, name]
    database.execute(sql, values)


def used(tenant_id: str, mode: str, resource: Resource, name: str, value: str | None = None) -> int:
    """Return how many records that are there hold a value in a field, or the one value given."""
    condition, values = _holds(resource, name), [tenant_id, mode]
    if value is not None:
        condition, values = f"{condition} AND {_text(resource, name)} = ?", [*values, value]
    sql = f"SELECT COUNT(*) FROM {resource.table} WHERE tenant_id = ? AND mode = ? AND deleted_at IS NULL AND {condition}"
    found = database.row(sql, values)
    return int(found[0]) if found else 0


def clear(tenant_id: str, mode: str, resource: Resource, name: str, at_ms: int) -> None:
    """Take a field's values out of every record, deleted ones included, so that none comes back with what is not declared."""
    emptied = f"json_remove(custom, '$.\"{name}\"')" if database.is_sqlite() else f"(custom::jsonb - '{name}')::text"
    database.execute(
        f"UPDATE {resource.table} SET custom = {emptied}, version = version + 1, updated_at = ?"
        f" WHERE tenant_id = ? AND mode = ? AND {_holds(resource, name)}",
        (at_ms, tenant_id, mode),
    )


def _holds(resource: Resource, name: str) -> str:
    found = f"json_type(custom, '$.\"{name}\"') IS NOT NULL" if database.is_sqlite() else f"jsonb_exists(custom::jsonb, '{name}')"
    return f"{found} AND {resource.only}" if resource.only else found


def _text(resource: Resource, name: str) -> str:
    column = f"{resource.table}.custom"
    return f"json_extract({column}, '$.\"{name}\"')" if database.is_sqlite() else f"({column}::jsonb ->> '{name}')"
