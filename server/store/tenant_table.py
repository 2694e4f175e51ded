"""A table of tenants' rows that are read and written whole: every query of it names the tenant and the mode."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from server.store import database
from server.store.tables import Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class TenantRows:
    """Rows with an `id`. `written` are the columns that a change may write, `blobs` those that hold bytes; removed rows keep a `deleted_at`."""

    table: str
    columns: tuple[str, ...]
    written: tuple[str, ...] = ()
    blobs: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def _whole(self) -> Table:
        return Table(self.table, self.columns, blobs=self.blobs)

    @property
    def select(self) -> str:
        """The beginning of a query for whole rows."""
        return self._whole.selection

    @cached_property
    def _owned(self) -> str:
        living = " AND deleted_at IS NULL" if "deleted_at" in self.columns else ""
        return f"tenant_id = ? AND mode = ?{living}"

    def row(self, values: Sequence[Any]) -> Row:
        """Return what a query that begins with `select` found."""
        return self._whole.row(values)

    def insert(self, tenant_id: str, mode: str, row: Mapping[str, Any], unless: str = "") -> bool:
        """Insert a row; with `unless`, such as `ON CONFLICT … DO NOTHING`, False when there was one."""
        return self._whole.insert({**row, "tenant_id": tenant_id, "mode": mode}, unless)

    def find(self, tenant_id: str, mode: str, row_id: str) -> Row | None:
        """Return a row, or None."""
        return self.first(tenant_id, mode, "id = ?", (row_id,))

    def first(self, tenant_id: str, mode: str, where: str, values: Sequence[Any] = ()) -> Row | None:
        """Return a row that meets a condition, or None."""
        return self._whole.find(f"{self._owned} AND {where} LIMIT 1", (tenant_id, mode, *values))

    def page(self, tenant_id: str, mode: str, before: str, limit: int, filters: Mapping[str, Any] | None = None) -> list[Row]:
        """Return rows, the newest first; `before` is the last id seen, or empty; filters are columns and what they equal."""
        wanted = dict(filters or {})
        more = "".join(f" AND {name} = ?" for name in wanted) + (" AND id < ?" if before else "")
        values = [tenant_id, mode, *wanted.values(), *([before] if before else []), limit]
        return self._whole.rows(f"{self._owned}{more} ORDER BY id DESC LIMIT ?", values)

    def behind(self, tenant_id: str, mode: str, column: str, after: str, limit: int) -> list[Row]:
        """Return rows behind a value of a column, in its order."""
        return self._whole.rows(f"{self._owned} AND {column} > ? ORDER BY {column} LIMIT ?", (tenant_id, mode, after, limit))

    def count(self, tenant_id: str, mode: str) -> int:
        """Return how many rows there are."""
        found = database.row(f"SELECT COUNT(*) FROM {self.table} WHERE {self._owned}", (tenant_id, mode))
        return int(found[0]) if found else 0

    def remove(self, tenant_id: str, mode: str, row_id: str) -> bool:
        """Take a row away for good; False when there is none."""
        return database.run(f"DELETE FROM {self.table} WHERE tenant_id = ? AND mode = ? AND id = ?", (tenant_id, mode, row_id)) == 1

    def update(self, tenant_id: str, mode: str, row: Mapping[str, Any], version: int) -> bool:
        """Write the changeable columns over a version; False when somebody else was faster."""
        place = (tenant_id, mode, row["id"], version)
        return self._whole.update({name: row[name] for name in self.written}, "tenant_id = ? AND mode = ? AND id = ? AND version = ?", place) == 1
