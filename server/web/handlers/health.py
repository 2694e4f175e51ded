"""Whether the appliance is alive and ready, and its figures."""

from __future__ import annotations

import hmac
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final, Literal

from pydantic import BaseModel

from server.domain.errors import Unauthenticated
from server.services import gauges, health
from server.system import metrics, snapshots
from server.system.proxies import client_address
from server.web.calls import Answer, answer
from server.web.routes import Group, Runs

if TYPE_CHECKING:
    from server.web.calls import Call


class Health(BaseModel):
    """That a process answers."""

    status: Literal["alive"]


class Readiness(BaseModel):
    """Whether the appliance can serve; each reason against it, and each warning, is a stable code."""

    status: Literal["ready", "not_ready"]
    reasons: list[str]
    warnings: list[str]


def alive(_call: Call) -> Answer:
    """Say that the process answers."""
    return answer({"status": "alive"})


def ready(call: Call) -> Answer:
    """Say whether the appliance can serve, and if not, why; a backlog is no reason."""
    found = health.readiness(call.settings)
    status = "not_ready" if found.reasons else "ready"
    return answer({"status": status, "reasons": found.reasons, "warnings": found.warnings}, 503 if found.reasons else 200)


def figures(call: Call) -> Answer:
    """Return the figures of every process of this data folder for Prometheus."""
    if not _may_see_figures(call):
        raise Unauthenticated("Figures are shown to this machine itself, to an operator's key and to the token of metrics.token.")
    gauges.refresh()
    return Answer(metrics.render(snapshots.others(call.settings.folder.run)), content_type=metrics.CONTENT_TYPE)


def _may_see_figures(call: Call) -> bool:
    token = call.settings.metrics.token
    presented = call.headers.get("Authorization", "").partition(" ")[2].strip()
    if token and hmac.compare_digest(presented.encode(), token.encode()):
        return True
    return call.actor.kind == "operator" or _is_this_machine(call)


def _is_this_machine(call: Call) -> bool:
    """Tell whether the caller itself is here: a proxy here that is not trusted speaks for anybody."""
    forwarded_for, trusted = call.headers.get("X-Forwarded-For"), call.settings.server.trusted_proxies
    if "Forwarded" in call.headers or (forwarded_for is not None and not trusted):
        return False
    try:
        return ip_address(client_address(call.request.remote or "", forwarded_for, trusted)).is_loopback
    except ValueError:
        return False


_GROUP: Final = Group("", "Health", access="anyone")
ROUTES: Final = [
    _GROUP.get("/healthz", alive, "Tell whether the process answers", runs=Runs.POINT, answer=Health),
    _GROUP.get("/readyz", ready, "Tell whether the appliance can serve", answer=Readiness, also={503: "It cannot, for the reasons named."}),
    _GROUP.get("/metrics", figures, "Figures for Prometheus", produces="text/plain"),
]
