"""What can be wrong with a connection, told apart over HTTP: five codes, each with what mends it, within five seconds."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from server.outbound import catalogue
from tests.api.appliance import Persona
from tests.server.services.syncing.rig import FOLDER, vendor
from tests.server.services.syncing.vendor import Answered, TinyVendor

__all__ = ["vendor"]
SECRET = "sesame-opens-nothing-else"
NOWHERE = "http://127.0.0.1:1"
WRONG: dict[str, tuple[Answered | None, int]] = {
    "invalid_credential": (Answered(401, {"message": f"'{SECRET}' is no key"}), 0),
    "scope_missing": (Answered(200, {"id": "1", "name": "Tiny Ltd", "scopes": ["something_else"]}), 0),
    "wrong_host": (Answered(200, b"<html><body>Welcome to nginx!</body></html>", {"Content-Type": "text/html"}), 0),
    "clock_skewed": (None, -3_600),
    "host_unreachable": (None, 0),
}


@pytest.fixture
def installed(alice: Persona, vendor: TinyVendor) -> str:
    """Return the address of an installation that works."""
    alice.client.get("/api/v1/integrations")  # the first look mounts what the database holds, so ours is mounted after it
    catalogue.mount([FOLDER])
    reply = alice.client.post("/api/v1/integrations/tiny/install", {"config": {"address": vendor.url, "api_key": SECRET}})
    assert (reply.status, reply.json["status"]) == (201, "connected"), reply.body
    return f"/api/v1/installations/{reply.json['id']}"


@pytest.fixture
def silent(vendor: TinyVendor) -> Iterator[TinyVendor]:
    """Yield a vendor that takes every call and says nothing for longer than anybody waits."""
    vendor.fault = lambda _: time.sleep(8)
    yield vendor
    vendor.fault = lambda _: None


def asked(persona: Persona, installed: str) -> dict[str, Any]:
    began = time.monotonic()
    reply = persona.client.post(f"{installed}/test")
    assert (reply.status, time.monotonic() - began < 5) == (200, True), reply.body
    assert SECRET not in reply.body.decode()
    found: dict[str, Any] = reply.json
    return found


@pytest.mark.criterion("connectors-3")
def test_each_of_five_wrongs_has_its_own_code_and_remedy(alice: Persona, vendor: TinyVendor, installed: str) -> None:
    found = {}
    for code, (answer, skew) in WRONG.items():
        vendor.fault = lambda _, answer=answer: answer  # type: ignore[misc]
        vendor.skew_seconds = skew
        if code == "host_unreachable":
            assert alice.client.patch(installed, {"config": {"address": NOWHERE}}).status == 200
        found[code] = asked(alice, installed)
        assert (found[code]["ok"], found[code]["code"]) == (False, code)
    assert all(one["detail"] and one["remedy"] for one in found.values())
    assert len({one["remedy"] for one in found.values()}) == len({one["detail"] for one in found.values()}) == 5
    shown = alice.client.get(installed).json
    assert (shown["status"], shown["error"]["code"]) == ("failed", "host_unreachable")
    assert SECRET not in json.dumps([shown, alice.client.get(f"{installed}/errors").json, alice.client.get(f"{installed}/status").json])


@pytest.mark.criterion("connectors-3")
def test_a_vendor_that_says_nothing_keeps_nobody_waiting(alice: Persona, silent: TinyVendor, installed: str) -> None:
    found = asked(alice, installed)
    assert (found["ok"], found["code"]) == (False, "host_unreachable")


def test_what_works_names_the_account_and_the_clock(alice: Persona, installed: str) -> None:
    found = asked(alice, installed)
    assert (found["ok"], found["account"], found["missing_scopes"]) == (True, {"id": "acc_1", "name": "Tiny Ltd"}, [])
    assert abs(found["clock_skew_seconds"]) < 300
