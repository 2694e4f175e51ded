"""Policies of others in the store: one a domain, forgotten when nobody needs them."""

from __future__ import annotations

from typing import Any

import pytest

from server.store import transport_policies

pytestmark = pytest.mark.usefixtures("opened")


def put(domain: str, **given: Any) -> None:
    row = dict.fromkeys(transport_policies.COLUMNS) | {"domain": domain, "hosts": "[]", "looked_at": 10}
    transport_policies.put({**row, **given})


def test_what_is_known_is_written_over() -> None:
    put("a.test", failure="It is away.")
    put("a.test", policy_id="1", enforcement="enforce", expires_at=99)
    found = transport_policies.find("a.test")
    assert found is not None
    assert (found["policy_id"], found["enforcement"], found["expires_at"], found["failure"]) == ("1", "enforce", 99, None)
    assert transport_policies.find("b.test") is None
