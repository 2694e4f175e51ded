"""V8 under hostile values: every field of every module is compared with and written what no field expects, and nothing breaks or leaks."""

from __future__ import annotations

from itertools import cycle
from urllib.parse import urlencode

import pytest

from server.services.suitecrm.modules import MODULES
from tests.api.appliance import Appliance, Persona
from tests.api.v8 import suite

VALUES = (
    "' OR 1=1 --",
    "'; DROP TABLE contacts; --",
    '"} OR ("',
    "%",
    "\\",
    "\0",
    "x" * 3000,
    "1e400",
    "nan",
    "9999-12-31 23:59:59",
    "0001-01-01",
    "2026-13-45 99:00:00",
    "🎉",
    "-1",
    "",
)


@pytest.mark.criterion("api-7")
@pytest.mark.parametrize("name", MODULES)
def test_no_value_is_more_than_a_value(appliance: Appliance, alice: Persona, charlie: Persona, name: str) -> None:
    crm, theirs = suite(appliance, alice.tenant_id).sign_in(), suite(appliance, charlie.tenant_id).sign_in()
    theirs.made("Contacts", last_name="Theirs")
    values = cycle(VALUES)
    client = crm.appliance.client(crm.token)
    for field in MODULES[name].fields:
        for operator in ("eq", "like", "gt"):
            reply = client.get(f"/Api/V8/module/{name}?" + urlencode({f"filter[{field}][{operator}]": next(values), "sort": field}))
            assert reply.status in {200, 400}, (field, reply.body)
            assert b"Theirs" not in reply.body
        attributes = {"name": "n", "last_name": "l", "document_name": "d", field: next(values)}
        reply = crm.send("POST", "/module", {"data": {"type": name, "attributes": attributes}})
        assert reply.status in {201, 400}, (field, reply.body)
    assert crm.send("GET", f"/module/{name}").status == 200
    assert len(theirs.get("/module/Contacts")["data"]) == 1
