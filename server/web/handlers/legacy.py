"""Legacy access of a tenant: the switch for SuiteCRM's clients, and the application passwords of its users."""

from __future__ import annotations

from typing import Final

from server.services import legacy
from server.services.legacy import LegacyChange, LegacyPasswordOnce, LegacyPasswordView, LegacyView, NewLegacyPassword
from server.web.calls import Answer, Call, answer, empty_answer, list_answer
from server.web.routes import Group, Runs

_BASE: Final = "/api/v1/legacy"


def get_legacy_access(call: Call) -> Answer:
    """Tell whether SuiteCRM's clients may come in."""
    return answer(legacy.get(call.actor))


def put_legacy_access(call: Call) -> Answer:
    """Let SuiteCRM's clients in, or no longer."""
    return answer(legacy.put(call.actor, enabled=call.body.enabled))


def list_legacy_passwords(call: Call) -> Answer:
    """List application passwords."""
    return list_answer(legacy.list_passwords(call.actor), None, call)


def create_legacy_password(call: Call) -> Answer:
    """Make an application password."""
    return answer(legacy.create_password(call.actor, call.body), 201)


def delete_legacy_password(call: Call) -> Answer:
    """End an application password."""
    legacy.delete_password(call.actor, call.params["id"])
    return empty_answer()


_GROUP: Final = Group(_BASE, "Legacy access", "users")
ROUTES: Final = [
    _GROUP.get("", get_legacy_access, "Tell whether SuiteCRM's clients may come in", answer=LegacyView),
    _GROUP.put("", put_legacy_access, "Let SuiteCRM's clients in, or not", body=LegacyChange, answer=LegacyView, example={"enabled": True}),
    _GROUP.get("/passwords", list_legacy_passwords, "List application passwords of legacy access", answer=LegacyPasswordView, listed=True),
    _GROUP.post("/passwords", create_legacy_password, "Create an application password of legacy access", runs=Runs.WORK, body=NewLegacyPassword,
                answer=LegacyPasswordOnce, status=201, example={"user_id": "usr_0pv3c8g4t1k2m3n4p5q6r7s8t0"}),
    _GROUP.delete("/passwords/{id}", delete_legacy_password, "End an application password of legacy access"),
]  # fmt: skip
