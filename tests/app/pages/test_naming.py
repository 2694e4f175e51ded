"""Names beside ids: asked once, a page at a time where there are several, and an id that nobody knows stays an id."""

from __future__ import annotations

from app.client.cancellation import Cancellation
from app.client.errors import Missing, Problem
from app.models.columns import Column, cell, plain
from app.pages.naming import Names
from tests.app.stage import ScriptedApi, listed

TENANT = Column("tenant_id", "Tenant", kind="code", names="/admin/v1/tenants")


def told(api: ScriptedApi, names: Names, *ids: str | None) -> list[str]:
    rows = [{"id": str(place), "tenant_id": one} for place, one in enumerate(ids)]
    names.fill(api, [TENANT], rows, Cancellation())
    assert [plain(row) for row in rows] == [{"id": str(place), "tenant_id": one} for place, one in enumerate(ids)]
    return [cell(TENANT, row).text for row in rows]


def test_an_id_is_shown_by_its_name_and_asked_for_once() -> None:
    api, names = ScriptedApi({"/admin/v1/tenants/ten_1": {"id": "ten_1", "name": "Demo"}}), Names()
    assert told(api, names, "ten_1", None, "ten_1") == ["Demo", "—", "Demo"]
    assert told(api, names, "ten_1") == ["Demo"]
    assert len(api.calls) == 1


def test_several_ids_are_told_together_and_what_has_words_of_its_own_is_not_asked_for() -> None:
    through = Column("through", "Through", kind="list", words={"direct": "By itself"}, names="/email/accounts")
    api, names = ScriptedApi({"/email/accounts/acc_1": {"id": "acc_1", "name": "Office"}}), Names()
    rows = [{"id": "1", "through": ["acc_1", "direct"]}, {"id": "2", "through": ["direct"]}]
    names.fill(api, [through], rows, Cancellation())
    assert [cell(through, row).text for row in rows] == ["Office, By itself", "By itself"]
    assert [call.path for call in api.calls] == ["/email/accounts/acc_1"]


def test_records_are_asked_for_by_their_ids_at_once() -> None:
    company = Column("company_id", "Company")
    api, names = ScriptedApi({"/companies": listed({"id": "cmp_1", "name": "One"}, {"id": "cmp_2", "name": "Two"})}), Names()
    rows = [{"id": "1", "company_id": "cmp_1"}, {"id": "2", "company_id": "cmp_2"}]
    names.fill(api, [company], rows, Cancellation())
    assert [cell(company, row).text for row in rows] == ["One", "Two"]
    assert [call.query["filter[id][in]"] for call in api.calls] == ["cmp_1,cmp_2"]


def test_many_names_are_read_as_a_page() -> None:
    tenants = [{"id": f"ten_{place}", "name": f"Tenant {place}"} for place in range(20)]
    api = ScriptedApi({"/admin/v1/tenants": listed(*tenants)})
    assert told(api, Names(), *(tenant["id"] for tenant in tenants)) == [tenant["name"] for tenant in tenants]
    assert len(api.calls) == 1


def test_an_id_that_nobody_knows_stays_an_id_and_is_not_asked_for_again() -> None:
    api, names = ScriptedApi({"/admin/v1/tenants/ten_9": Missing(Problem(404))}), Names()
    assert told(api, names, "ten_9") == told(api, names, "ten_9") == ["ten_9"]
    assert len(api.calls) == 1


def test_what_was_listed_for_something_else_is_known_in_every_tenant_without_asking() -> None:
    api, names = ScriptedApi(), Names()
    names.take(api, "/admin/v1/tenants", [{"id": "ten_1", "name": "Demo"}])
    rows = [{"id": "evt_1", "tenant_id": "ten_1"}, {"id": "evt_2", "tenant_id": "ten_2"}]
    names.put(api, [TENANT], rows)
    assert [cell(TENANT, row).text for row in rows] == ["Demo", "ten_2"]
    assert api.calls == []
