"""References: every field that the API lets refer to something is known here, and things are looked for the way their list allows."""

from __future__ import annotations

import json

import pytest

from app.client.errors import Missing, Problem
from app.client.references import FIELDS, REFERENCES, Choice, called, home_of, look_for, read_many
from app.system.folders import RESOURCES
from tests.app.stage import ScriptedApi, listed

# Fields of the API that end in `_id` and are no thing that a person chooses or reads the name of, and why.
OTHERS = {
    "account_id": "the vendor's own account, or one of several lists",
    "client_id": "the name of an OAuth client, written as it is",
    "content_id": "a part of a mail",
    "credential_id": "a connector's credential has no name beside its own",
    "delivery_id": "read in the drawer of its webhook",
    "event_id": "an event is called by its id",
    "external_id": "an id at the vendor",
    "merge_id": "a merge is called by its records",
    "message_id": "the Message-ID of a mail",
    "provider_message_id": "the provider's own",
    "recipient_id": "read in its message",
    "record_id": "of a resource that stands beside it",
    "report_id": "the reporter's own",
    "request_id": "what a log line is found by",
    "sent_message_id": "a message is called by its id",
    "subject_id": "of a kind that stands beside it",
    "thread_id": "a thread has no name",
}
ADA = {"id": "con_1", "first_name": "Ada", "last_name": "Berg", "email": "ada@example.com"}


def test_every_reference_in_the_schemas_of_the_api_is_known() -> None:
    schemas = json.loads((RESOURCES / "openapi.json").read_text(encoding="utf-8"))["components"]["schemas"]
    told = {name for schema in schemas.values() for name in schema.get("properties", {}) if name.endswith("_id")}
    assert sorted(told - set(FIELDS) - set(OTHERS)) == []
    assert set(FIELDS.values()) <= set(REFERENCES)


def test_a_record_is_looked_for_by_the_search_and_offered_in_its_order() -> None:
    hits = listed({"id": "con_2", "object": "contact"}, {"id": "con_1", "object": "contact"})
    api = ScriptedApi({"/search": hits, "/contacts": listed(ADA, {"id": "con_2", "email": "b@example.com"})})
    assert look_for(api, "/contacts", "ad") == [Choice("con_2", "b@example.com"), Choice("con_1", "Ada Berg", "ada@example.com")]
    assert api.calls[0].query["types"] == "contact"
    assert api.calls[1].query["filter[id][in]"] == "con_2,con_1"


def test_without_words_what_came_last_is_offered() -> None:
    api = ScriptedApi({"/contacts": listed(ADA)})
    assert [one.words for one in look_for(api, "/contacts", " ")] == ["Ada Berg"]
    assert api.calls[0].query["sort"] == "-created_at"


def test_a_list_that_cannot_be_searched_is_looked_through_here() -> None:
    api = ScriptedApi(
        {"/users": listed({"id": "usr_1", "name": "Alice", "email": "a@x.example"}, {"id": "usr_2", "name": "Bob", "email": "b@x.example"})}
    )
    assert look_for(api, "/users", "x.example BOB") == [Choice("usr_2", "b@x.example", "Bob")]


def test_a_list_that_searches_itself_is_given_the_words() -> None:
    api = ScriptedApi({"/admin/v1/tenants": listed({"id": "ten_1", "name": "Northwind"})})
    assert look_for(api, "/admin/v1/tenants", "north") == [Choice("ten_1", "Northwind", "ten_1")]
    assert api.calls[0].query["search"] == "north"


def test_many_ids_are_asked_for_together_and_the_deleted_ones_after_them() -> None:
    def answer(call: object) -> object:
        query = getattr(call, "query")  # noqa: B009 - what is scripted gets any call
        return listed({"id": "cmp_2", "name": "Gone"}) if "filter[deleted][eq]" in query else listed({"id": "cmp_1", "name": "Here"})

    api = ScriptedApi({"/companies": answer})
    assert [row["name"] for row in read_many(api, "/companies", ["cmp_1", "cmp_2"])] == ["Here", "Gone"]
    assert [call.query["filter[id][in]"] for call in api.calls] == ["cmp_1,cmp_2", "cmp_2"]


@pytest.mark.parametrize(("key", "home"), [("contact_id", "/contacts"), ("items.product_id", "/products"), ("client_id", ""), ("name", "")])
def test_a_field_is_told_by_the_last_step_of_its_key(key: str, home: str) -> None:
    assert home_of(key) == home


def test_a_thing_without_a_name_is_called_by_what_tells_it_from_its_like() -> None:
    assert called("/contacts", {"id": "con_1", "email": "x@example.com"}) == "x@example.com"
    assert called("/campaigns", {"id": "c1", "name": "Spring"}) == "Spring"


def test_what_is_refused_is_raised() -> None:
    with pytest.raises(Missing):
        look_for(ScriptedApi({"/users": Missing(Problem(404))}), "/users", "a")
