"""Documents to write, and the way back through the import."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from server.domain import money
from server.services.exchange.convert import NEUTRALISED
from server.services.exchange.detect import detect_layout
from server.services.exchange.fields import hints_of
from server.services.exchange.mapper import Mapper
from server.services.exchange.mapping import suggest
from server.services.exchange.readers import open_rows, read_columns, read_sample
from server.services.exchange.row import Row
from server.services.exporting.columns import Column, Table, table_of
from server.services.exporting.formats import FORMATS
from server.services.importing.plan import LEAST_CONFIDENCE
from server.store.declaration import Resource

CUSTOM = (("size", "number", False, None), ("big", "boolean", False, None), ("since", "date", False, None), ("note", "text", False, None))


def letters(**rules: Any) -> st.SearchStrategy[str]:
    """Return texts as records hold them: without half characters, and with nothing blank around them."""
    characters = st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zs", "Zl", "Zp", "Cn", "Co"), include_characters=" ,;|\"'\n\t\\=+-@<>&[]{}")
    return st.text(characters, **rules).map(str.strip).filter(lambda text: text and not NEUTRALISED.match(text))


MOMENTS = st.integers(0, 4_000_000_000_000)
DATES = st.dates().map(lambda day: day.isoformat())
AMOUNTS = st.integers(-(10**13), 10**13).map(lambda cents: f"{'-' * (cents < 0)}{abs(cents) // 100}.{abs(cents) % 100:02}")
MONEY = st.fixed_dictionaries({"amount": AMOUNTS, "currency": st.sampled_from(["EUR", "USD"])})
ENVELOPE = {
    "custom": st.fixed_dictionaries(
        {}, optional={"size": st.integers(-(10**9), 10**9), "big": st.booleans(), "since": DATES, "note": letters(max_size=40)}
    ),
    "external_ids": st.dictionaries(st.sampled_from(["shop", "crm.eu"]), letters(min_size=1, max_size=20), max_size=2),
    "tags": st.lists(letters(min_size=1, max_size=12), max_size=3, unique=True),
    "owner_id": st.none(),
}


def written(resource: Resource, documents: Sequence[Mapping[str, Any]], name: str, fields: Sequence[str] | None = None) -> bytes:
    """Return the documents as a file."""
    table = table_of(resource, [(field, kind) for field, kind, *_ in CUSTOM], fields)
    return b"".join(FORMATS[name].write(table, batched(documents)))


def batched(documents: Sequence[Mapping[str, Any]], size: int = 3) -> Iterable[Sequence[Mapping[str, Any]]]:
    """Return documents a few at a time."""
    return [documents[place : place + size] for place in range(0, len(documents), size)]


def plain(*names: str) -> Table:
    """Return a table of text columns."""
    return Table("things", "thing", tuple(Column(name, (name,)) for name in names))


def read_back(resource: Resource, path: Path) -> list[dict[str, Any]]:
    """Return the bodies that the import makes of a file whose columns have the names of fields."""
    layout = detect_layout(path).layout
    hints, columns = [replace(hint, required=False) for hint in hints_of(resource, CUSTOM)], read_columns(path, layout)
    suggested = suggest(columns, hints, {column: read_sample(path, layout).of(column) for column in columns})
    mapper = Mapper({column: one.field for column, one in suggested.items() if one.confidence >= LEAST_CONFIDENCE}, hints)
    found = []
    for row in open_rows(path, layout):
        assert isinstance(row, Row), row
        body, errors = mapper.apply(row)
        assert errors == []
        found.append(body)
    return found


def writable(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a client writes of a document, without what is empty."""
    kept = {name: value for name, value in document.items() if name not in {"id", "object", "created_at", "updated_at", "version"}}
    return {name: found for name, value in kept.items() if (found := _filled(value)) not in (None, "", {}, [])}


def _filled(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    found = {name: part for name, inner in value.items() if (part := _filled(inner)) is not None}
    return found | {"amount": money.from_units(money.to_units(found["amount"]))} if "amount" in found else found
