"""What lets a call of a vendor through: its limits, and a circuit breaker per installation that an outage opens.

The breaker opens after so many failures in a row, which the tenant is told; then nothing is sent until a probe is due, which one worker
of all makes. A credential that is refused is no outage and never counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from server.outbound.vendors.driving import Paused
from server.outbound.vendors.values import Later, Request, Response, refusal
from server.services import installation_status
from server.services.syncing.limiting import Limiter
from server.store import breakers, database
from server.system import clock, logs

THRESHOLD: Final = 6
PROBE_MS: Final = 30_000
log = logs.get_logger()


@dataclass
class InstallationGate:
    """The gate of one installation, used by one run."""

    tenant_id: str
    mode: str
    installation_id: str
    limiter: Limiter
    _failed: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """See how the vendor did lately."""
        self._failed = breakers.find(self.tenant_id, self.mode, self.installation_id) is not None

    def admit(self) -> None:
        """Begin something that calls the vendor. Raises Paused while the breaker is open, unless this is the probe that is due."""
        row = breakers.find(self.tenant_id, self.mode, self.installation_id)
        if row is None or row["failures"] < THRESHOLD:
            return
        now = clock.now_ms()
        if row["open_until"] <= now:
            with database.transaction():
                if breakers.take_probe(self.tenant_id, self.mode, self.installation_id, row["open_until"], now + PROBE_MS):
                    return
        raise Paused(_open(row["reason"]), max((row["open_until"] - now) / 1000, 1.0))

    def enter(self, request: Request) -> None:
        """Wait for the turn of a request. Raises Paused when it is more than five seconds away."""
        wait = self.limiter.enter(request.cost)
        if wait:
            raise Paused(refusal("quota_exhausted", self.limiter.reason() or "The vendor's limit is used up.", after=wait), wait)

    def leave(self) -> None:
        """Let the next request in, where the vendor answers only so many at once."""
        self.limiter.leave()

    def observe(self, response: Response) -> None:
        """Take from an answer what it says of the vendor's limits."""
        self.limiter.observe(response.headers, response.received_ms)

    def refused(self, error: Later) -> None:
        """Count an outage; a vendor that only asks for a pause gets it from everybody who shares the limit."""
        if error.after is not None:
            self.limiter.hold_all(error.after)
            return
        self._failed, now = True, clock.now_ms()
        with database.transaction():
            opened = breakers.fail(self.tenant_id, self.mode, self.installation_id, error.detail[:300], now, THRESHOLD, now + PROBE_MS)
        if opened:
            left_alone = _open(error.detail)
            place = (self.tenant_id, self.mode, self.installation_id)
            installation_status.failed(place, left_alone.stable_code, left_alone.detail, left_alone.remedy or None, needs_user=False)
            log.warning("breaker_opened", installation_id=self.installation_id, reason=error.detail)

    def answered(self) -> None:
        """Close the breaker."""
        if self._failed:
            self._failed = False
            with database.transaction():
                breakers.close(self.tenant_id, self.mode, self.installation_id)


def _open(reason: str) -> Later:
    return Later(f"The vendor failed several times in a row, so it is left alone for a while: {reason}", code="breaker_open")
