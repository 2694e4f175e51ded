"""V8's parameters and bodies are read strictly; what stands alone asks for nothing."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import pytest
from aiohttp.test_utils import make_mocked_request

from server.domain.errors import Invalid
from server.domain.filters import All, Any_, Condition, Sort
from server.services.suitecrm.modules import ACCOUNTS
from server.system.settings import Settings
from server.web import table
from server.web.calls import Call
from server.web.passages import NOBODY
from server.web.suitecrm import parameters


def call(query: str) -> Call:
    """Return a call of a list with a query."""
    found = table.build().find("/Api/V8/module/Accounts")
    assert found is not None
    request, settings = make_mocked_request("GET", f"/Api/V8/module/Accounts?{query}"), Settings
    return Call(found[0]["GET"][0], NOBODY, {}, parse_qsl(query, keep_blank_values=True), {}, "req_1", request, settings)  # type: ignore[arg-type]


def listing(query: str) -> parameters.Listing:
    """Return what a query asks of a list of accounts."""
    return parameters.listing(call(query), ACCOUNTS, ACCOUNTS.fields)


def test_everything_is_asked_for_unless_pages_are() -> None:
    everything = listing("")
    assert (everything.size, everything.reading.limit, everything.reading.offset) == (None, parameters.MOST, 0)
    page = listing("page[size]=20&page[number]=3")
    assert (page.size, page.number, page.reading.limit, page.reading.offset) == (20, 3, 20, 40)
    assert listing("page[number]=3").reading.offset == 0


def test_an_order_a_choice_of_fields_and_tests_are_read() -> None:
    found = listing("sort=-name&fields[Accounts]=name,industry&fields[Contacts]=x&filter[operator]=or&filter[name][EQ]=a&filter[industry][like]=b%25")
    assert found.reading.sort == (Sort(("name",), descending=True),)
    assert found.reading.names == {"name", "industry"}
    assert found.reading.where == Any_((Condition(("name",), "ilike", "a"), Condition(("industry",), "ilike", "b%")))
    assert listing("filter[name][eq]=a&filter[name][eq]=b").reading.where == All((Condition(("name",), "ilike", "b"),))


def test_a_name_that_stands_alone_asks_for_nothing() -> None:
    assert listing("fi&filter").reading.where is None
    with pytest.raises(Invalid, match="fi"):
        listing("fi=")


@pytest.mark.parametrize("query", ["page=1", "page[size]=-1", "page[size]=1.5", "page[size]=99999999999", "sort[a]=b", "filter[a][b][c]=d", "a b=c"])
def test_what_is_not_understood_is_refused(query: str) -> None:
    with pytest.raises(Invalid):
        listing(query)


@pytest.mark.parametrize("text", ["17", "0B9E3A6C-5a0e-4c1e-9c3b-2f6f0d6a7b11"])
def test_ids_are_digits_or_uuids(text: str) -> None:
    assert parameters.identifier(text) == text.lower()


@pytest.mark.parametrize("text", ["", "x", "0b9e3a6c5a0e4c1e9c3b2f6f0d6a7b11", "1" * 37, "con_1"])
def test_anything_else_is_no_id(text: str) -> None:
    with pytest.raises(Invalid):
        parameters.identifier(text)


def test_a_new_id_may_be_any_form_of_a_uuid() -> None:
    assert parameters.new_identifier("{0B9E3A6C5A0E4C1E9C3B2F6F0D6A7B11}") == "0b9e3a6c-5a0e-4c1e-9c3b-2f6f0d6a7b11"


def test_a_body_holds_a_record_and_nothing_else() -> None:
    found = parameters.sent({"data": {"type": "Accounts", "id": "1", "attributes": {"name": "a"}}}, "id", "attributes")
    assert (found.type, found.id, found.attributes) == ("Accounts", "1", {"name": "a"})
    assert parameters.sent({"data": {"type": "Accounts"}}, "id").id is None


@pytest.mark.parametrize(
    "body", [None, {"data": {"type": 1}}, {"data": {"type": "a", "id": 1}}, {"data": {"type": "a", "other": 1}}, {"data": {"id": "1"}}]
)
def test_any_other_body_is_refused(body: Any) -> None:
    with pytest.raises(Invalid):
        parameters.sent(body, "id", "attributes")
