"""What is exported can be imported: every format but PDF gives back what a client would write, for records of every shape."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.store.records import by_noun
from server.system import clock
from tests.server.services.exporting.tables import AMOUNTS, DATES, ENVELOPE, MOMENTS, MONEY, letters, read_back, writable, written

STAMPS = {"created_at": "2026-11-20T12:00:00.000Z", "updated_at": "2026-11-20T12:00:00.000Z", "version": 1}
MAYBE = st.none() | letters(min_size=1, max_size=60)
MOMENT = st.none() | MOMENTS.map(clock.rfc3339)
OWN: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "contact": {
        "first_name": letters(min_size=1, max_size=60),
        "last_name": MAYBE,
        "email": st.none() | st.from_regex(r"[a-z]{1,9}@[a-z]{1,9}\.(com|de)", fullmatch=True),
        "phone": st.none() | st.from_regex(r"\+[1-9][0-9]{1,3} [0-9]{4,8}", fullmatch=True),
        "address": st.none() | st.fixed_dictionaries({"city": letters(min_size=1, max_size=20), "country": MAYBE}),
    },
    "deal": {
        "name": letters(min_size=1, max_size=60),
        "value": st.none() | MONEY,
        "close_date": st.none() | DATES,
        "probability": st.integers(0, 100),
    },
    "activity": {"type": st.sampled_from(["call", "task"]), "subject": MAYBE, "due_at": MOMENT, "done": st.booleans(), "body": MAYBE},
    "document": {"name": letters(min_size=1, max_size=60), "folder": MAYBE},
    "invoice": {
        "number": letters(min_size=1, max_size=20),
        "total": st.none() | st.fixed_dictionaries({"amount": AMOUNTS, "currency": st.just("EUR")}),
    },
}


def documents(noun: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Return lists of documents of a resource."""
    fields = st.fixed_dictionaries({"id": st.just("id_1"), "object": st.just(noun), **OWN[noun], **ENVELOPE})
    return st.lists(fields.map(lambda found: {**found, **STAMPS}), min_size=1, max_size=7)


@pytest.mark.parametrize("name", ["csv", "xlsx", "jsonl", "xml"])
@pytest.mark.parametrize("noun", sorted(OWN))
@settings(max_examples=25, deadline=None)
@given(made=st.data())
def test_what_is_exported_is_imported_as_it_was(noun: str, name: str, made: st.DataObject) -> None:
    resource, given_documents = by_noun()[noun], made.draw(documents(noun))
    with tempfile.NamedTemporaryFile(suffix=f".{name}") as file:
        file.write(written(resource, given_documents, name))
        file.flush()
        found = read_back(resource, Path(file.name))
    expected = [writable(document) for document in given_documents]
    if name in {"xml", "csv"}:
        assert len(found) == len(expected)
    assert [writable(body) for body in found] == expected
