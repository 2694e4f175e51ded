"""Whether limits are exact over four processes under load for a minute, and whether a client that heeds the headers is ever refused."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from tests.bench.rig import Rig, junction, process, wait_for
from tests.peers.ports import free_port

PROCESSES = 4
FLOOD_SECONDS = 60.0
BRIEF_SECONDS = 30.0
LONG_SECONDS = 600.0
REDIS_ALLOWANCE = 0.01
QUOTA = 6000
_PATH = "/api/v1/contacts?limit=1"
_THREADS = 8
# A fresh connection may land on another process.
_CONNECTION_REQUESTS = 20
_PAUSE_SECONDS = 0.05


@dataclass(frozen=True)
class Outcome:
    """How many requests were admitted and refused."""

    admitted: int
    refused: int


class Caller:
    """A client of one key that takes a fresh connection again and again."""

    def __init__(self, port: int, key: str) -> None:
        self._port, self._key = port, key
        self._count = 0
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def ask(self) -> tuple[int, int, int]:
        """Make one request and return its status, and what the headers say remains and for how many seconds."""
        self._count += 1
        if self._count % _CONNECTION_REQUESTS == 0:
            self.close()
        self._connection.request("GET", _PATH, headers={"Authorization": f"Bearer {self._key}"})
        response = self._connection.getresponse()
        response.read()
        return response.status, int(response.headers["X-RateLimit-Remaining"]), int(response.headers["X-RateLimit-Reset"])

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        self._connection.close()


def flood(port: int, key: str, seconds: float) -> Outcome:
    """Ask from several threads within one window, and count."""
    ends = time.monotonic() + seconds

    def ask(_number: int) -> Outcome:
        caller, admitted, refused = Caller(port, key), 0, 0
        while time.monotonic() < ends:
            status, *_ = caller.ask()
            admitted, refused = admitted + (status == http.client.OK), refused + (status == http.client.TOO_MANY_REQUESTS)
            if status != http.client.OK:
                time.sleep(_PAUSE_SECONDS)
        caller.close()
        return Outcome(admitted, refused)

    with ThreadPoolExecutor(_THREADS) as pool:
        counts = list(pool.map(ask, range(_THREADS)))
    return Outcome(sum(one.admitted for one in counts), sum(one.refused for one in counts))


def heed(port: int, key: str, seconds: float) -> Outcome:
    """Ask as fast as the headers allow, and count."""
    caller, admitted, refused = Caller(port, key), 0, 0
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        status, remaining, reset = caller.ask()
        admitted, refused = admitted + (status == http.client.OK), refused + (status != http.client.OK)
        if remaining == 0:
            time.sleep(reset)
    caller.close()
    return Outcome(admitted, refused)


@dataclass(frozen=True)
class Door:
    """Four processes that answer on one port, and their operator."""

    port: int
    operator: Rig

    def key(self, name: str, *limits: dict[str, object]) -> str:
        """Make a tenant with these limits, and return a key of it."""
        self.operator.call(self.port, "PUT", f"/admin/v1/tiers/{name}", {"limits": limits})
        tenant = self.operator.call(self.port, "POST", "/admin/v1/tenants", {"name": name, "tier": name})["id"]
        made: str = self.operator.call(self.port, "POST", f"/admin/v1/tenants/{tenant}/keys", {"name": name, "scopes": ["*"]})["key"]
        return made


@contextmanager
def served(rig: Rig) -> Iterator[Door]:
    """Serve an appliance by four processes within the block."""
    operator = Rig(rig.data, "", junction(rig.data, "key", "create", "--operator", "--name", "bench", **rig.settings)["key"])
    port = free_port()
    words = ("serve", "--data", str(rig.data), "--listen", f"127.0.0.1:{port}", "--api-processes", str(PROCESSES))
    with process("server", *words, **rig.settings):
        wait_for(port, "/readyz")
        yield Door(port, operator)


def flooded(door: Door) -> Outcome:
    """Ask for far more than a tenant may within one minute."""
    # The window begins with the first request and lasts a minute; the last second is left to what is still under way.
    return flood(door.port, door.key("flooded", {"requests": QUOTA, "period": "minute"}), FLOOD_SECONDS - 1)


def heeded(door: Door, seconds: float) -> Outcome:
    """Let a client heed the headers for so long."""
    return heed(door.port, door.key("heeded", {"requests": 50, "period": "second"}, {"requests": 1500, "period": "minute"}), seconds)


def flooded_line(counted_by: str, found: Outcome, allowance: float) -> tuple[str, bool]:
    """Return the line of a flood, and whether what was admitted is the quota but for a share of it."""
    said = f"{found.admitted} admitted of {QUOTA}, {found.refused} refused by {PROCESSES} processes (goal {QUOTA} ± {QUOTA * allowance:.0f})"
    return f"{f'limit, {counted_by}':<28}  {said}", abs(found.admitted - QUOTA) <= QUOTA * allowance and found.refused > 0


def heeded_line(found: Outcome, seconds: float) -> tuple[str, bool]:
    """Return the line of a client that heeds the headers, and whether it was never refused."""
    return f"{'client that heeds headers':<28}  {found.admitted} admitted, {found.refused} refused in {seconds:.0f} s (goal 0)", found.refused == 0
