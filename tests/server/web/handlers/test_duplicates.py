"""The addresses of duplicates, which are not those of a record called `duplicates`."""

from __future__ import annotations

from server.domain.actor import Actor
from tests.server.crm import index, made, viewer
from tests.server.web.calling import called


def test_duplicates_come_in_pages(alice: Actor, charlie: Actor) -> None:
    for number in range(4):
        made(alice, "contact", email=f"x{number // 2}@acme.example")
        made(alice, "company", name="Acme")
    index()
    page = called(alice, "GET", "/contacts/duplicates?limit=1").json
    assert (len(page["data"]), page["has_more"]) == (1, True)
    rest = called(viewer(alice), "GET", f"/contacts/duplicates?cursor={page['next_cursor']}").json
    assert (len(rest["data"]), rest["next_cursor"]) == (1, None)
    assert [one["count"] for one in called(alice, "GET", "/companies/duplicates").json["data"]] == [4]
    assert called(charlie, "GET", "/contacts/duplicates").json["data"] == []
