"""What an export wizard has been told becomes a request; opened over a list it begins with the list's filters."""

from __future__ import annotations

from app.client.cancellation import Cancellation
from app.pages.exporting import Exporting, begun_with, filter_of
from tests.app.stage import ScriptedApi, listed


def test_over_a_list_it_begins_with_its_resource_and_filters() -> None:
    query = {"filter[email][ilike]": "%a%", "filter[company.name][eq]": "Acme", "sort": "-created_at"}
    assert begun_with({"path": "/contacts", "query": query}) == {
        "resource": "contacts",
        "filter": {"email": {"ilike": "%a%"}, "company.name": {"eq": "Acme"}},
    }
    assert begun_with({}) == {"filter": None}
    assert filter_of({"filter[not][email][null]": "true"}) == {"not": {"email": {"null": "true"}}}


def test_the_fields_are_those_of_a_record_and_all_of_them_are_not_named() -> None:
    exporting = Exporting({"resource": "contacts", "format": "csv"})
    exporting.fields = exporting.look(ScriptedApi({"/contacts": listed({"id": "con_1", "email": None})}), Cancellation())
    assert exporting.fields == ("id", "email")
    assert exporting.run(["id", "email"]).body == {"resource": "contacts", "format": "csv"}
    some = exporting.run(["email"])
    assert some.body == {"resource": "contacts", "format": "csv", "fields": ["email"]}
    assert some.headers == exporting.run(["email"]).headers != exporting.run(["id"]).headers
