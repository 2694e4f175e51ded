"""A change that compares first: it runs when If-Match names what is read, and not at all otherwise."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from server.domain.errors import Invalid, Missing, Stale
from server.web.calls import Answer
from server.web.comparing import comparing, heeding
from server.web.preconditions import tag_of
from server.web.routes import Group, Runs

BODY = b"{}"


def run(condition: str | None, read: Answer | Exception) -> str:
    """Return what came of a change: done, or the current tag that it was refused with."""

    def look(_call: Any) -> Answer:
        if isinstance(read, Exception):
            raise read
        return read

    call: Any = SimpleNamespace(headers={} if condition is None else {"If-Match": condition})
    try:
        heeding(lambda _call: Answer(b"done"), look)(call)
    except Stale as error:
        return str(error.members["current"])
    return "done"


@pytest.mark.parametrize(
    ("condition", "tag", "found"),
    [
        (None, '"7"', "done"),
        ("*", '"7"', "done"),
        ('"7"', '"7"', "done"),
        ("7", '"7"', "done"),
        ('"7-0a"', '"7-1f2e"', "done"),
        ('"6"', '"7"', "7"),
        ('"6"', '"7-1f2e"', "7-1f2e"),
        (tag_of(BODY), None, "done"),
        (f"W/{tag_of(BODY)}", None, "done"),
        ('"7"', None, tag_of(BODY).strip('"')),
    ],
)
def test_a_change_is_made_only_of_what_was_read(condition: str | None, tag: str | None, found: str) -> None:
    assert run(condition, Answer(BODY, headers={"ETag": tag} if tag else {})) == found


def test_what_cannot_be_read_or_is_no_tag_says_so() -> None:
    with pytest.raises(Missing):
        run('"7"', Missing())
    with pytest.raises(Invalid):
        run("no tag at all", Answer(BODY, headers={"ETag": '"7"'}))


def test_only_changes_of_what_is_briefly_read_by_their_address_are_replaced() -> None:
    group = Group("/things", "Things")
    answered: Any = {"answer": dict}

    def named(name: str) -> Any:
        return SimpleNamespace(__name__=name)

    routes = [
        group.get("/{id}", named("get_thing"), "", **answered),
        group.patch("/{id}", named("update_thing"), ""),
        group.put("/{id}", named("put_thing"), "", takes_version=True),
        group.delete("/{id}", named("delete_thing"), "", runs=Runs.WORK),
        group.delete("/{id}/parts", named("delete_parts"), ""),
        group.post("/{id}", named("run_thing"), ""),
    ]
    assert [route.name for route in comparing(routes) if route.compares] == ["update_thing", "delete_thing"]
