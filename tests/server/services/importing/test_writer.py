"""One row makes one change, or says why not, in words and by the column it came from."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.domain.actor import Actor
from server.services import records as service
from server.store.records import by_plural
from tests.server.services.importing.tables import counts, imported, refusals, write

CONTACTS = by_plural()["contacts"]


def test_an_external_id_that_another_record_has_refuses_only_its_row(alice: Actor, tmp_path: Path) -> None:
    service.create(alice, CONTACTS, {"email": "old@x.io", "external_ids": {"shop": "1"}})
    mapping = {"email": "email", "id": "external_ids.shop"}
    found = imported(alice, write(tmp_path, "email,id\na@x.io,1\nb@x.io,2\n"), mapping=mapping, match="email")
    assert counts(found) == {"rows": 2, "created": 1, "refused": 1}
    assert "an external id of this row belongs to another record" in refusals(alice, found)


def test_a_company_made_for_a_row_that_is_refused_is_not_made(alice: Actor, tmp_path: Path) -> None:
    mapping = {"email": "email", "Firm": "company_id", "Title": "title"}
    table = f"email,Firm,Title\na@x.io,Acme,{'x' * 600}\nb@x.io,Acme,CEO\n"
    found = imported(alice, write(tmp_path, table), mapping=mapping, create_companies=True)
    assert counts(found) == {"rows": 2, "created": 1, "refused": 1, "companies_created": 1}


def test_a_field_that_a_new_record_needs_is_missed_by_name(alice: Actor, tmp_path: Path) -> None:
    found = imported(alice, write(tmp_path, "sku,description\nA1,Nice\n"), "products", match="sku")
    assert counts(found) == {"rows": 1, "refused": 1}
    assert "field required" in refusals(alice, found)


@pytest.mark.parametrize("dry_run", [True, False])
def test_rows_that_are_skipped_change_nothing_for_later_ones(alice: Actor, tmp_path: Path, dry_run: bool) -> None:
    table = "email,first_name\n" + "".join(f"a{index % 150}@x.io,N{index}\n" for index in range(400))
    found = imported(alice, write(tmp_path, table), on_match="skip", dry_run=dry_run)
    assert counts(found) == {"rows": 400, "created": 150, "skipped": 250}
