"""Windows onto lists: rows by their number instead of by a cursor, and how many there are, for protocols that page so.

Under concurrent writes a window may lose or repeat rows; where that matters, a cursor is the way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.store import database
from server.store.records import by_noun
from server.store.selection import Selection, order_by

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.domain.filters import Node, Sort
    from server.store.declaration import Resource
    from server.store.records import Document


def window(
    tenant_id: str,
    mode: str,
    resource: Resource,
    *,
    where: Node | None,
    sort: Sequence[Sort],
    offset: int,
    limit: int,
    custom: Mapping[str, Mapping[str, str]],
) -> tuple[list[Document], int]:
    """Return at most `limit` records behind the first `offset`, and how many pass the test in all. Raises Invalid for unknown fields."""
    selection = Selection(resource, by_noun(), custom)
    tests = [f"{resource.table}.tenant_id = ?", f"{resource.table}.mode = ?", *([resource.only] if resource.only else [])]
    condition = selection.where(where)
    if condition:
        tests.append(condition)
    if not selection.sees_deleted:
        tests.append(f"{resource.table}.deleted_at IS NULL")
    source = f"FROM {resource.table} WHERE {' AND '.join(tests)}"
    values = (tenant_id, mode, *selection.values)
    total = database.row(f"SELECT COUNT(*) {source}", values)
    count = int(total[0]) if total else 0
    if limit == 0 or offset >= count:
        return [], count
    order = order_by(selection.order(sort))
    found = database.rows(f"SELECT {resource.select_list} {source} ORDER BY {order} LIMIT ? OFFSET ?", (*values, limit, offset))
    return [resource.document(row) for row in found], count
