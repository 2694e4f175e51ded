"""The verbs: where a path lies, what pages are, and signing in to a real appliance."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.client.api import WHOLE, Api, Call, filled, sign_in
from app.client.errors import Missing, SignedOut
from app.client.transport import Transport
from app.main.demonstration import EMAIL, Demonstration
from app.pages.specs import ListView, Tab
from app.pages.table import PAGES
from app.widgets.fields import Field
from tests.app.stage import ScriptedApi, listed


def test_a_path_lies_in_the_chosen_tenant_unless_it_is_the_appliances_own() -> None:
    api = Api(Transport("http://x")).inside("ten_1")
    assert (api.address("/keys"), api.address("/admin/v1/tiers")) == ("/admin/v1/tenants/ten_1/keys", "/admin/v1/tiers")


def test_a_path_inside_no_tenant_is_refused_in_words() -> None:
    with pytest.raises(Missing, match="Choose a tenant"):
        Api(Transport("http://x")).address("/keys")


def test_what_comes_from_a_row_stays_one_segment_of_a_path() -> None:
    assert filled("/keys/{id}/rotate", {"id": "a/../b c"}) == "/keys/a%2F..%2Fb%20c/rotate"


def test_empty_filters_are_not_sent_and_a_whole_list_is_not_paged() -> None:
    api = ScriptedApi({"/keys": listed(), "/event-types": listed()})
    api.page("/keys", {"status": "", "method": "GET"}, cursor="c", limit=5)
    api.page("/event-types")
    assert [dict(call.query) for call in api.calls] == [{"status": "", "method": "GET", "cursor": "c", "limit": 5}, {}]


def test_a_list_is_read_to_its_end_or_as_far_as_is_wanted() -> None:
    pages = {None: listed({"id": "1"}, {"id": "2"}, cursor="b"), "b": listed({"id": "3"}, {"id": "4"}, cursor="c"), "c": listed({"id": "5"})}
    api = ScriptedApi({"/webhooks": lambda call: pages[call.query.get("cursor")]})
    assert [row["id"] for row in api.every("/webhooks", {"status": "active"})] == ["1", "2", "3", "4", "5"]
    assert {call.query["status"] for call in api.calls} == {"active"}
    api.calls.clear()
    assert [row["id"] for row in api.every("/webhooks", most=3)] == ["1", "2", "3"]
    assert len(api.calls) == 2


def test_every_list_that_a_page_shows_is_there_and_paged_as_the_console_takes_it() -> None:
    document = json.loads(Path("resources/openapi.json").read_text(encoding="utf-8"))
    reads = {shape(path): methods["get"] for path, methods in document["paths"].items() if "get" in methods}
    shown = {path.partition("?")[0] for path in lists(PAGES)}
    addresses = {path: shape(path if path.startswith("/admin") else f"/api/v1{path}") for path in shown}
    mirrored = {path: re.sub(r"^/admin/v1/tenants/{}/(?=.)", "/api/v1/", address) for path, address in addresses.items()}
    assert [path for path, address in mirrored.items() if address not in reads] == []
    assert [path for path, address in mirrored.items() if is_unpaged_list(reads[address]) != bool(WHOLE.search(path))] == []


def shape(path: str) -> str:
    """Return a path without the names of its parameters."""
    return re.sub(r"{\w+}", "{}", path)


def lists(thing: Any) -> Iterator[str]:
    """Yield where everything lies that pages list: views, tabs, and choices of fields."""
    if isinstance(thing, tuple | list):
        for one in thing:
            yield from lists(one)
    elif dataclasses.is_dataclass(thing):
        yield from [thing.path] if isinstance(thing, ListView | Tab) else [thing.source] if isinstance(thing, Field) and thing.source else []
        for field in dataclasses.fields(thing):
            yield from lists(getattr(thing, field.name))


def is_unpaged_list(operation: dict[str, Any]) -> bool:
    """Tell whether an operation answers a list and takes no limit."""
    answer = json.dumps(operation["responses"].get("200", {}))
    return '"has_more"' in answer and "limit" not in json.dumps(operation.get("parameters", [])).lower()


def test_a_wrong_password_is_refused_and_the_right_one_opens(demonstration: Demonstration) -> None:
    transport = Transport(demonstration.url)
    with pytest.raises(SignedOut):
        sign_in(transport, EMAIL, "not the password")
    sign_in(transport, EMAIL, demonstration.password)
    assert Api(transport).get("/admin/v1/me")["kind"] == "operator"


def test_the_sandbox_shows_other_rows_than_live(demonstration: Demonstration) -> None:
    rows = {mode: demonstration.api.inside(demonstration.tenant_id, mode).page("/keys").rows for mode in ("live", "test")}
    assert {row["mode"] for row in rows["live"]} == {"live"}
    assert {row["mode"] for row in rows["test"]} <= {"test"}


def test_a_call_says_what_it_was_told(demonstration: Demonstration) -> None:
    api = demonstration.api.inside(demonstration.tenant_id)
    made = api.ask(Call("POST", "/contacts", body={"first_name": "Ada"}))
    assert api.get(f"/contacts/{made['id']}")["first_name"] == "Ada"
