"""One page of a vendor's rows as changes of our records: each with its event and audit entry, in the caller's transaction.

A row whose values are those that were last seen writes nothing but the mark that it is still there. A row that cannot be taken over is
set aside; the others of its page are stored. What waited for a row that has come is linked to it in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import orjson

from server.domain.errors import Conflict, Denied, Missing, Unprocessable
from server.domain.merging import EXISTENCE, Merged, Policy, Side, edited, merge
from server.domain.permissions import permit
from server.outbound.vendors.values import MappingProblem, Record, read_time
from server.services import records
from server.services.importing.matching import IDENTITY, Match, parse_match
from server.services.syncing import asking, setting_aside
from server.services.syncing.counting import Counts
from server.services.syncing.fields import Fields, Flat, fingerprint
from server.services.syncing.linking import Links
from server.services.syncing.setting_aside import IN, Trouble
from server.store import awaited_links, conflicts, database, external_records, quarantine
from server.store import records as stored
from server.store.awaited_links import Awaited
from server.store.external_records import Link
from server.system import clock

if TYPE_CHECKING:
    from server.services.syncing.connections import Connection
    from server.store.records import Document

MOST_CHANGES: Final = 20
"""How often a record may change in an hour before it is taken for a loop between two systems."""
_HOUR_MS: Final = 3_600_000
_TOUCHED: Final = -1
"""The generation of a link that was changed and is about to be written."""


@dataclass
class Applier:
    """Applies the rows of one resource; one per run. `rehearsed` are the rows of whatever resource that a trial has undone: they would be here."""

    connection: Connection
    name: str
    fields: Fields
    policy: Policy
    counts: Counts
    rehearsed: set[tuple[str, str]] = field(default_factory=set)
    trouble: int = field(default=0, init=False)
    _linked: set[str] = field(default_factory=set, init=False)
    _asked: bool = field(default=True, init=False)
    _match: Match | None = field(init=False)
    _links: Links = field(init=False)
    _awaited: dict[str, list[Awaited]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        """Find out by which of its fields a record is recognised, and which of them lead to others."""
        self._match = parse_match(IDENTITY, self.fields.resource, self.fields.paths)
        self._links = Links(self.connection, self.name, self.fields)

    @property
    def is_led_to(self) -> bool:
        """Whether rows of this connector refer to those of this resource."""
        return any(self.name in one.refers for maps in self.connection.maps.values() for one in maps.links)

    def apply(self, rows: Sequence[Record], part: str, generation: int) -> None:
        """Take rows over."""
        place = (*self.connection.place, self.name)
        links = external_records.find_many(*place, [row.id for row in rows if row.id])
        documents = self._documents([link for link in links.values() if link.deleted_at is None])
        self._asked, self._linked, self._awaited = conflicts.count(*self.connection.place) > 0, set(), {}
        said = [self._read(row) for row in rows]
        self._links.meet([one for one in said if isinstance(one, dict)])
        seen: list[str] = []
        changed: dict[str, Link] = {}
        for row, values in zip(rows, said, strict=True):
            self.counts["read"] += 1
            link = self._take(row, values, changed.get(row.id) or links.get(row.id), documents)
            if link is not None and link.generation == _TOUCHED:
                changed[row.id] = link
            elif link is not None:
                seen.append(row.id)
        for link in changed.values():
            link.part, link.generation = part, generation
        external_records.seen(*place, seen, generation)
        external_records.put(*place, list(changed.values()), clock.now_ms())
        if quarantine.count(*self.connection.place):
            quarantine.release(*place, IN, [*seen, *changed])
        self._settle_links(list(changed))

    def _documents(self, links: Sequence[Link]) -> dict[str, Document]:
        tenant_id, mode, _ = self.connection.place
        return stored.find_many(tenant_id, mode, self.fields.resource, [link.local_id for link in links if link.local_id])

    def _read(self, row: Record) -> Flat | Trouble:
        """Return what a row says, or why it says nothing."""
        if row.problem:
            return Unprocessable(row.problem, code="malformed_row")
        try:
            return self.fields.of_remote(row)
        except MappingProblem as error:
            return error

    def _take(self, row: Record, seen: Flat | Trouble, link: Link | None, documents: dict[str, Document]) -> Link | None:
        """Take one row over and return its link; None when it was set aside."""
        if not isinstance(seen, dict):
            self._set_aside(row, seen)
            return None
        try:
            if link is not None and link.deleted_at is None and fingerprint(seen) == link.remote_hash:
                self.counts["unchanged"] += 1
                return link
            return self._write(row, seen, link, documents)
        except (MappingProblem, Conflict, Missing, Unprocessable) as error:
            self._set_aside(row, error)
            return None

    def _set_aside(self, row: Record, error: Trouble) -> None:
        key = row.id or fingerprint({"row": orjson.dumps(row.values, default=str).decode()})
        setting_aside.set_aside(self.connection, self.name, IN, key, row.values, error)
        self.counts["quarantined"] += 1
        self.trouble += 1

    def _write(self, row: Record, seen: Flat, link: Link | None, documents: dict[str, Document]) -> Link:
        values, awaited = self._links.resolve(row.id, seen, link.base if link else {})
        fresh = link is None or (link.deleted_at is not None and link.local_id not in documents)
        link = self._first(row, link, seen, values, documents) if link is None or fresh else link
        if not (fresh and link.base):
            _count_change(link)
            link.generation = _TOUCHED
            # Where nobody has agreed on a link yet, one that is awaited is still to meet what stands here.
            open_links = {one.path for one in awaited} - link.base.keys() if documents.get(link.local_id or "") else set()
            remote = {**link.base, **{path: value for path, value in values.items() if path not in open_links}}
            self._merge(link, Side(self.fields.normal(remote), self._changed_at(row)), documents.get(link.local_id or ""))
        link.remote_hash, link.remote_version, link.deleted_at = fingerprint(seen), row.version or None, None
        self._awaited[row.id] = awaited
        return link

    def _first(self, row: Record, link: Link | None, seen: Flat, values: Flat, documents: dict[str, Document]) -> Link:
        """Return the link of a row that is new: to a record that is found by what it says, or to one that is made of it."""
        local_id = self._counterpart(row, seen)
        made = Link(row.id, local_id, generation=_TOUCHED)
        if link is not None:
            made.hour, made.changes = link.hour, link.changes
        if local_id is not None:
            documents |= self._documents([made])
            return made
        document = records.create(self.connection.actor, self.fields.resource, self.fields.body(values))
        self.counts["created"] += 1
        self._linked.add(document["id"])
        made.local_id, made.base = document["id"], self.fields.of_local(document)
        self.counts["linked"] += self._links.count_led(made.base, {})
        return made

    def _counterpart(self, row: Record, seen: Flat) -> str | None:
        """Return the record that is the same as a new row: known by the vendor's id, or by what identifies it; not linked yet."""
        tenant_id, mode, installation_id = self.connection.place
        resource = self.fields.resource
        found = stored.find_by_external_id(tenant_id, mode, resource, self.connection.row["integration"], row.id)
        key = self._match.key(seen) if found is None and self._match else None
        if self._match and key is not None:
            found = self._match.find(self.connection.actor, key)
        if found is None or found in self._linked or external_records.of_records(tenant_id, mode, installation_id, self.name, [found]):
            return None
        self._linked.add(found)
        return found

    def _merge(self, link: Link, theirs: Side, document: Document | None) -> Merged:
        """Bring a record in step with a row, its own edits kept; the link's base becomes what the vendor has."""
        local = self.fields.of_local(document) if document else None
        ours, remote = Side(local, clock.parse_rfc3339(document["updated_at"]) if document else None), theirs.values or {}
        merged = merge(link.base, ours, theirs, self.policy)
        base = {path: value for path, value in remote.items() if path not in merged.conflicts}
        kept = {path: link.base.get(path) for path in merged.conflicts if path != EXISTENCE}
        if merged.conflicts:
            asking.ask(self.connection, self.name, link, merged.conflicts, local, remote)
            self.counts["conflicts"] += 1
        elif self._asked:
            asking.settle(self.connection, self.name, link.external_id)
        if EXISTENCE not in merged.conflicts:
            self._bring(link, local, merged.local, document)
            self.counts["linked"] += self._links.count_led(merged.local or {}, local or {})
            link.base = {**base, **kept}
        return merged

    def _changed_at(self, row: Record) -> int | None:
        """Return when a row was changed, by our clock."""
        found = read_time(row.modified)
        skew = self.connection.driver.skew_seconds or 0
        return None if found is None else found - skew * 1000

    def _bring(self, link: Link, local: Flat | None, wanted: Any, document: Document | None) -> None:
        """Write what a record should hold."""
        if wanted is None:
            return
        actor, resource = self.connection.actor, self.fields.resource
        if document is None:
            with database.savepoint():
                document = records.restore(actor, resource, str(link.local_id))
            local = self.fields.of_local(document)
        changes = edited(local or {}, wanted)
        if not changes:
            self.counts["unchanged"] += 1
            return
        records.update(actor, resource, document["id"], self.fields.patch(changes))
        self.counts["updated"] += 1

    def _settle_links(self, changed: Sequence[str]) -> None:
        """Note what rows of this step wait for, and link what waited for them."""
        if not (changed and self._links.may_await):
            return
        place = self.connection.place
        anything = awaited_links.has_any(*place)
        self._links.note(self._awaited, anew=anything)
        for many in self._awaited.values():
            led = {one.path for one in many if (one.awaits, one.awaited) in self.rehearsed}
            self.counts["linked"] += len(led)
            self.counts["awaited"] += len({one.path for one in many} - led)
        if anything or any(self._awaited.values()):
            self.fill(changed)

    def fill(self, external_ids: Sequence[str]) -> None:
        """Link what waited for these rows, of whatever resource it is; in the open transaction."""
        waiting = awaited_links.of_arrived(*self.connection.place, self.name, external_ids)
        for resource, found in groupby(waiting, key=lambda one: one.resource):
            fields = Fields(self.connection.maps[resource]) if resource in self.connection.maps else None
            if fields is not None and permitted(self.connection, fields, "write"):
                Applier(self.connection, resource, fields, self.policy, self.counts).complete(list(found))

    def complete(self, waiting: Sequence[Awaited]) -> None:
        """Write the links of rows that were taken over before the rows they lead to had come."""
        place = (*self.connection.place, self.name)
        links = external_records.find_many(*place, [one.record for one in waiting])
        documents = self._documents([link for link in links.values() if link.deleted_at is None])
        self._asked = conflicts.count(*self.connection.place) > 0
        self._links.meet([{one.path: one.value} for one in waiting])
        for external_id, found in groupby(waiting, key=lambda one: one.record):
            said = {one.path: one.value for one in found}
            for path in said:
                awaited_links.forget_field(*place, awaited_links.IN, external_id, path)
            link = links.get(external_id)
            document = documents.get(link.local_id or "") if link else None
            if link is not None and document is not None:
                self._complete(link, document, said)
        external_records.put(*place, list(links.values()), clock.now_ms())

    def _complete(self, link: Link, document: Document, said: Flat) -> None:
        values, awaited = self._links.resolve(link.external_id, said, {})
        self._links.note({link.external_id: awaited}, anew=False)
        try:
            merged = self._merge(link, Side(self.fields.normal({**link.base, **values})), document)
        except (Conflict, Missing, Unprocessable) as error:
            row = {self.connection.connector.resources[self.name].id: link.external_id, **said}
            setting_aside.set_aside(self.connection, self.name, IN, link.external_id, row, error)
            self.counts["quarantined"] += 1
            return
        self._links.note_kept(str(link.local_id), merged.local or {}, link.base, merged.conflicts)

    def remove_known(self, external_ids: Sequence[str]) -> None:
        """Carry deletions over of rows that are known by the vendor's ids."""
        if external_ids:
            self.remove(list(external_records.find_many(*self.connection.place, self.name, list(external_ids)).values()))

    def remove(self, links: Sequence[Link]) -> None:
        """Carry deletions over that the vendor told of; a record that was edited here meanwhile is judged by the policy."""
        documents, now = self._documents(links), clock.now_ms()
        gone = [link for link in links if link.deleted_at is None and self._removed(link, documents.get(link.local_id or ""), now)]
        external_records.put(*self.connection.place, self.name, gone, now)

    def _removed(self, link: Link, document: Document | None, now: int) -> bool:
        """Carry one deletion over; False when it is left open."""
        local = self.fields.of_local(document) if document else None
        ours = Side(local, clock.parse_rfc3339(document["updated_at"]) if document else None)
        merged = merge(link.base, ours, Side(None), self.policy)
        if merged.conflicts:
            asking.ask(self.connection, self.name, link, merged.conflicts, local, None)
            self.counts["conflicts"] += 1
            return False
        asking.settle(self.connection, self.name, link.external_id)
        link.deleted_at = now
        if merged.local is not None:
            link.local_id = None  # it outlives the deletion, and is sent as a new one
        elif document is not None:
            records.remove(self.connection.actor, self.fields.resource, document["id"])
            self.counts["deleted"] += 1
        return True


def _count_change(link: Link) -> None:
    """Count a change of a record. Raises Conflict (`loop_detected`) when it changes so often that two systems must be answering one another."""
    hour = clock.now_ms() // _HOUR_MS
    link.hour, link.changes = (hour, link.changes + 1) if link.hour == hour else (hour, 1)
    if link.changes > MOST_CHANGES:
        raise Conflict(f"The record changed more than {MOST_CHANGES} times in an hour: two systems answer one another.", code="loop_detected")


def permitted(connection: Connection, fields: Fields, action: str) -> bool:
    """Tell whether an installation was given the permission to read or write a kind of record."""
    try:
        permit(connection.actor, f"{fields.resource.scope}:{action}")
    except Denied:
        return False
    return True
