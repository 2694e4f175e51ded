"""A plan is decided from the beginning of a file, shown, and kept, so that every row is read alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.domain.actor import Actor
from server.domain.errors import Unprocessable
from server.services.importing.options import ImportOptions
from server.services.importing.plan import Draft, Plan, compile_plan, draft_plan
from server.store.records import by_plural
from tests.server.services.importing.tables import write


def draft(actor: Actor, folder: Path, table: str, plural: str = "deals", mapping: dict[str, str] | None = None, **options: object) -> Draft:
    return draft_plan(actor, write(folder, table), by_plural()[plural], mapping, ImportOptions.model_validate(options), "table.csv")


def test_the_surest_suggestions_make_the_mapping(alice: Actor, tmp_path: Path) -> None:
    found = draft(alice, tmp_path, "Vorname,E-Mail,Schuhgröße\nA,a@x.io,42\n", "contacts")
    assert found.plan.mapping == {"Vorname": "first_name", "E-Mail": "email"}


def test_how_dates_and_numbers_are_written_is_inferred_for_each_column(alice: Actor, tmp_path: Path) -> None:
    table = "name;value;close_date\nA;1.234,50;03.04.2026\nB;2,5;25.04.2026\n"
    found = draft(alice, tmp_path, table).plan
    assert found.conventions["value"].decimal_comma
    assert found.conventions["close_date"].day_first
    assert {"decimal_comma of value", "day_first of close_date"} <= {finding.what for finding in found.findings}
    mapper, _ = compile_plan(alice, found)
    assert {feed.path[0] for feed in mapper.feeds} == {"name", "value", "close_date"}


def test_what_is_given_overrules_what_was_found(alice: Actor, tmp_path: Path) -> None:
    found = draft(alice, tmp_path, "name,close_date\nA,25/04/2026\n", dates="month_first", currency="usd").plan
    assert not found.conventions["close_date"].day_first
    assert found.conventions["close_date"].currency == "USD"
    assert next(finding for finding in found.findings if finding.what.startswith("day_first")).reason == "as given"


def test_the_tenants_currency_and_zone_are_the_default(alice: Actor, tmp_path: Path) -> None:
    found = draft(alice, tmp_path, "name,value\nA,5\n").plan
    assert (found.conventions["value"].currency, found.conventions["value"].time_zone) == ("EUR", "UTC")


def test_a_plan_survives_being_kept(alice: Actor, tmp_path: Path) -> None:
    found = draft(alice, tmp_path, "name,value,close_date\nA,5,2026-01-02\n").plan
    assert Plan.model_validate(found.model_dump(mode="json")) == found


def test_rows_that_only_change_records_need_not_hold_what_is_required(alice: Actor, tmp_path: Path) -> None:
    table = "sku,price\nA1,12.50 EUR\n"
    compile_plan(alice, draft(alice, tmp_path, table, "products", match="sku").plan)
    with pytest.raises(Unprocessable) as refusal:
        compile_plan(alice, draft(alice, tmp_path, table, "products", match=None).plan)
    assert [fault.code for fault in refusal.value.faults] == ["required"]
