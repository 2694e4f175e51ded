"""A client that somebody else's generator makes of the served document does real work, without a line of it changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.api.appliance import running

# What a program written by hand does with the generated package; it runs apart, as its author's would.
_SCENARIO = """
import importlib, json, pkgutil, sys
import generated
from generated.client import AuthenticatedClient
from generated.models import ActivityWrite, ActivityWriteType, ContactWrite, DealPatch, DealWrite, Problem
from generated.api.activities import create_activity, list_activities
from generated.api.contacts import create_contact, delete_contact, get_contact
from generated.api.deals import create_deal, update_deal

modules = [importlib.import_module(one.name) for one in pkgutil.walk_packages(generated.__path__, "generated.")]
client = AuthenticatedClient(base_url=sys.argv[1], token=sys.argv[2])
with client as client:
    contact = create_contact.sync(client=client, body=ContactWrite(first_name="Ada", email="ada@example.com"), idempotency_key="first")
    again = create_contact.sync(client=client, body=ContactWrite(first_name="Ada", email="ada@example.com"), idempotency_key="first")
    deal = create_deal.sync(client=client, body=DealWrite(name="Engine", contact_id=contact.id))
    won = update_deal.sync(deal.id, client=client, body=DealPatch.from_dict({"stage": "won", "status": "won"}), if_match='"1"')
    call = ActivityWrite(type_=ActivityWriteType.CALL, subject="Thank her", contact_id=contact.id, deal_id=deal.id)
    activity = create_activity.sync(client=client, body=call)
    listed = list_activities.sync(client=client, limit=10)
    refused = create_contact.sync(client=client, body=ContactWrite(email="nobody"))
    gone = delete_contact.sync_detailed(contact.id, client=client)
    missing = get_contact.sync(contact.id, client=client)
print(json.dumps({
    "modules": len(modules),
    "same": again.id == contact.id,
    "deal": [won.name, won.version, won.contact_id == contact.id],
    "listed": [one.id for one in listed.data] == [activity.id],
    "refused": [type(refused) is Problem, refused.code, [fault.pointer for fault in refused.errors]],
    "deleted": [gone.status_code, missing.code],
}))
"""


@pytest.mark.criterion("api-3")
@pytest.mark.timeout(180)
def test_a_generated_client_takes_a_contact_over_a_deal_to_an_activity(tmp_path: Path, figure: Callable[[str], None]) -> None:
    with running(tmp_path, f"sqlite:///{tmp_path / 'junction.sqlite3'}") as appliance:
        document = tmp_path / "openapi.json"
        document.write_bytes(appliance.anonymous.get("/openapi.json").body)
        generate = [sys.executable, "-m", "openapi_python_client", "generate", "--path", str(document), "--meta", "none"]
        # The formatter that it calls afterwards is not what is tested, so its way there is closed.
        made = subprocess.run(
            [*generate, "--output-path", str(tmp_path / "generated")], capture_output=True, text=True, check=False, env={**os.environ, "PATH": ""}
        )
        assert made.returncode == 0, made.stdout[-2000:] + made.stderr[-2000:]
        unread = [line for line in made.stdout.splitlines() if line.startswith(("ERROR", "WARNING"))]
        assert [line for line in unread if not any(path in line for path in ("/import", "/export", "/convert", "/batch"))] == [], (
            "files alone are too much for it"
        )
        key = appliance.persona("alice", appliance.tenant()).key
        told = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", _SCENARIO, appliance.url, key], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert told.returncode == 0, told.stderr[-2000:]
        found = json.loads(told.stdout)
    assert found.pop("modules") > 300
    assert found == {
        "same": True,
        "deal": ["Engine", 2, True],
        "listed": True,
        "refused": [True, "validation_failed", ["/email"]],
        "deleted": [204, "not_found"],
    }
    figure("a generated Python client compiles and completes contact, deal and activity")
