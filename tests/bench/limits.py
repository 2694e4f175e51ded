"""Whether limits are exact over four processes under load for a minute, and whether a client that heeds the headers is ever refused."""

from __future__ import annotations

import http.client
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.bench.rig import Rig, junction, process, wait_for
from tests.peers.ports import free_port

PROCESSES = 4
FLOOD_SECONDS = 60.0
HEEDING_SECONDS = 600.0
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


def measure(rig: Rig) -> tuple[Outcome, Outcome]:
    """Flood one tenant for a minute, and let a client of another one heed the headers for ten, with four processes."""
    operator = Rig(rig.data, "", junction(rig.data, "key", "create", "--operator", "--name", "bench")["key"])
    keys = {}
    port = free_port()
    with process("server", "serve", "--data", str(rig.data), "--listen", f"127.0.0.1:{port}", "--api-processes", str(PROCESSES)):
        wait_for(port, "/readyz")
        for name, limits in (
            ("flooded", [{"requests": QUOTA, "period": "minute"}]),
            ("heeded", [{"requests": 50, "period": "second"}, {"requests": 1500, "period": "minute"}]),
        ):
            operator.call(port, "PUT", f"/admin/v1/tiers/{name}", {"limits": limits})
            tenant = operator.call(port, "POST", "/admin/v1/tenants", {"name": name, "tier": name})["id"]
            keys[name] = operator.call(port, "POST", f"/admin/v1/tenants/{tenant}/keys", {"name": name, "scopes": ["*"]})["key"]
        # The window begins with the first request and lasts a minute; the last second is left to what is still under way.
        return flood(port, keys["flooded"], FLOOD_SECONDS - 1), heed(port, keys["heeded"], HEEDING_SECONDS)


def lines(flooded: Outcome, heeded: Outcome) -> list[tuple[str, bool]]:
    """Return the lines of the table, each with whether its goal is held."""
    exact = f"{flooded.admitted} admitted of {QUOTA}, {flooded.refused} refused by {PROCESSES} processes (goal {QUOTA})"
    said = f"{heeded.admitted} admitted, {heeded.refused} refused in {HEEDING_SECONDS:.0f} s (goal 0)"
    return [
        (f"{'limit in one window':<28}  {exact}", flooded.admitted == QUOTA),
        (f"{'client that heeds headers':<28}  {said}", heeded.refused == 0),
    ]
