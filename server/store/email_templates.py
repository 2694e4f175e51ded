"""Templates of mail and their versions: a version never changes, so what a message was made of can always be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database
from server.store.tables import Row
from server.store.tenant_table import TenantRows

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEMPLATES: Final = TenantRows(
    "email_templates",
    ("id", "tenant_id", "mode", "name", "description", "current", "version", "created_at", "updated_at", "deleted_at"),
    ("name", "description", "current", "version", "updated_at", "deleted_at"),
)
_VERSIONS: Final = TenantRows(
    "email_template_versions",
    ("template_id", "number", "tenant_id", "mode", "subject", "html", "text", "mjml", "sample", "created_by", "created_at"),
)


def insert(tenant_id: str, mode: str, row: Mapping[str, Any]) -> None:
    """Insert a template. Raises Conflict when one has this name."""
    _TEMPLATES.insert(tenant_id, mode, row)


def find(tenant_id: str, mode: str, template_id: str) -> Row | None:
    """Return a template, or None."""
    return _TEMPLATES.find(tenant_id, mode, template_id)


def find_by_name(tenant_id: str, mode: str, name: str) -> Row | None:
    """Return a template, or None."""
    return _TEMPLATES.first(tenant_id, mode, "name = ?", (name,))


def page(tenant_id: str, mode: str, before: str, limit: int) -> list[Row]:
    """Return templates, the newest first."""
    return _TEMPLATES.page(tenant_id, mode, before, limit)


def update(tenant_id: str, mode: str, row: Mapping[str, Any], version: int) -> bool:
    """Write a template over a version; False when somebody else was faster."""
    return _TEMPLATES.update(tenant_id, mode, row, version)


def insert_version(tenant_id: str, mode: str, row: Mapping[str, Any]) -> None:
    """Insert a version of a template."""
    _VERSIONS.insert(tenant_id, mode, row)


def find_version(tenant_id: str, mode: str, template_id: str, number: int) -> Row | None:
    """Return a version of a template, or None."""
    return _VERSIONS.first(tenant_id, mode, "template_id = ? AND number = ?", (template_id, number))


def versions(tenant_id: str, mode: str, template_id: str, limit: int) -> list[Row]:
    """Return the versions of a template, the newest first."""
    sql = f"{_VERSIONS.select} WHERE tenant_id = ? AND mode = ? AND template_id = ? ORDER BY number DESC LIMIT ?"
    return [_VERSIONS.row(row) for row in database.rows(sql, (tenant_id, mode, template_id, limit))]
