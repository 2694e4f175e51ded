"""What every connector inherits: the plan of a run, writes, and looking for a row whose answer was lost."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connectors.sdk.connector import Connector
from connectors.sdk.cursor import HOUR_MS
from connectors.sdk.deletes import ArchivedList, Deletes, InBand, SnapshotDiff
from connectors.sdk.errors import ConnectorError, Missing, Refused
from connectors.sdk.manifest import read_manifest
from connectors.sdk.pager import Whole
from connectors.sdk.request import Request, Response
from connectors.sdk.resource import Resource, Write
from connectors.sdk.values import Asked, Call, Change, Context, Event, Mode, Record, Reply, Stage
from tests.connectors.sdk.test_manifest import GOOD

HOOKED = GOOD + '[webhook]\nscheme = "token"\n'


def people(deletes: Deletes, write: Write | None = None) -> Resource:
    return Resource(
        name="people", list="/people", get="/people/{id}", row="person", pager=Whole(), deletes=deletes, write=write,
        find=lambda change: Request("GET", "/people", {"name": change.values["name"]}),
    )  # fmt: skip


class Acme(Connector):
    """A vendor that does not exist."""

    probe = Request("GET", "/me")

    def events(self, call: Call) -> list[Event]:
        """Say what was told."""
        return [Event("1", call.body.decode())]

    def handshake(self, call: Call) -> Reply | None:
        """Return a challenge."""
        return Reply(body=call.body) if call.method == "GET" else None


@pytest.fixture
def acme(tmp_path: Path) -> Acme:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "manifest.toml").write_text(HOOKED, encoding="utf-8")
    found = Acme(read_manifest(tmp_path / "acme"))
    return found.bind(Context(config={"apiKey": "k-eu"}, now_ms=100 * HOUR_MS))


def answered(steps: Asked[Any], *said: Any) -> Any:
    """Run a generator that only asks: answers are bodies, errors are thrown in."""
    item = next(steps)
    for one in said:
        assert isinstance(item, Request)
        try:
            item = steps.throw(one) if isinstance(one, ConnectorError) else steps.send(Response(200, {}, json.dumps(one).encode()))
        except StopIteration as ended:
            return ended.value
    raise AssertionError(f"it asks on: {item}")


@pytest.mark.parametrize(
    ("deletes", "mode", "listed_hours_ago", "plan"),
    [
        (InBand("deleted"), Mode.INCREMENTAL, None, [Stage.PULL]),
        (InBand("deleted"), Mode.FULL, 0, [Stage.RELIST]),
        (InBand("deleted"), Mode.DELETES_ONLY, 0, [Stage.PULL]),
        (SnapshotDiff(), Mode.INCREMENTAL, None, [Stage.RELIST]),
        (SnapshotDiff(), Mode.INCREMENTAL, 23, [Stage.PULL]),
        (SnapshotDiff(), Mode.INCREMENTAL, 24, [Stage.RELIST]),
        (SnapshotDiff(), Mode.DELETES_ONLY, 1, [Stage.RELIST]),
        (ArchivedList({"archived": "true"}), Mode.DELETES_ONLY, 1, [Stage.DELETES]),
        (InBand("deleted"), Mode.DRY_RUN, None, [Stage.COMPARE]),
    ],
)
def test_a_run_is_planned_by_how_deletes_become_known(
    acme: Acme, deletes: Deletes, mode: Mode, listed_hours_ago: int | None, plan: list[Stage]
) -> None:
    acme.resources = {"people": people(deletes)}
    listed = None if listed_hours_ago is None else (100 - listed_hours_ago) * HOUR_MS
    assert acme.sync("people", mode, listed) == plan
    acme.resources = {"people": people(deletes, Write(create="POST /people"))}
    pushes = mode in (Mode.FULL, Mode.INCREMENTAL)
    assert acme.sync("people", mode, listed) == [Stage.PUSH] * pushes + plan


def test_what_is_only_written_is_pushed_and_never_listed(acme: Acme) -> None:
    acme.resources = {"people": replace(people(SnapshotDiff(), Write(create="POST /people")), reads=False)}
    plans = {mode: acme.sync("people", mode) for mode in (Mode.INCREMENTAL, Mode.FULL, Mode.DRY_RUN, Mode.DELETES_ONLY)}
    assert plans == {Mode.INCREMENTAL: [Stage.PUSH], Mode.FULL: [Stage.PUSH], Mode.DRY_RUN: [], Mode.DELETES_ONLY: []}


def test_deletes_that_stand_apart_are_read_apart(acme: Acme) -> None:
    acme.resources = {"people": people(ArchivedList({"archived": "true"}))}
    steps = acme.import_deletes("people")
    asked = next(steps)
    assert isinstance(asked, Request)
    assert asked.params == {"archived": "true"}
    page = steps.send(Response(200, {}, b'[{"id": 7}]'))
    assert not isinstance(page, Request)
    assert list(page.deletes) == ["7"]


def test_one_row_is_read_by_its_id(acme: Acme) -> None:
    acme.resources = {"people": people(InBand("deleted"))}
    assert answered(acme.get_record("people", "7"), {"person": {"id": 7}}) == Record("7", {"id": 7})
    with pytest.raises(Missing):
        answered(acme.get_record("people", "8"), Missing())
    acme.resources = {"people": replace(people(InBand("deleted")), get="")}
    with pytest.raises(Missing) as raised:
        next(acme.get_record("people", "7"))
    assert raised.value.stable_code == "not_readable"


def test_a_row_whose_answer_was_lost_is_looked_for(acme: Acme) -> None:
    acme.resources = {"people": people(InBand("deleted"))}
    change = Change("k", "create", {"name": "Alice"})
    assert answered(acme.find_record("people", change), [{"id": 7}]) == Record("7", {"id": 7})
    assert answered(acme.find_record("people", change), []) is None


def test_a_row_is_looked_for_among_what_is_new_where_nothing_else_is_declared(acme: Acme) -> None:
    acme.resources = {"people": replace(people(InBand("deleted")), find=None)}
    rows = [{"id": 1, "name": "Alice", "address": {"city": "Bath"}}, {"id": 2, "name": "Alice", "address": {"city": "Bath", "zip": "1"}}]
    sought: list[tuple[dict[str, Any], str | None]] = [
        ({"name": "Alice", "address": {"zip": "1"}}, "2"),
        ({"address": {}}, "1"),
        ({"name": "Bob"}, None),
    ]
    for values, identity in [*sought, ({"name": "Alice"}, "1"), ({}, None)]:
        found = answered(acme.find_record("people", Change("k", "create", values)), rows)
        assert (found and found.id) == identity


@pytest.mark.parametrize(
    ("change", "said", "identity", "error"),
    [
        (Change("k", "create", {"name": "A"}), {"person": {"id": 9}}, "9", None),
        (Change("k", "update", {"name": "A"}, "7"), {}, "7", None),
        (Change("k", "update", {"name": "A"}, "7"), Missing(), "7", Missing),
        (Change("k", "update", {"name": "A"}, "7"), Refused(), "7", Refused),
        (Change("k", "delete", {}, "7"), Missing(), "7", None),
    ],
)
def test_each_change_has_its_outcome(acme: Acme, change: Change, said: Any, identity: str, error: type[Exception] | None) -> None:
    write = Write("POST /people", "PATCH /people/{id}", "DELETE /people/{id}", wrap="person")
    acme.resources = {"people": people(InBand("deleted"), write)}
    outcome = answered(acme.write(acme.resource("people"), change), said)
    assert (outcome.key, outcome.id) == ("k", identity)
    assert outcome.error is None if error is None else isinstance(outcome.error, error)


def test_what_the_vendor_takes_no_way_is_refused_without_asking(acme: Acme) -> None:
    acme.resources = {"people": people(InBand("deleted"), Write(create="POST /people"))}
    (outcome,) = acme.export_data("people", [Change("k", "delete", {}, "7")])
    assert not isinstance(outcome, Request)
    assert isinstance(outcome.error, Refused)
    acme.resources = {"people": people(InBand("deleted"))}
    (outcome,) = acme.export_data("people", [Change("k", "create", {"name": "A"})])
    assert not isinstance(outcome, Request)
    assert isinstance(outcome.error, Refused)


def test_who_answered_every_connector_says_itself(acme: Acme) -> None:
    steps = acme.test_connection()
    assert next(steps) == acme.probe
    with pytest.raises(NotImplementedError, match="Acme has to say"):
        steps.send(Response(200, {}, b"{}", "https://eu.acme.example/v1/me"))


def test_a_greeting_is_answered_and_a_call_is_told(acme: Acme) -> None:
    assert acme.webhook(Call("GET", "https://j.example", {}, (), b"challenge", "token")) == Reply(body=b"challenge")
    assert acme.webhook(Call("POST", "https://j.example", {}, (), b"it", "token")) == [Event("1", "it")]


def test_nothing_is_subscribed_offered_or_disposed_of_by_default(acme: Acme) -> None:
    assert Connector(acme.manifest).events(Call("POST", "https://j.example", {}, (), b"it", "token")) == ()
    for steps in (acme.initialize(acme.context), acme.dispose(()), acme.fields("people"), acme.options("x")):
        assert list(steps) == []


def test_the_address_and_the_hosts_follow_the_configuration(acme: Acme) -> None:
    assert acme.address == "https://eu.acme.example/v1"
    assert acme.allowed("eu.acme.example")
    acme.bind(Context(config={"apiKey": "k-eu", "site": "https://shop.example/x"}))
    assert acme.allowed("shop.example")
    assert not acme.allowed("other.example")
