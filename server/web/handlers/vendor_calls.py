"""Asking an installation's vendor at once: actions, choices of its forms, and fields for maps."""

from __future__ import annotations

from typing import Any, Final

from server.services import upgrading, vendor_calls
from server.services.installation_bodies import InstallationView, Upgrade
from server.services.vendor_calls import ActionResult, ActionView, ChoiceView, Given
from server.web.calls import Answer, Call, answer, list_answer, record_answer
from server.web.routes import Group, Runs


def list_installation_actions(call: Call) -> Answer:
    """List what a vendor can be asked to do."""
    return list_answer(vendor_calls.actions(call.actor, call.params["id"]), None, call)


def run_installation_action(call: Call) -> Answer:
    """Ask a vendor to do something."""
    return answer(vendor_calls.act(call.actor, call.params["id"], call.params["action"], call.members(), call.headers.get("Idempotency-Key")))


def list_installation_options(call: Call) -> Answer:
    """List the choices of a configuration field."""
    return list_answer(vendor_calls.choices(call.actor, call.params["id"], call.params["field"]), None, call)


def list_installation_fields(call: Call) -> Answer:
    """List the fields of a resource."""
    return list_answer(vendor_calls.fields(call.actor, call.params["id"], call.params["resource"]), None, call)


def upgrade_installation(call: Call) -> Answer:
    """Move to another version of the connector."""
    return record_answer(upgrading.upgrade(call.actor, call.params["id"], call.body or Upgrade(), call.settings))


_GROUP: Final = Group("/api/v1/installations/{id}", "Integrations", "integrations")
_SLOW: Final[dict[str, Any]] = {"runs": Runs.WORK, "listed": True, "answer": ChoiceView, "refuses": (409,)}
ROUTES: Final = [
    _GROUP.get("/actions", list_installation_actions, "List what a vendor can be asked to do", answer=ActionView, listed=True),
    _GROUP.post("/actions/{action}", run_installation_action, "Ask a vendor to do something", runs=Runs.WORK, document=Given, answer=ActionResult),
    _GROUP.get("/options/{field}", list_installation_options, "List the choices of a configuration field, as the vendor has them", **_SLOW),
    _GROUP.get("/fields/{resource}", list_installation_fields, "List the fields of a resource of the vendor's", **_SLOW),
    _GROUP.post(
        "/upgrade",
        upgrade_installation,
        "Move to another version of the connector, up or down; what was read stays",
        runs=Runs.WORK,
        body=Upgrade,
        body_optional=True,
        answer=InstallationView,
        example={"pin": True},
    ),
]
