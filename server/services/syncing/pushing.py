"""Sending local changes to a vendor: what differs from what both sides last agreed on, one outcome per change, each committed at once.

Which records to look at is told by the events since the last run; what to send is told by comparing, so an event that a sync itself
caused sends nothing. A change is noted before it is sent. What is still noted later has an unknown outcome: it is looked up at the vendor
before anything is sent again, and where the vendor cannot be asked, a person is. What a record leads to is sent before it; a link to what
the vendor does not have is kept back until it does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from server.domain.merging import edited
from server.outbound.vendors.driving import Paused, Unknown
from server.outbound.vendors.values import Change, MappingProblem, Missing, Outcome, Record, Refused
from server.services import events
from server.services.syncing import setting_aside
from server.services.syncing.applying import Applier
from server.services.syncing.counting import Counts
from server.services.syncing.fields import Fields, fingerprint
from server.services.syncing.linking import Links
from server.services.syncing.setting_aside import OUT
from server.store import awaited_links, conflicts, database, external_records, quarantine, sync_states, sync_writes
from server.store import events as happened
from server.store import records as stored
from server.store.awaited_links import Awaited
from server.store.external_records import Link
from server.store.sync_states import State
from server.system import clock

if TYPE_CHECKING:
    from server.services.syncing.connections import Connection
    from server.services.syncing.pulling import Save
    from server.store.records import Document
    from server.store.tables import Row

AT_ONCE: Final = 50
LOOKED_AT: Final = 500


@dataclass(frozen=True)
class Pending:
    """One change that is to be sent: the record of ours, its link where the vendor has it, what is sent, and the paths of ours that it tells."""

    local_id: str
    document: Document | None
    link: Link | None
    change: Change
    paths: Sequence[str] = ()


@dataclass
class Push:
    """Sends the changes of one resource for one run. `ahead` gives what sends another resource, None where that is not sent."""

    connection: Connection
    name: str
    fields: Fields
    counts: Counts
    state: State
    save: Save
    ahead: Callable[[str], Push | None] = lambda _: None
    _links: Links = field(init=False)

    def __post_init__(self) -> None:
        """Find out which fields lead to other records."""
        self._links = Links(self.connection, self.name, self.fields)

    def run(self) -> None:
        """Settle what is of unknown outcome, then send what has changed since the last run, or can be sent whole by now."""
        self.settle()
        self._send_awaited()
        tenant_id, mode, _ = self.connection.place
        if self.state.sent is None:
            self._move_to(happened.newest())
        while found := happened.touched(tenant_id, mode, self.fields.resource.noun, self.state.sent or happened.FIRST, LOOKED_AT):
            self.send(list(dict.fromkeys(object_id for _, object_id in found)))
            self._move_to(found[-1][0])

    def everything(self, walked: str, save: Callable[[str], None]) -> None:
        """Send every record that the vendor does not have as it is here, in the order of their ids, from the last one that was looked at on."""
        self.settle()
        tenant_id, mode, _ = self.connection.place
        while found := stored.ids_after(tenant_id, mode, self.fields.resource, walked, LOOKED_AT):
            self.send(found)
            walked = found[-1]
            save(walked)

    def _move_to(self, place: tuple[int, int]) -> None:
        self.state.sent = place
        with database.transaction():
            sync_states.put(*self.connection.place, self.name, self.state, clock.now_ms())
            self.save(None)

    def _send_awaited(self) -> None:
        """Send again what was sent, or kept back, without a link to a record that the vendor has by now."""
        while found := awaited_links.sendable(*self.connection.place, self.name, AT_ONCE):
            self.send(found)
            with database.transaction():
                awaited_links.forget_sendable(*self.connection.place, self.name, found)

    def send(self, local_ids: Sequence[str]) -> None:
        """Send what is new, changed or deleted among these records."""
        for start in range(0, len(local_ids), AT_ONCE):
            wanted = local_ids[start : start + AT_ONCE]
            self._send_ahead(wanted)
            pending = self.pending(wanted)
            if pending:
                self._send(pending)

    def _send_ahead(self, local_ids: Sequence[str]) -> None:
        """Send the records that these lead to, where the vendor lacks them."""
        if self.fields.maps.links:
            tenant_id, mode, _ = self.connection.place
            documents = stored.find_many(tenant_id, mode, self.fields.resource, local_ids)
            for target, lacking in self._links.lacking(list(filter(self.fields.maps.offers, documents.values()))).items():
                push = self.ahead(target)
                if push is not None:
                    push.send(lacking)

    def pending(self, local_ids: Sequence[str]) -> list[Pending]:
        """Return what would have to be sent of these records, and note which of their links have to wait."""
        tenant_id, mode, _ = self.connection.place
        links = external_records.of_records(*self.connection.place, self.name, local_ids)
        documents = stored.find_many(tenant_id, mode, self.fields.resource, local_ids)
        asked = conflicts.fields_of(*self.connection.place, self.name, local_ids)
        kept: list[Awaited] = []
        self._links.meet_sent(documents.values(), links.values())
        found = [self._difference(one, documents.get(one), links.get(one), asked.get(one, ()), kept) for one in local_ids]
        if kept:
            with database.transaction():
                awaited_links.put(*self.connection.place, kept)
        return [one for one in found if one is not None]

    def _difference(self, local_id: str, document: Document | None, link: Link | None, asked: Iterable[str], kept: list[Awaited]) -> Pending | None:
        """Return how a record differs from what the vendor has; None when it does not, or somebody is asked about it.

        Links that cannot be sent yet are left out of it, and added to `kept`.
        """
        writes = self.connection.connector.manifest.resources[self.name].writes
        try:
            if document is None:
                gone = link is not None and "delete" in writes and "*" not in asked
                return self._pending(local_id, None, link, "delete", {}, ()) if gone else None
            wanted = list(self.fields.paths) if link is None else self._changed(document, link, asked)
            action = "create" if link is None else "update"
            if not wanted or action not in writes or not self.fields.maps.offers(document):
                return None
            shown, awaited = self._links.for_vendor(document)
            kept += [one for one in awaited if one.path in wanted]
            paths = [path for path in wanted if path not in {one.path for one in awaited}]
            if not paths:
                return None
            return self._pending(local_id, document, link, action, self.fields.to_remote(shown, paths if link else None), paths)
        except MappingProblem as error:
            self._refuse(local_id, document or {}, error)
            return None

    def _changed(self, document: Document, link: Link, asked: Iterable[str]) -> list[str]:
        if "*" in asked:
            return []
        changed = edited(link.base, self.fields.of_local(document)).keys() & self.fields.sent_paths - set(asked)
        return sorted(changed - self._links.unmet(link, changed))

    def _pending(
        self, local_id: str, document: Document | None, link: Link | None, action: Any, values: Mapping[str, Any], changed: Sequence[str]
    ) -> Pending:
        # The same at every try: what is sent, and the version of ours that it is taken from.
        version = document["version"] if document else 0
        key = fingerprint({"of": [self.connection.row["id"], self.name, local_id, action, version], "values": values})
        remote, known = (link.external_id, link.remote_version or "") if link else ("", "")
        before = self._links.before(link, changed) if link else {}
        return Pending(local_id, document, link, Change(key, action, values, remote, known, tuple(values), before), list(changed))

    def _send(self, pending: Sequence[Pending]) -> None:
        """Note changes, send them, and commit each outcome as it comes."""
        self._note(pending)
        waiting = {one.change.key: one for one in pending}
        connector = self.connection.connector
        try:
            for outcome in self.connection.driver.run(connector.export_data(self.name, [one.change for one in pending])):
                self._commit(waiting.pop(outcome.key), outcome)
        except Unknown:
            # The one that was under way may have come through, so it stays noted; the others were never sent.
            under_way = next(iter(waiting.values()))
            self._forget([one for one in waiting.values() if one is not under_way])
            self.settle()
            self.send([one.local_id for one in waiting.values() if one is not under_way])
        except Paused:
            self._forget(list(waiting.values()))
            raise

    def _note(self, pending: Sequence[Pending]) -> None:
        tenant_id, mode, installation_id = self.connection.place
        with database.transaction():
            for one in pending:
                row = {"installation_id": installation_id, "resource": self.name, "local_id": one.local_id, "action": one.change.action}
                row |= {"external_id": one.change.id, "key": one.change.key}
                times = {"attempts": 1, "sent_at": clock.now_ms()}
                sync_writes.put(
                    tenant_id, mode, {**row, **times, "body": {"values": one.change.values, "version": one.change.version, "paths": list(one.paths)}}
                )

    def _forget(self, pending: Sequence[Pending]) -> None:
        with database.transaction():
            sync_writes.delete(*self.connection.place, self.name, [one.local_id for one in pending])

    def _commit(self, one: Pending, outcome: Outcome) -> None:
        """Write what became of a change."""
        with database.transaction():
            sync_writes.delete(*self.connection.place, self.name, [one.local_id])
            if outcome.error is None and not outcome.id:
                self.counts["unknown"] += 1
                self._refuse(one.local_id, one.change.values, _unknown())
            elif outcome.error is None:
                self._agree(one, outcome)
            elif isinstance(outcome.error, Missing) and one.link is not None and one.document is not None:
                self._gone_there(one.link)
            else:
                self._refuse(one.local_id, one.change.values, outcome.error)
            self.save(None)

    def _agree(self, one: Pending, outcome: Outcome) -> None:
        """Write that both sides hold the same now, with the echo that is to be expected."""
        link = one.link or Link(outcome.id, one.local_id)
        action = one.change.action
        self.counts[f"sent_{action}d"] += 1
        if action == "delete" or one.document is None:
            link.deleted_at = clock.now_ms()
        else:
            local = self.fields.of_local(one.document)
            link.base = {**link.base, **{path: local[path] for path in one.paths}}
            link.remote_hash = self._echo(one, outcome)
            link.remote_version = outcome.version or (outcome.record.version if outcome.record else "") or link.remote_version
        external_records.put(*self.connection.place, self.name, [link], clock.now_ms())
        quarantine.release(*self.connection.place, self.name, OUT, [one.local_id])
        self._links.sent(outcome.id or link.external_id, one.paths)
        if action == "create":
            self._fill(outcome.id)
        if action == "create" and self.connection.connector.manifest.tables["category"] == "crm":
            self._tell(one, outcome)

    def _fill(self, external_id: str) -> None:
        """Link what waited for a row that the vendor has from us."""
        if self._links.may_await and awaited_links.has_any(*self.connection.place):
            Applier(self.connection, self.name, self.fields, self.connection.policy, self.counts).fill([external_id])

    def _echo(self, one: Pending, outcome: Outcome) -> str:
        """Return the fingerprint of the row that the vendor will show next."""
        shown = outcome.record or Record(outcome.id, one.change.values)
        try:
            return fingerprint(self.fields.of_remote(shown))
        except MappingProblem:
            return "unknown"

    def _tell(self, one: Pending, outcome: Outcome) -> None:
        record = {"object": "lead", "id": one.local_id, "installation_id": self.connection.row["id"], "external_id": outcome.id}
        record |= {"integration": self.connection.row["integration"], "resource": self.name, "kind": self.fields.resource.noun}
        events.emit(self.connection.actor, "lead.pushed", one.local_id, record=record)

    def _gone_there(self, link: Link) -> None:
        """Note that the vendor has deleted what we wanted to change; the next reading tells what to do."""
        self.counts["conflicts"] += 1
        link.remote_hash = "gone"
        external_records.put(*self.connection.place, self.name, [link], clock.now_ms())

    def _refuse(self, local_id: str, payload: Mapping[str, Any], error: Any) -> None:
        with database.transaction():
            setting_aside.set_aside(self.connection, self.name, OUT, local_id, payload, error)
        self.counts["quarantined"] += 1

    def settle(self) -> None:
        """Look up every write of unknown outcome at the vendor; what did not come through is sent again, once it is known that it did not."""
        for row in sync_writes.rows(*self.connection.place, self.name):
            one = self._again(row)
            found = self._look_up(one)
            if found is _CANNOT_TELL:
                self.counts["unknown"] += 1
                self._refuse(row["local_id"], row["body"]["values"], _unknown())
            elif found is not None:
                self._commit(one, Outcome(one.change.key, found.id or one.change.id, found.version, found if found.values else None))
                continue
            self._forget([one])
            if found is None:
                self.send([row["local_id"]])

    def _again(self, row: Row) -> Pending:
        """Return a write that was noted as it was sent."""
        tenant_id, mode, _ = self.connection.place
        local_id = row["local_id"]
        links = external_records.of_records(*self.connection.place, self.name, [local_id])
        documents = stored.find_many(tenant_id, mode, self.fields.resource, [local_id])
        change = Change(row["key"], row["action"], row["body"]["values"], row["external_id"] or "", row["body"]["version"])
        return Pending(local_id, documents.get(local_id), links.get(local_id), change, row["body"]["paths"])

    def _look_up(self, one: Pending) -> Any:
        """Return the row that a write has left at the vendor, None when it did not come through."""
        connector, driver = self.connection.connector, self.connection.driver
        declared = connector.resources[self.name]
        if one.change.action == "create":
            return driver.ask(connector.find_record(self.name, one.change)) if declared.find else _CANNOT_TELL
        if not declared.get:
            return None  # a change of a known row, sent twice, leaves what one leaves
        try:
            found = driver.ask(connector.get_record(self.name, one.change.id))
        except Missing:
            return Record(one.change.id, {}) if one.change.action == "delete" else None
        except Refused:
            return None
        return found if one.change.action == "update" and _holds(found.values, one.change.values) else None


def _holds(there: Any, sent: Any) -> bool:
    """Tell whether what is at the vendor holds what was sent."""
    if isinstance(sent, Mapping):
        return isinstance(there, Mapping) and all(_holds(there.get(name), value) for name, value in sent.items())
    return bool(there == sent)


_CANNOT_TELL: Final = Record("", {}, problem="unknown")


def _unknown() -> Refused:
    return Refused(
        "The answer to this change was lost, and the vendor cannot be asked what became of it.",
        code="outcome_unknown",
        remedy="Look at the vendor whether the record is there; if it is not, retry.",
    )
