"""What no request makes, but vendors, strangers and failures leave behind: a sync, a record set aside, a conflict, a mail that came."""

from __future__ import annotations

from server.services.email import arrivals
from server.services.email.arrivals import Seen
from server.store import conflicts, database, quarantine, sync_runs
from server.system import clock, ids

_MAIL = """From: alice@example.com
To: bob@example.com
Subject: alice writes
Message-ID: <alice@example.com>
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

Hello
--b
Content-Type: text/csv
Content-Disposition: attachment; filename=a.csv

a,b
--b--
""".replace("\n", "\r\n")


def leave(tenant_id: str, installation_id: str) -> None:
    """Leave one of each in a tenant, all with a text that only it has."""
    mine, now = ids.new_id("alice"), clock.now_ms()
    moments = {"created_at": now, "updated_at": now}
    about = {"installation_id": installation_id, "resource": "contacts", "external_id": mine}
    run = {"kind": "incremental", "cause": "manual", "state": "succeeded", "started_at": now, "finished_at": now, "created_at": now}
    aside = {"direction": "in", "payload": {"name": mine}, "code": "malformed_row", "reason": mine, "version": "1.0.0", "attempts": 1}
    sides = {"fields": ["title"], "base_values": {"title": "a"}, "local_values": {"title": mine}, "remote_values": {"title": "c"}}
    with database.transaction():
        sync_runs.insert(tenant_id, "live", {"id": ids.new_id("syn"), "installation_id": installation_id, **run})
        quarantine.put(tenant_id, "live", {"id": ids.new_id("qtn"), **about, **aside, **moments})
        conflicts.put(tenant_id, "live", {"id": ids.new_id("cfl"), **about, **sides, **moments})
    arrivals.take_in(tenant_id, "live", _MAIL.replace("alice", mine).encode(), Seen("listener", mine, (f"{mine}@example.com",)))
