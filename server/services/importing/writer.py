"""One row of a file as one change of one record, with its event, audit entry and deliveries; or the reasons why not."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from server.domain.errors import Conflict, Fault, Invalid, Missing
from server.services import records, sealed_values
from server.services.exchange.row import RowError
from server.services.importing.matching import ID
from server.services.importing.references import References, make_company
from server.services.importing.rehearsal import Rehearsal
from server.store import database
from server.store.import_changes import Change
from server.store.records import by_noun

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.domain.actor import Actor
    from server.domain.errors import JunctionError
    from server.services.exchange.row import Cell
    from server.services.importing.matching import Match
    from server.services.importing.plan import Plan
    from server.store.declaration import Resource
    from server.store.records import Document

COUNTED: Final = ("created", "updated", "unchanged", "skipped", "refused", "companies_created")


class Prepared(NamedTuple):
    """A row as the body of a change."""

    line: int
    body: dict[str, Any]
    cells: Mapping[str, Cell]


@dataclass
class Writer:
    """Applies rows inside the caller's transaction and counts what came of them.

    `kept_for` is the import's id where it writes encrypted fields: what records have in them is kept, to be had back.
    """

    actor: Actor
    resource: Resource
    plan: Plan
    match: Match | None
    counts: dict[str, int]
    rehearsal: Rehearsal | None = None
    kept_for: str | None = None
    references: References = field(init=False)
    changes: list[Change] = field(default_factory=list)
    _row: list[Change] = field(default_factory=list)
    _line: int = 0
    _companies: int = 0

    def __post_init__(self) -> None:
        """Prepare to resolve references."""
        self.references = References(self.actor, self.resource, self._make_company if self.plan.options.create_companies else None)
        self._columns = {target: column for column, target in self.plan.mapping.items()}

    def apply(self, row: Prepared) -> list[RowError]:
        """Do what a row asks for and count it; return why it was refused, empty when it was not."""
        self._row, self._line, self._companies = [], row.line, 0
        try:
            with database.savepoint() if self._may_fail_midway(row) else nullcontext():
                outcome = self._apply(row)
        except (Invalid, Conflict, Missing) as error:
            self.references.forget()
            self.counts["refused"] += 1
            return self._errors(row, error)
        self.counts[outcome] += 1
        self.counts["companies_created"] += self._companies
        self.changes += self._row
        return []

    def _may_fail_midway(self, row: Prepared) -> bool:
        """Tell whether a row can be refused after something of it was written; any other is judged whole before."""
        return self.rehearsal is not None or self.plan.options.create_companies or "external_ids" in row.body

    def undone(self) -> None:
        """Hear that the transaction was rolled back."""
        self.references.forget()

    def _apply(self, row: Prepared) -> str:
        if self.rehearsal is None:
            return self._put(row.body, self.plan.options.on_match)
        identities = self._identities(row.body)
        for earlier in self.rehearsal.earlier(identities):
            self._put(earlier, "update")
        outcome = self._put(row.body, self.plan.options.on_match)
        if outcome != "skipped":
            self.rehearsal.remember(identities, row.body)
        return outcome

    def _identities(self, body: Mapping[str, Any]) -> list[str]:
        """Return everything that a later row could find this one by."""
        key = self.match.key(body) if self.match else None
        systems = sorted((body.get("external_ids") or {}).items())
        found = [] if key is None or self.match is None else [f"{self.match.target} {key}"]
        return [*found, *(f"external_ids.{system} {value}" for system, value in systems if value is not None)]

    def _put(self, given: Mapping[str, Any], on_match: str) -> str:
        body = self.references.resolve(dict(given))
        key = self.match.key(body) if self.match else None
        found = self.match.find(self.actor, key) if self.match and key is not None else None
        body.pop(ID, None)
        if found is None:
            self._note(self.resource, records.create(self.actor, self.resource, _without_nulls(body)))
            return "created"
        if on_match == "error":
            raise Conflict(f"There is a {self.resource.noun} with this {self.match.target if self.match else ''} already: {found}.")
        if on_match == "skip":
            return "skipped"
        if self.kept_for is not None:
            sealed_values.keep_former(self.actor, self.resource, found, self.kept_for)
        before, after = records.merge(self.actor, self.resource, found, body)
        if after is before:
            return "unchanged"
        self._note(self.resource, after, before)
        return "updated"

    def _note(self, resource: Resource, after: Document, before: Document | None = None) -> None:
        """Keep what a record was, for whoever takes the import back."""
        former = None if before is None else records.given(resource, before)
        self._row.append(Change(after["id"], resource.noun, self._line, after["version"], former))

    def _make_company(self, name: str) -> str:
        if self.rehearsal is None or self.rehearsal.first_time(f"company {name}"):
            self._companies += 1
        company = make_company(self.actor, name)
        self._note(by_noun()["company"], company)
        return str(company["id"])

    def _errors(self, row: Prepared, error: JunctionError) -> list[RowError]:
        if not error.faults:
            taken = error.stable_code == "not_unique"
            reason = "an external id of this row belongs to another record" if taken else _sentence(error.detail)
            return [RowError(row.line, None, error.stable_code, reason, row.cells)]
        return [RowError(row.line, self._column(fault), fault.code, _sentence(fault.detail), row.cells) for fault in error.faults]

    def _column(self, fault: Fault) -> str | None:
        """Return the column that a broken field came from."""
        parts = fault.pointer.strip("/").split("/")
        paths = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
        return next((column for path in paths if (column := self._columns.get(path)) is not None), None)


def _without_nulls(body: dict[str, Any]) -> dict[str, Any]:
    """Return a body for a new record: what a blank cell would clear is not there anyway."""
    return {name: _without_nulls(value) if isinstance(value, dict) else value for name, value in body.items() if value is not None}


def _sentence(detail: str) -> str:
    """Return a detail as the other reasons are written: without its capital and full stop."""
    return detail[:1].lower() + detail[1:].rstrip(".")
