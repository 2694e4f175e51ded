"""Daily reports in the store: due ones of active tenants only, claimed by one, and read by who did not decline."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.domain.errors import Missing
from server.store import email_daily_reports as store
from server.store import tenants
from tests.tenants import TENANT_A, TENANT_B


def test_a_report_begins_once_and_is_claimed_by_one(alice: Actor) -> None:
    assert store.unbegun(10) == [TENANT_A, TENANT_B]
    with pytest.raises(Missing):
        store.get(TENANT_A)
    assert store.begin(TENANT_A, {"domains": {}}, 5, 100)
    assert not store.begin(TENANT_A, {"domains": {"a.test": {}}}, 6, 200)
    assert store.unbegun(10) == [TENANT_B]
    assert (store.due(99, 10), [row["tenant_id"] for row in store.due(100, 10)]) == ([], [TENANT_A])
    assert store.claim(TENANT_A, 100, 300)
    assert not store.claim(TENANT_A, 100, 300), "of two workers one is told that it is his"
    store.tell(TENANT_A, {"domains": {"a.test": {}}}, 90)
    store.note_mail(TENANT_A, 91)
    row = store.get(TENANT_A)
    assert (row["picture"], row["told_at"], row["mailed_at"], row["due_at"]) == ({"domains": {"a.test": {}}}, 90, 91, 300)


def test_a_suspended_tenant_waits(alice: Actor) -> None:
    store.begin(TENANT_A, {}, 5, 100)
    tenants.set_status(TENANT_A, "suspended", 6)
    assert (store.due(100, 10), store.unbegun(10)) == ([], [TENANT_B])


def test_who_declines_is_not_written_to_until_he_wants_it_again(alice: Actor, dora: Actor) -> None:
    roles = ("owner", "admin")
    assert store.readers(TENANT_A, roles, 10) == ["alice@example.com", "dora@example.com"]
    store.refuse(TENANT_A, dora.id, 1)
    store.refuse(TENANT_A, dora.id, 2)
    assert (store.readers(TENANT_A, roles, 10), store.refuses(TENANT_A, dora.id)) == (["alice@example.com"], True)
    store.accept(TENANT_A, dora.id)
    assert store.readers(TENANT_A, roles, 10) == ["alice@example.com", "dora@example.com"]
