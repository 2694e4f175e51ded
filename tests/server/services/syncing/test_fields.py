"""Values of both sides become flat, normal and comparable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import registry
from server.outbound.vendors.values import Record
from server.services.syncing.fields import Fields, at, fingerprint, nested
from tests.server.services.syncing.rig import FOLDER

FLAT = {"email": "a@b.example", "address.city": "Ulm", "address.line1": None}


def fields() -> Fields:
    from connectors.sdk.mapping import read_maps

    return Fields(read_maps(FOLDER)["people"])


def test_a_row_says_what_it_has_and_an_empty_text_says_nothing() -> None:
    found = fields().of_remote(Record("1", {"mail": "a@b.example", "first": "", "place": {"city": "Ulm"}}))
    assert found == {"email": "a@b.example", "first_name": None, "address.city": "Ulm"}


def test_values_are_normal_as_records_store_them() -> None:
    assert fields().normal({"email": " Ada@Example.COM "})["email"] == fields().normal({"email": "ada@example.com"})["email"]


def test_flat_values_are_nested_and_found_again() -> None:
    body = nested(FLAT)
    assert body == {"email": "a@b.example", "address": {"city": "Ulm", "line1": None}}
    assert {path: at(body, path) for path in FLAT} == FLAT


@given(st.dictionaries(st.text(max_size=5), st.none() | st.integers(-9, 9) | st.text(max_size=5), max_size=5))
def test_a_fingerprint_knows_values_and_no_order(values: dict[str, object]) -> None:
    assert fingerprint(values) == fingerprint(dict(reversed(values.items())))
    assert fingerprint(values) != fingerprint({**values, "another": 1})


@pytest.mark.parametrize(
    ("key", "resource", "row", "kind"),
    [
        ("google_calendar", "events", {"start": {"dateTime": "2026-12-01T09:00:00Z"}}, "meeting"),
        ("microsoft365", "events", {"start": {"dateTime": "2026-12-01T09:00:00.0000000", "timeZone": "UTC"}}, "meeting"),
        ("gmail", "messages", {"snippet": "Hello", "internalDate": "1795176000000"}, "email"),
    ],
)
def test_a_row_becomes_a_record_with_what_the_map_has_by_default(key: str, resource: str, row: dict[str, object], kind: str) -> None:
    found = Fields(registry.maps(key)[resource])
    seen = found.of_remote(Record("1", row))
    assert found.body(seen)["type"] == kind
    assert "type" not in found.normal(seen)
    assert found.normal(seen)["starts_at"]


def test_an_amount_that_goes_takes_its_currency_along_and_a_currency_alone_is_nothing() -> None:
    deals = Fields(registry.maps("hubspot")["deals"])
    assert deals.body({"name": "Roof", "value.amount": None, "value.currency": "EUR"}) == {"name": "Roof"}
    assert deals.patch({"value.amount": None, "value.currency": None, "stage": "won"}) == {"stage": "won", "value": None}
    assert deals.patch({"value.amount": "2.00"}) == {"value": {"amount": "2.00"}}
