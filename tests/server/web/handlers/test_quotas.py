"""Quotas over HTTP: what is used of each limit, by whomever it is counted for."""

from __future__ import annotations

import pytest

from tests.api.appliance import Appliance, Persona
from tests.api.test_limits import alice_on, statuses
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP


@pytest.mark.criterion("api-16")
def test_what_is_used_of_each_limit_can_be_read(appliance: Appliance, charlie: Persona) -> None:
    alice = alice_on(appliance, {"requests": 50, "period": "day"}, {"requests": 20, "period": "hour", "per": "key"})
    narrow = alice.client.post("/api/v1/keys", {"name": "n", "scopes": ["*"], "limits": [{"requests": 5, "period": "day"}]}).json
    statuses(alice.client, 2)
    tenants, keys = alice.client.get("/api/v1/usage/quotas").json["data"]
    assert (tenants["subject_id"], tenants["requests"], tenants["used"], tenants["remaining"]) == (alice.tenant_id, 50, 4, 46)
    assert (keys["subject_id"], keys["per"], keys["used"], keys["seconds"]) == (alice.actor.id, "key", 4, 3600)
    assert tenants["resets_at"] > keys["resets_at"]
    named = alice.client.get("/api/v1/usage/quotas", query={"key_id": narrow["id"]}).json["data"]
    assert [(one["name"], one["used"], one["resets_at"] is None) for one in named] == [
        ("day", 5, False),
        ("key-hour1", 0, True),
        ("own-day", 0, True),
    ]
    mirrored = appliance.operator().get(f"/admin/v1/tenants/{alice.tenant_id}/usage/quotas").json["data"]
    assert [(one["name"], one["used"]) for one in mirrored] == [("day", 5)]
    for query in ({"key_id": narrow["id"]}, {"user_id": "usr_nobody"}, {"key_id": "cli_nobody"}):
        assert charlie.client.get("/api/v1/usage/quotas", query=query).status == 404
