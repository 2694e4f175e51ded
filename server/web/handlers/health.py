"""Whether the appliance is alive and ready, and its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from pydantic import BaseModel

from server.services import health
from server.system import metrics
from server.web.calls import Answer, answer
from server.web.routes import Group, Runs

if TYPE_CHECKING:
    from server.web.calls import Call


class Health(BaseModel):
    """That a process answers."""

    status: Literal["alive"]


class Readiness(BaseModel):
    """Whether the appliance can serve; each reason is a stable code."""

    status: Literal["ready", "not_ready"]
    reasons: list[str]


def alive(_call: Call) -> Answer:
    """Say that the process answers."""
    return answer({"status": "alive"})


def ready(_call: Call) -> Answer:
    """Say whether the appliance can serve, and if not, why; a backlog is no reason."""
    reasons = health.reasons()
    return answer({"status": "not_ready" if reasons else "ready", "reasons": reasons}, 503 if reasons else 200)


def figures(_call: Call) -> Answer:
    """Return the figures for Prometheus."""
    return Answer(metrics.render(), content_type=metrics.CONTENT_TYPE)


_GROUP: Final = Group("", "Health", access="anyone")
ROUTES: Final = [
    _GROUP.get("/healthz", alive, "Tell whether the process answers", runs=Runs.POINT, answer=Health),
    _GROUP.get("/readyz", ready, "Tell whether the appliance can serve", answer=Readiness, also={503: "It cannot, for the reasons named."}),
    _GROUP.get("/metrics", figures, "Figures for Prometheus", produces="text/plain"),
]
