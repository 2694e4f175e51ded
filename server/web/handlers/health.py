"""Whether the appliance is alive and ready, and its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.services import health
from server.system import metrics
from server.web.calls import Answer, answer
from server.web.routes import Group, Runs

if TYPE_CHECKING:
    from server.web.calls import Call


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
    _GROUP.get("/healthz", alive, "Tell whether the process answers", runs=Runs.POINT, described=False),
    _GROUP.get("/readyz", ready, "Tell whether the appliance can serve", described=False),
    _GROUP.get("/metrics", figures, "Figures for Prometheus", described=False),
]
