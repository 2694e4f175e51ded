"""`junction tenant`: what an operator does to tenants."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from server.domain.errors import Conflict
from server.main.validation import checked
from server.services import tenant_archives, tenants
from server.services.tenants import NewTenant

if TYPE_CHECKING:
    from server.main.invocation import Invocation


def create(call: Invocation) -> None:
    """Make a tenant, or find the one of this name."""
    actor = call.open()
    body = checked(NewTenant, name=call.name, tier=call.tier)
    found, _ = tenants.create(actor, body, call.settings.limits.default_tier)
    call.answer({"id": found["id"], "name": found["name"]})


def suspend(call: Invocation) -> None:
    """Refuse every request of a tenant from now on."""
    actor = call.open()
    found = tenants.suspend(actor, tenants.find(call.tenant)["id"])
    call.answer(found, [f"{found['name']} ({found['id']}) is suspended: every request of it is refused."])


def resume(call: Invocation) -> None:
    """Let a suspended tenant in again."""
    actor = call.open()
    found = tenants.resume(actor, tenants.find(call.tenant)["id"])
    call.answer(found, [f"{found['name']} ({found['id']}) is active again."])


def export(call: Invocation) -> None:
    """Write everything of a tenant as JSON lines."""
    actor = call.open()
    lines = tenant_archives.export(actor, tenants.find(call.tenant)["id"])
    if call.output is None:
        for part in lines:
            sys.stdout.buffer.write(part)
        sys.stdout.buffer.flush()
        return
    with Path(call.output).open("xb") as file:
        file.writelines(lines)
    call.answer({"file": call.output}, [f"Wrote {call.output}."])


def delete(call: Invocation) -> None:
    """Delete a tenant and everything of it; on a terminal its name is asked for first."""
    actor = call.open()
    found = tenants.find(call.tenant)
    if sys.stdin.isatty() and not call.yes:
        print(f"This deletes {found['name']} and everything of it for good. Type its name to go on: ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip() != found["name"]:
            raise Conflict("Nothing was deleted.", code="not_confirmed")
    tenant_archives.delete(actor, found["id"], found["name"])
    call.answer({"id": found["id"], "name": found["name"], "deleted": True}, [f"{found['name']} ({found['id']}) is deleted."])
