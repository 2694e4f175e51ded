"""A test of a connection tells apart what can be wrong, says what mends it, and never makes anybody wait."""

from __future__ import annotations

import json
from functools import partial

import pytest

from server.domain.actor import Actor
from server.domain.errors import Denied, Missing
from server.services.syncing import testing
from server.store import database, installations
from tests.server.services.syncing.rig import install, vendor
from tests.server.services.syncing.vendor import Answered, Asked, TinyVendor

__all__ = ["vendor"]


def broken(answer: Answered | None, _: Asked) -> Answered | None:
    return answer


def status(actor: Actor, installation: str) -> str:
    row = installations.find(actor.tenant_id, actor.mode, installation)
    assert row is not None
    return str(row["status"])


def test_a_connection_that_works_names_its_account(alice: Actor, vendor: TinyVendor) -> None:
    installation = install(alice, vendor)
    found = testing.test(alice, installation)
    assert (found["ok"], found["account"], found["code"]) == (True, {"id": "acc_1", "name": "Tiny Ltd"}, None)
    assert abs(found["clock_skew_seconds"]) <= 2
    assert vendor.calls[0].headers["Authorization"] == "Token sesame-opens"
    assert "sesame" not in json.dumps(found)


@pytest.mark.criterion("connectors-3")
def test_each_thing_that_can_be_wrong_has_its_code_and_its_remedy_at_once(alice: Actor, vendor: TinyVendor) -> None:
    answers = {
        "invalid_credential": Answered(401, {"message": "bad key"}),
        "scope_missing": Answered(200, {"id": 1, "name": "x", "scopes": ["other"]}),
        "wrong_host": Answered(200, b"<html>Welcome</html>", {"Content-Type": "text/html"}),
        "clock_skewed": Answered(401, {}),
        "host_unreachable": None,
    }
    remedies = set()
    for code, answer in answers.items():
        vendor.fault = partial(broken, answer)
        vendor.skew_seconds = -3600 if code == "clock_skewed" else 0
        vendor.url = "http://127.0.0.1:1" if code == "host_unreachable" else vendor.url
        installation = install(alice, vendor)
        found = testing.test(alice, installation)
        assert (found["ok"], found["code"]) == (False, code)
        assert found["duration_ms"] < 5_000
        assert status(alice, installation) == ("failed" if code == "host_unreachable" else "needs_user")
        remedies.add(found["remedy"])
    assert len(remedies) == 5


def test_a_lacking_scope_is_named(alice: Actor, vendor: TinyVendor) -> None:
    vendor.fault = lambda _: Answered(200, {"id": 1, "name": "x", "scopes": []})
    assert testing.test(alice, install(alice, vendor))["missing_scopes"] == ["people"]


def test_a_vendor_that_works_again_brings_the_installation_back(alice: Actor, vendor: TinyVendor) -> None:
    installation = install(alice, vendor)
    vendor.fault = lambda _: Answered(401, {})
    testing.test(alice, installation)
    testing.test(alice, installation)
    assert database.row("SELECT COUNT(*) FROM events WHERE type = 'integration.failed'") == (1,)
    vendor.fault = lambda _: None
    testing.test(alice, installation)
    assert status(alice, installation) == "connected"


@pytest.mark.criterion("connectors-26")
def test_only_who_may_change_the_integration_tests_it(alice: Actor, bob: Actor, charlie: Actor, vendor: TinyVendor) -> None:
    installation = install(alice, vendor)
    with pytest.raises(Missing):
        testing.test(charlie, installation)
    with pytest.raises(Denied):
        testing.test(bob, installation)
    assert vendor.calls == []
