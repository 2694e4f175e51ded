"""The app definition is made of what this appliance offers, and works against it: subscribe, poll, create, unsubscribe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.outbound import app_definitions
from server.system.version import VERSION
from server.web import table
from server.web.openapi import document
from tests.api.appliance import Persona, running
from tests.vendors.personalities.zapier import Poll


@pytest.fixture(scope="module")
def app() -> dict[str, Any]:
    return app_definitions.zapier(document.build(table.build().routes))


@pytest.fixture
def alice(tmp_path: Path) -> Iterator[Persona]:
    with running(tmp_path, f"sqlite:///{tmp_path / 'junction.sqlite3'}") as appliance:
        yield appliance.persona("alice", appliance.tenant())


def path(url: str) -> str:
    return url.replace("{{bundle.authData.baseUrl}}", "")


def asked_of(code: dict[str, Any]) -> str:
    """Return the path that a function asks for, as far as it is written down there."""
    found: str = code["source"].split("baseUrl + '")[1].split("'")[0]
    return found


def test_it_is_of_this_version(app: dict[str, Any]) -> None:
    assert app["version"] == VERSION


def test_what_zapier_sends_is_what_the_appliance_takes(app: dict[str, Any], alice: Persona) -> None:
    hook = app["triggers"]["contact_created"]["operation"]
    asked = {**hook["performSubscribe"]["body"], "url": "https://hooks.zapier.com/hooks/standard/1/2/"}
    made = alice.client.post(path(hook["performSubscribe"]["url"]), asked)
    assert made.status == 201
    assert alice.client.delete(asked_of(hook["performUnsubscribe"]) + made.json["id"]).status == 204
    assert alice.client.get(path(app["authentication"]["test"]["url"])).status == 200


def test_a_poll_lets_each_new_contact_through_once(app: dict[str, Any], alice: Persona) -> None:
    listed = asked_of(app["triggers"]["contact_polled"]["operation"]["perform"])
    poll = Poll()
    create = asked_of(app["creates"]["create_contact"]["operation"]["perform"])
    assert alice.client.post(create, {"email": "old@people.example"}).status == 201
    assert poll.fresh(alice.client.get(listed).json["data"]) == []
    fresh = [alice.client.post(create, {"email": f"{name}@people.example"}).json["id"] for name in ("one", "two")]
    assert {row["id"] for row in poll.fresh(alice.client.get(listed).json["data"])} == set(fresh)
    assert poll.fresh(alice.client.get(listed).json["data"]) == []
