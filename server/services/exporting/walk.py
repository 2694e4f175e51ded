"""A walk over all records that a question finds: its membership and order are those of its beginning, its memory is that of a batch.

The ids are written into a file first, which is brief whatever the order is; then the records are read a few hundred at a
time by their ids. So no transaction stays open beside a slow reader, and no page costs more than the first.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from server.services.exporting.columns import Table, table_of
from server.services.records import DEFAULT_SORT, judge
from server.store import custom_fields, records

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from server.domain.actor import Actor
    from server.domain.filters import Query
    from server.store.declaration import Resource
    from server.store.records import Document

BATCH: Final = 500


@dataclass
class Walk:
    """Records in order, once; `total` is how many there were when it began. What is deleted meanwhile is left out."""

    actor: Actor
    resource: Resource
    table: Table
    total: int
    deleted: bool
    ids: IO[str]

    def batches(self) -> Iterator[list[Document]]:
        """Yield the records."""
        with self.ids:
            while lines := list(islice(self.ids, BATCH)):
                found = records.find_in_order(
                    self.actor.tenant_id, self.actor.mode, self.resource, [line.rstrip() for line in lines], deleted=self.deleted
                )
                if found:
                    yield found


def check(actor: Actor, resource: Resource, query: Query) -> None:
    """Raise what `begin` would raise for this question, without asking it."""
    declared = judge(actor, resource, query)
    records.matching_ids(actor.tenant_id, actor.mode, resource, where=query.filter, sort=query.sort or DEFAULT_SORT, custom=declared)


def begin(actor: Actor, resource: Resource, query: Query) -> Walk:
    """Find the records that a question means. Raises Denied, or Invalid for fields that are none."""
    declared = judge(actor, resource, query)
    found, deleted = records.matching_ids(actor.tenant_id, actor.mode, resource, where=query.filter, sort=query.sort or DEFAULT_SORT, custom=declared)
    ids, total = tempfile.TemporaryFile("w+", encoding="ascii"), 0  # noqa: SIM115 - whoever takes the batches closes it
    for record_id in found:
        ids.write(f"{record_id}\n")
        total += 1
    ids.seek(0)
    custom = [(name, kind) for name, kind, _, _ in custom_fields.declared(actor.tenant_id, actor.mode, resource.plural)] if not resource.only else []
    return Walk(actor, resource, table_of(resource, custom, query.fields, deleted=deleted), total, deleted, ids)
