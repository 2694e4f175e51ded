"""Tenants are the operators' business: made once per name, changed over a version, suspended everywhere at once."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from server.domain.actor import Actor
from server.domain.errors import Conflict, Denied, Invalid, JunctionError, Missing, Stale, Unprocessable
from server.services import tenants
from server.services.tenants import NewTenant, TenantChange
from server.store import database, generations
from tests.tenants import TENANT_A, TENANT_B


def change(**fields: Any) -> TenantChange:
    return TenantChange.model_validate(fields)


def trail(tenant_id: str) -> list[tuple[Any, ...]]:
    return database.rows("SELECT actor_id, action, changes FROM audit WHERE tenant_id = ? ORDER BY position", (tenant_id,))


def moved() -> int:
    return generations.current().get("credentials", 0)


@pytest.mark.parametrize("name", ["alice", "bob", "charlie"])
def test_nobody_inside_a_tenant_deals_with_tenants(opened: str, request: pytest.FixtureRequest, name: str) -> None:
    actor: Actor = request.getfixturevalue(name)
    acts = (
        lambda: tenants.create(actor, NewTenant(name="C"), "standard"),
        lambda: tenants.get(actor, TENANT_A),
        lambda: tenants.list_page(actor, None, 10),
        lambda: tenants.update(actor, TENANT_A, change(name="Mine")),
        lambda: tenants.suspend(actor, TENANT_B),
        lambda: tenants.resume(actor, TENANT_B),
    )
    for act in acts:
        with pytest.raises(Denied):
            act()
    assert [row["name"] for row in (tenants.find(TENANT_A), tenants.find(TENANT_B))] == ["A", "B"]


def test_a_tenant_has_defaults_and_a_first_line_in_its_own_trail(operator: Actor) -> None:
    made, new = tenants.create(operator, NewTenant(name=" Acme "), "standard")
    assert new
    names = ("object", "name", "tier", "timezone", "language", "currency", "status", "version")
    assert [made[name] for name in names] == ["tenant", "Acme", "standard", "UTC", "en", "EUR", "active", 1]
    assert trail(made["id"]) == [("usr_oscar", "tenant.created", '{"name":[null,"Acme"]}')]
    assert tenants.get(operator, made["id"]) == tenants.find("Acme") == made


def test_making_a_tenant_of_the_same_name_returns_the_one_there_is(operator: Actor) -> None:
    made, new = tenants.create(operator, NewTenant(name="A", currency="USD"), "none such")
    assert (made["id"], made["currency"], new) == (TENANT_A, "EUR", False)


@pytest.mark.parametrize("given", ["body", "default"])
def test_an_unknown_tier_is_refused_by_name_and_nothing_is_made(operator: Actor, given: str) -> None:
    body = NewTenant(name="C", tier="golden" if given == "body" else None)
    with pytest.raises(Unprocessable) as refused:
        tenants.create(operator, body, "golden")
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [("/tier", "unknown_reference")]
    with pytest.raises(Missing):
        tenants.find("C")
    with pytest.raises(Unprocessable):
        tenants.update(operator, TENANT_A, change(tier="golden"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("timezone", "Mars/Olympus"),
        ("timezone", "../../etc/passwd"),
        ("timezone", "Europe"),
        ("timezone", "x" * 5000),
        ("timezone", ""),
        ("currency", "EURO"),
        ("language", "English"),
        ("name", ""),
        ("name", None),
        ("tier", None),
        ("timezone", None),
        ("status", "active"),
    ],
    ids=str,
)
def test_a_value_that_means_nothing_is_refused_with_its_field(field: str, value: str | None) -> None:
    with pytest.raises(ValidationError) as refused:
        TenantChange.model_validate({field: value})
    assert [error["loc"] for error in refused.value.errors()] == [(field,)]


def test_a_change_is_written_once_and_says_what_it_changed(operator: Actor) -> None:
    before = moved()
    changed = tenants.update(operator, TENANT_A, change(timezone="Europe/Berlin", currency="usd", name="A"))
    assert (changed["timezone"], changed["currency"], changed["version"]) == ("Europe/Berlin", "USD", 2)
    assert trail(TENANT_A) == [("usr_oscar", "tenant.updated", '{"timezone":["UTC","Europe/Berlin"],"currency":["EUR","USD"]}')]
    assert moved() == before + 1
    assert tenants.update(operator, TENANT_A, change(currency="USD"))["version"] == 2, "nothing changed"
    assert (len(trail(TENANT_A)), moved()) == (1, before + 1)


def test_a_change_to_another_version_or_another_tenants_name_is_refused(operator: Actor) -> None:
    with pytest.raises(Stale):
        tenants.update(operator, TENANT_A, change(name="New"), version=7)
    with pytest.raises(Conflict) as refused:
        tenants.update(operator, TENANT_A, change(name="B"))
    assert refused.value.stable_code == "not_unique"
    assert tenants.get(operator, TENANT_A)["version"] == 1


def test_suspending_and_resuming_is_noticed_by_every_process(operator: Actor) -> None:
    before = moved()
    assert tenants.suspend(operator, TENANT_A)["status"] == "suspended"
    assert tenants.suspend(operator, TENANT_A)["version"] == 2
    assert tenants.resume(operator, TENANT_A)["status"] == "active"
    assert moved() == before + 2
    assert [action for _, action, _ in trail(TENANT_A)] == ["tenant.suspended", "tenant.resumed"]
    assert trail(TENANT_B) == []


def test_a_tenant_that_is_being_deleted_changes_no_more(operator: Actor) -> None:
    database.execute("UPDATE tenants SET status = 'deleting' WHERE id = ?", (TENANT_A,))
    with pytest.raises(Conflict):
        tenants.resume(operator, TENANT_A)


def test_what_is_not_there_is_missing(operator: Actor) -> None:
    acts = (
        lambda: tenants.get(operator, "ten_x"),
        lambda: tenants.find("ten_x"),
        lambda: tenants.require("ten_x"),
        lambda: tenants.suspend(operator, "ten_x"),
    )
    for act in acts:
        with pytest.raises(JunctionError) as refused:
            act()
        assert isinstance(refused.value, Missing)
    tenants.require(TENANT_A)


def test_lists_go_on_by_their_cursor(operator: Actor) -> None:
    first, cursor = tenants.list_page(operator, None, 1)
    second, end = tenants.list_page(operator, cursor, 1)
    assert ([row["name"] for row in first + second], end) == (["A", "B"], None)


def test_an_operator_within_a_tenant_stays_who_they_are(operator: Actor) -> None:
    inside = tenants.within(operator, TENANT_A)
    assert (inside.tenant_id, inside.id, inside.kind, inside.address) == (TENANT_A, operator.id, "operator", operator.address)


def test_tenants_are_found_by_a_piece_of_their_name(operator: Actor) -> None:
    for name in ("Ängström 50%", "Berg", "Bergström"):
        tenants.create(operator, NewTenant(name=name), "standard")
    assert [row["name"] for row in tenants.list_page(operator, None, 10, "STRÖM")[0]] == ["Ängström 50%", "Bergström"]
    assert [row["name"] for row in tenants.list_page(operator, None, 10, "0%")[0]] == ["Ängström 50%"]
    first, cursor = tenants.list_page(operator, None, 1, "berg")
    assert [row["name"] for row in (*first, *tenants.list_page(operator, cursor, 1, "berg")[0])] == ["Berg", "Bergström"]
    with pytest.raises(Invalid):
        tenants.list_page(operator, cursor, 1, "other")
