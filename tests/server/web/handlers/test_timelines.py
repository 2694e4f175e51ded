"""The addresses of timelines."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.domain.errors import Missing
from tests.server.crm import made, viewer
from tests.server.web.calling import called


def test_contacts_companies_and_deals_have_a_timeline_in_pages(alice: Actor, charlie: Actor) -> None:
    contact, company = made(alice, "contact")["id"], made(alice, "company", name="Acme")["id"]
    deal = made(alice, "deal", name="d", contact_id=contact, company_id=company)["id"]
    for address in (f"/contacts/{contact}/timeline", f"/companies/{company}/timeline"):
        page = called(alice, "GET", f"{address}?limit=1").json
        assert page["has_more"]
        rest = called(alice, "GET", f"{address}?cursor={page['next_cursor']}").json
        assert {one["type"] for one in page["data"] + rest["data"]} == {"deal", "event"}
        assert [one["id"] for one in called(viewer(alice), "GET", f"{address}?types=deal").json["data"]] == [deal]
        with pytest.raises(Missing):
            called(charlie, "GET", address)
    assert [one["title"] for one in called(alice, "GET", f"/deals/{deal}/timeline").json["data"]] == ["deal.created"]
