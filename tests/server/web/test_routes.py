"""The route table finds what answers to an address, and refuses two that answer to the same."""

from __future__ import annotations

from typing import Any

import pytest

from server.web.routes import Group, RouteTable, Runs


def nothing(_call: Any) -> None:
    """Do nothing."""


GROUP = Group("/api/v1/things", "Things", "things")
TABLE = RouteTable(
    [
        GROUP.get("", nothing, "List", name="list_things"),
        GROUP.post("", nothing, "Create", name="create_thing"),
        GROUP.get("/{id}", nothing, "Get", name="get_thing"),
        GROUP.get("/special", nothing, "Special", name="special"),
        GROUP.delete("/{id}/parts/{part}", nothing, "Remove a part", name="delete_part"),
    ]
)


def found(method: str, path: str) -> tuple[str, list[str]] | None:
    """Return the name of what answers, and its values."""
    answer = TABLE.find(path)
    return None if answer is None or method not in answer[0] else (answer[0][method][0].name, list(answer[1]))


@pytest.mark.parametrize(
    ("method", "path", "outcome"),
    [
        ("GET", "/api/v1/things", ("list_things", [])),
        ("POST", "/api/v1/things", ("create_thing", [])),
        ("GET", "/api/v1/things/7", ("get_thing", ["7"])),
        ("GET", "/api/v1/things/special", ("special", [])),
        ("GET", "/api/v1/things/a%2Fb", ("get_thing", ["a%2Fb"])),
        ("DELETE", "/api/v1/things/7/parts/8", ("delete_part", ["7", "8"])),
        ("GET", "/api/things/7", ("get_thing", ["7"])),
        ("GET", "/admin/v1/tenants/ten_1/things/7", ("get_thing", ["7"])),
        ("GET", "/api/v1/things/", ("list_things", [])),
        ("PUT", "/api/v1/things/7", None),
        ("GET", "/api/v1/things//parts", None),
        ("GET", "/api/v1/nothing", None),
        ("GET", "/api/v2/things", None),
        ("GET", "/", None),
        ("GET", "*", None),
    ],
)
def test_an_address_finds_its_route(method: str, path: str, outcome: tuple[str, list[str]] | None) -> None:
    assert found(method, path) == outcome


def test_two_routes_cannot_answer_to_the_same() -> None:
    twice = [GROUP.get("/{id}", nothing, "Get", name="a"), GROUP.get("/{name}", nothing, "Get", name="b")]
    with pytest.raises(ValueError, match="two routes"):
        RouteTable(twice)


def test_a_group_gives_scope_and_place_by_method() -> None:
    read, written, gone = GROUP.get("", nothing, ""), GROUP.post("", nothing, ""), GROUP.delete("", nothing, "")
    assert (read.scope, written.scope) == ("things:read", "things:write")
    assert (read.runs, written.runs) == (Runs.READ, Runs.WRITE)
    assert (read.idempotent, written.idempotent, gone.status) == (False, True, 204)


def test_only_single_things_that_are_read_are_conditional() -> None:
    assert GROUP.get("/{id}", nothing, "", answer=dict).conditional
    assert not GROUP.get("", nothing, "", answer=dict, listed=True).conditional
    assert not Group("/x", "X", access="anyone").get("", nothing, "", answer=dict).conditional
