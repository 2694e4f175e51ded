"""Suppressions from and to files of other systems: CSV with a line each, `value,kind,stream,reason,detail`; the columns are found by name.

What cannot be read is told line by line and keeps nothing else out; what is there already stays as it is. Entries of complaints
keep that reason, and with it the need of two people.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final, get_args

from pydantic import BaseModel

from server.domain.errors import JunctionError, Unprocessable
from server.domain.permissions import permit
from server.services import events
from server.services.email import suppressions
from server.store import database
from server.store import email_suppressions as store
from server.system import clock, ids

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server.domain.actor import Actor

COLUMNS: Final = ("value", "kind", "stream", "reason", "source", "detail", "created_at")
_VALUES: Final = ("value", "email", "email_address", "address", "domain", "recipient")
_REASONS: Final[dict[str, str]] = {
    "bounce": "hard_bounce", "hardbounce": "hard_bounce", "bounced": "hard_bounce", "spam": "complaint", "spamcomplaint": "complaint",
    "spam_report": "complaint", "unsubscribe": "unsubscribed", "unsubscription": "unsubscribed", "manualsuppression": "manual",
}  # fmt: skip
_BATCH: Final = 1000
_MOST_FAULTS: Final = 100
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class ImportedSuppressions(BaseModel):
    """What became of a file: lines with something new, lines that were there already, and those that could not be read."""

    object: str
    created: int
    present: int
    refused: int
    errors: list[dict[str, Any]]


def take(actor: Actor, path: Path) -> dict[str, Any]:
    """Take a CSV file in. Raises Unprocessable when no column holds addresses or domains."""
    permit(actor, "email:write")
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.DictReader(file)
        names = _names(reader)
        column = next((names[name] for name in _VALUES if name in names), None)
        if column is None:
            raise Unprocessable(f"The file has no column called {', '.join(_VALUES)}.", code="no_such_column")
        return _take(actor, names, column, reader)


def _take(actor: Actor, names: dict[str, str], column: str, reader: csv.DictReader[str]) -> dict[str, Any]:
    found: dict[str, Any] = {"object": "suppression_import", "created": 0, "present": 0, "refused": 0, "errors": []}
    batch: list[dict[str, Any]] = []
    for number, line in enumerate(_lines(reader), 2):
        try:
            batch.append(_read(actor, {name: line.get(real) or "" for name, real in names.items()}, line.get(column) or ""))
        except JunctionError as error:
            found["refused"] += 1
            if len(found["errors"]) < _MOST_FAULTS:
                found["errors"].append({"line": number, "detail": error.detail})
        if len(batch) >= _BATCH:
            _write(actor, batch, found)
    _write(actor, batch, found)
    return found


def _names(reader: csv.DictReader[str]) -> dict[str, str]:
    try:
        return {str(name).strip().casefold(): name for name in reader.fieldnames or ()}
    except csv.Error as error:
        raise Unprocessable(f"The file is no CSV: {error}.", code="malformed_csv") from error


def _lines(reader: csv.DictReader[str]) -> Iterator[dict[str, Any]]:
    try:
        yield from reader
    except csv.Error as error:
        raise Unprocessable(f"The file is no CSV: {error}.", code="malformed_csv") from error


def _read(actor: Actor, line: dict[str, str], text: str) -> dict[str, Any]:
    kind, value = suppressions.read_value(text, line.get("kind") or None)
    said = line.get("reason", "").strip().casefold().replace(" ", "_")
    reason = _REASONS.get(said.replace("-", "_"), said)
    now = clock.now_ms()
    return {
        "id": ids.new_id("sup"),
        "stream": line.get("stream", "").strip()[:100],
        "kind": kind,
        "value": value,
        "reason": reason if reason in get_args(suppressions.Reason) else "imported",
        "source": "import",
        "detail": line.get("detail", "")[:1000] or None,
        "created_by": actor.owner_id or actor.id,
        "created_at": now,
        "updated_at": now,
    }


def _write(actor: Actor, batch: list[dict[str, Any]], found: dict[str, Any]) -> None:
    """Write what was read, with one audit entry for all of it, and empty the batch."""
    if not batch:
        return
    unique = {(row["value"], row["stream"]): row for row in reversed(batch)}
    with database.transaction():
        created = store.insert_many(actor.tenant_id, actor.mode, list(unique.values()))
        events.record_audit(actor, "suppression.imported", "suppressions", {"created": [None, created]})
    found["created"] += created
    found["present"] += len(batch) - created
    batch.clear()


def pieces(actor: Actor) -> Iterator[bytes]:
    """Return every suppression of the tenant's as CSV, piece by piece."""
    permit(actor, "email:read")
    return _pieces(actor)


def _pieces(actor: Actor) -> Iterator[bytes]:
    yield (",".join(COLUMNS) + "\r\n").encode()
    after = ""
    while found := suppressions.rows_after(actor, after, _BATCH):
        after = found[-1]["id"]
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerows([_cell(row, name) for name in COLUMNS] for row in found)
        yield text.getvalue().encode()


def _cell(row: dict[str, Any], name: str) -> str:
    """Return a cell; what a spreadsheet would take for a formula gets an apostrophe."""
    text = clock.rfc3339(row[name]) if name == "created_at" else str(row[name] or "")
    return f"'{text}" if text.startswith(_FORMULA) else text
