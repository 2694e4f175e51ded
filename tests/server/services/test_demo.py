"""The demo tenant is believable, linked, the same everywhere, and made once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from server.domain.actor import system_actor
from server.domain.filters import Query
from server.services import demo, records, setup
from server.store import database, marks
from server.store.records import by_noun
from server.system import settings


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[demo.Demo]:
    found = settings.load(tmp_path_factory.mktemp("demo"), {})
    setup.first_start(found, "operator@example.com")
    made = demo.open_tenant("standard")
    demo.fill(made.id)
    yield made
    database.close()


def all_of(tenant: demo.Demo, noun: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    cursor: str | None = None
    while True:
        found, cursor = records.list_page(system_actor(tenant.id), by_noun()[noun], Query(limit=200, cursor=cursor))
        rows += found
        if cursor is None:
            return rows


def test_there_is_enough_of_everything(tenant: demo.Demo) -> None:
    counts = {noun: len(all_of(tenant, noun)) for noun in ("company", "contact", "deal", "activity", "product", "order", "invoice", "payment")}
    assert (counts["company"], counts["contact"], counts["deal"], counts["activity"]) == (50, 200, 80, 300)
    assert min(counts["product"], counts["order"], counts["invoice"], counts["payment"]) >= 8


def test_nobody_can_own_the_domains_and_no_two_people_are_the_same(tenant: demo.Demo) -> None:
    emails = [str(one["email"]) for one in all_of(tenant, "contact")]
    assert all(email.endswith(".example.com") for email in emails)
    assert len(set(emails)) == 200
    assert len({one["name"] for one in all_of(tenant, "company")}) == 50


def test_everything_is_linked(tenant: demo.Demo) -> None:
    companies = {one["id"] for one in all_of(tenant, "company")}
    assert {one["company_id"] for one in all_of(tenant, "contact")} == companies
    orders = {one["id"] for one in all_of(tenant, "order")}
    invoices = {one["id"] for one in all_of(tenant, "invoice")}
    assert all(one["order_id"] in orders for one in all_of(tenant, "invoice"))
    assert all(one["invoice_id"] in invoices for one in all_of(tenant, "payment"))


def test_every_record_has_its_event(tenant: demo.Demo) -> None:
    assert database.row("SELECT COUNT(*) FROM events WHERE tenant_id = ? AND type LIKE '%.created' AND object <> 'api_key'", (tenant.id,)) == (
        sum(len(all_of(tenant, noun)) for noun in ("company", "contact", "deal", "activity", "product", "order", "invoice", "payment")),
    )


def test_a_second_time_makes_nothing_and_shows_no_key(tenant: demo.Demo) -> None:
    again = demo.open_tenant("standard")
    assert (again.id, again.live, again.test) == (tenant.id, None, None)
    assert demo.fill(tenant.id) == 0


def test_a_filling_that_was_cut_off_left_nothing_and_is_done_again(tenant: demo.Demo) -> None:
    from server.services.tenants import NewTenant, create

    other, _ = create(system_actor(""), NewTenant(name="Other"), "standard")
    before = marks.find(demo.MARK)

    def cut_off() -> None:
        with database.transaction():
            demo.fill(other["id"])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        cut_off()
    assert marks.find(demo.MARK) == before
    assert demo.fill(other["id"]) > 700
    marks.put(demo.MARK, str(before))
