"""Every declared resource hangs together: its table, prefix, references, scopes and event types."""

from __future__ import annotations

import pytest

from server.domain.events import RECORD_NOUNS, catalogue
from server.domain.permissions import SCOPES
from server.store import database, records
from server.store.declaration import ENVELOPE, Resource

RESOURCES = sorted(records.resources(), key=lambda resource: resource.noun)
NOUNS = [resource.noun for resource in RESOURCES]

each = pytest.mark.parametrize("resource", RESOURCES, ids=NOUNS)


def test_every_resource_of_the_catalogue_is_declared() -> None:
    assert sorted(RECORD_NOUNS) == NOUNS


@pytest.mark.parametrize("name", ["noun", "plural", "prefix", "table"])
def test_no_two_resources_share_a_name(name: str) -> None:
    assert len({getattr(resource, name) for resource in RESOURCES}) == len(RESOURCES)


@each
def test_a_resource_has_its_scopes_and_event_types(resource: Resource) -> None:
    assert {f"{resource.scope}:read", f"{resource.scope}:write"} <= SCOPES
    assert {f"{resource.noun}.{verb}" for verb in ("created", "updated", "deleted", "restored")} <= set(catalogue())


@each
def test_what_is_indexed_named_or_known_by_is_a_field(resource: Resource) -> None:
    columns = {name for name, _ in resource.columns()}
    assert set(resource.indexed) <= columns
    assert {*resource.title, *resource.identity} <= set(resource.fields)
    assert set(resource.identity) <= set(resource.indexed), "a record is looked up by what it is known by"


@each
def test_references_lead_to_resources(resource: Resource) -> None:
    references = {name: kind.reference for name, kind in resource.fields.items() if kind.reference}
    assert set(references.values()) <= {one.noun for one in RESOURCES}
    assert [name for name in references if not name.endswith("_id")] == []


@each
def test_a_field_never_hides_a_column_that_every_record_has(resource: Resource) -> None:
    assert set(resource.fields) & {name for name, _ in ENVELOPE} == set()
    names = [name for name, _ in resource.columns()]
    assert len(names) == len(set(names))


def test_every_declared_column_is_in_the_database(opened: str) -> None:
    for resource in RESOURCES:
        there = {column.name for column in database.db.get_columns(resource.table)}
        assert {name for name, _ in resource.columns()} <= there
