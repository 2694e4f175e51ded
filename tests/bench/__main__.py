"""`make bench`: every figure beside its floor, in pairs taken in one run; prints a table and ends with 1 when a ratio is missed.

python -m tests.bench [read] [list] [create] [mixed] [deliver] [sustained [long]] [import] [export] [sync] [outage]
                      [limits [long]] [walk] [mail] [token]
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.bench import exports, imports, limits, mail, outages, sustained, syncs, tokens, walks
from tests.bench.load import http
from tests.bench.rig import DATABASE_URL, QUEUE_URL, Rig, load, new_rig, process, wait_for
from tests.peers import postgres, redis
from tests.peers.ports import free_port

REQUESTS = ("read", "list", "create", "mixed")
PAIRS = 3
SECONDS = 4.0
RECORDS = 2_000
WEBHOOKS = 20
DELIVERIES = 40_000
BODY = {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.com", "title": "Analyst", "phone": "+49 30 1234567"}


@dataclass(frozen=True)
class Line:
    """One line of the table; `goal` is a ratio to reach, or milliseconds to stay under."""

    name: str
    product: dict[str, float]
    floor: dict[str, float] | None
    ratio: float | None
    goal: float

    @property
    def held(self) -> bool:
        """Whether the goal is met."""
        return self.ratio >= self.goal if self.ratio is not None else self.product["p99_ms"] <= self.goal

    def __str__(self) -> str:
        """Return the line as it is printed."""
        shown = [f"{self.name:<28}", *(_shown(figures) for figures in (self.product, self.floor) if figures)]
        said = f"ratio {self.ratio:.2f} (goal {self.goal})" if self.ratio is not None else f"p99 goal {self.goal} ms"
        return "  ".join([*shown, said, "held" if self.held else "NOT HELD"])


def _shown(figures: dict[str, float]) -> str:
    latencies = f" median {figures['median_ms']:6.2f} ms p99 {figures['p99_ms']:6.2f} ms" if "p99_ms" in figures else ""
    return f"{figures['rps']:8.0f}/s{latencies}"


def pairs(name: str, goal: float, product: Callable[[], dict[str, float]], floor: Callable[[], dict[str, float]]) -> Line:
    """Measure product and floor in turn and return the pair with the median ratio."""
    taken = []
    for _ in range(PAIRS):
        below, above = floor(), product()
        taken.append((above["rps"] / below["rps"], above, below))
    taken.sort(key=lambda one: one[0])
    ratio, above, below = taken[len(taken) // 2]
    return Line(name, above, below, ratio, goal)


def requests_bench(rig: Rig, wanted: Sequence[str]) -> list[Line]:
    """Measure reading, listing, creating and a mixed load."""
    lines: list[Line] = []
    with rig.api() as port:
        for index in range(WEBHOOKS // 10):
            rig.call(port, "POST", "/api/v1/webhooks", {"name": f"Bench {index}", "url": "http://127.0.0.1:9/", "events": ["contact.*"]})
        creates = [http("POST", "/api/v1/contacts", rig.key, json.dumps({**BODY, "email": f"a{index}@example.com"}).encode()) for index in range(500)]
        load(port, creates, seconds=RECORDS / 1000)
        found = rig.call(port, "GET", "/api/v1/contacts?limit=200")["data"]
        gets = [http("GET", f"/api/v1/contacts/{one['id']}", rig.key) for one in found]
        lists = [http("GET", "/api/v1/contacts?limit=25", rig.key)]
        bare = free_port()
        with process("tests.bench.floor", str(bare), str(rig.database), rig.tenant):
            wait_for(bare, "/api/v1/contacts")
            for name, goal, requests in (("read", 0.55, gets), ("list", 0.5, lists), ("create", 0.35, creates)):
                if name in wanted:
                    product, floor = (partial(load, one, requests, seconds=SECONDS) for one in (port, bare))
                    lines.append(pairs(f"{name} contacts", goal, product, floor))
                    print(lines[-1], flush=True)
        if "mixed" in wanted:
            mixed = [*gets[:140], *lists * 30, *creates[:30]]
            lines.append(Line("mixed, 1,000/s", load(port, mixed, seconds=15, rate=1000), None, None, 50.0))
            print(lines[-1], flush=True)
    return lines


def deliveries_bench(rig: Rig) -> list[Line]:
    """Measure how fast a backlog over many webhooks is delivered, beside a bare client posting the same bodies."""
    receiver = free_port()
    with process("tests.bench.receiver", str(receiver)):
        wait_for(receiver, "/")
        body = rig.data / "body.json"
        taken = []
        for _ in range(PAIRS):
            with rig.api() as port:
                hooks = [
                    rig.call(
                        port,
                        "POST",
                        "/api/v1/webhooks",
                        {"name": f"D{index}", "url": f"http://127.0.0.1:{receiver}/{index}", "events": ["company.*"]},
                    )
                    for index in range(WEBHOOKS)
                ]
                for index in range(DELIVERIES // WEBHOOKS):
                    rig.call(port, "POST", "/api/v1/companies", {"name": f"Example {index}", "domain": f"c{index}.example.com"})
                event = rig.call(port, "GET", "/api/v1/events?type=company.created&limit=1")["data"][0]
                body.write_text(json.dumps(event, separators=(",", ":")))
                before = _bare_posts(receiver, body)
                product = _drain(rig, receiver)
                floor = (before + _bare_posts(receiver, body)) / 2
                for hook in hooks:
                    rig.call(port, "DELETE", f"/api/v1/webhooks/{hook['id']}")
            taken.append((product / floor, product, floor))
    taken.sort()
    ratio, product, floor = taken[len(taken) // 2]
    line = Line(f"deliver to {WEBHOOKS} webhooks", {"rps": product}, {"rps": floor}, ratio, 0.7)
    print(line, flush=True)
    return [line]


def _bare_posts(receiver: int, body: Path) -> float:
    words = [sys.executable, "-m", "tests.bench.poster", str(receiver), str(DELIVERIES), str(body)]
    return float(subprocess.run(words, check=True, capture_output=True, text=True).stdout)


def _count(receiver: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{receiver}/", timeout=5) as response:
        return int(response.read())


def _drain(rig: Rig, receiver: int) -> float:
    """Start a worker and return deliveries per second between the first tenth and the last twentieth of the backlog."""
    before = _count(receiver)
    first, last = before + DELIVERIES // 10, before + DELIVERIES * 19 // 20
    with process("server", "worker", "--data", str(rig.data)):
        deadline = time.monotonic() + 120
        moments: dict[int, tuple[float, int]] = {}
        while time.monotonic() < deadline:
            count = _count(receiver)
            for mark in (first, last):
                if count >= mark and mark not in moments:
                    moments[mark] = (time.monotonic(), count)
            if count >= before + DELIVERIES:
                break
            time.sleep(0.02)
        time.sleep(0.5)
    (began, low), (ended, high) = moments[first], moments[last]
    return (high - low) / (ended - began)


def main(wanted: Sequence[str]) -> int:
    """Measure what is wanted, all when nothing is named; `long` asks for the long form of what has one."""
    long = "long" in wanted
    apart: dict[str, Callable[[], bool]] = {
        "sustained": partial(sustained_bench, sustained.LONG_SECONDS if long else sustained.BRIEF_SECONDS),
        "import": imports_bench,
        "export": exports_bench,
        "sync": syncs_bench,
        "outage": outages_bench,
        "limits": partial(limits_bench, limits.LONG_SECONDS if long else limits.BRIEF_SECONDS),
        "walk": walks_bench,
        "mail": mail_bench,
        "token": tokens_bench,
    }
    chosen = list(wanted) or [*REQUESTS, "deliver", *apart]
    lines: list[Line] = []
    with tempfile.TemporaryDirectory() as folder:
        rig = new_rig(Path(folder) / "data")
        if set(chosen) & set(REQUESTS):
            lines += requests_bench(rig, chosen)
        if "deliver" in chosen:
            lines += deliveries_bench(rig)
    held = [line.held for line in lines] + [bench() for name, bench in apart.items() if name in chosen]
    return 0 if all(held) else 1


def sustained_bench(seconds: float) -> bool:
    """Measure steady streams of events, each on an appliance of its own, and return whether their goals are met."""
    return all([_sustained_on_sqlite(seconds), _sustained_on_postgresql(seconds), _taken_in(seconds)])


def _sustained_on_sqlite(seconds: float) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        found = sustained.deliver(new_rig(Path(folder) / "data"), sustained.SQLITE[0], seconds)
    return _told(*sustained.delivered_line("SQLite", found, sustained.SQLITE, seconds))


def _sustained_on_postgresql(seconds: float) -> bool:
    with tempfile.TemporaryDirectory() as folder, postgres.serving() as url:
        rig = new_rig(Path(folder) / "data", **{DATABASE_URL: url})
        found = sustained.deliver(rig, sustained.POSTGRESQL[0], seconds)
    return _told(*sustained.delivered_line("PostgreSQL", found, sustained.POSTGRESQL, seconds))


def _taken_in(seconds: float) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        found = sustained.take_in(new_rig(Path(folder) / "data"), sustained.TAKEN_IN_A_SECOND, seconds)
    return _told(*sustained.taken_in_line(found, seconds))


def _told(said: str, held: bool) -> bool:
    print(said, "held" if held else "NOT HELD", sep="  ", flush=True)
    return held


def imports_bench() -> bool:
    """Measure a large import on an appliance of its own, and return whether its goals are met."""
    with tempfile.TemporaryDirectory() as folder:
        said, held = imports.line(imports.measure(new_rig(Path(folder) / "data")))
    print(said, "held" if held else "NOT HELD", sep="  ", flush=True)
    return held


def syncs_bench() -> bool:
    """Measure a first sync of many contacts on an appliance of its own, and return whether its goals are met."""
    with tempfile.TemporaryDirectory() as folder:
        said, held = syncs.line(syncs.measure(new_rig(Path(folder) / "data")))
    print(said, "held" if held else "NOT HELD", sep="  ", flush=True)
    return held


def outages_bench() -> bool:
    """Measure syncs beside a vendor that hangs, on an appliance of its own, and return whether the goal is met."""
    with tempfile.TemporaryDirectory() as folder:
        return _told(*outages.line(outages.measure(new_rig(Path(folder) / "data"))))


def mail_bench() -> bool:
    """Measure signed mail beside a bare loop, and return whether its goals are met."""
    # As in the worker's process: whoever waits for a server gives the interpreter away at once.
    sys.setswitchinterval(0.0002)
    said, held = mail.line(mail.measure())
    print(said, "held" if held else "NOT HELD", sep="  ", flush=True)
    return held


def walks_bench() -> bool:
    """Walk through a million records on either database, and return whether the end is as quick as the beginning."""
    return sum(not _told(*one) for one in walks.lines()) == 0


def tokens_bench() -> bool:
    """Measure how quickly tokens are issued on an appliance of its own, and return whether the goal is met."""
    with tempfile.TemporaryDirectory() as folder:
        rig = new_rig(Path(folder) / "data")
        return sum(not _told(*tokens.line(form, tokens.issued(rig, form))) for form in tokens.FORMATS) == 0


def limits_bench(seconds: float) -> bool:
    """Hold the limits to their promise on appliances of their own, and return whether they kept it."""
    with tempfile.TemporaryDirectory() as folder, limits.served(new_rig(Path(folder) / "data")) as door:
        exact = _told(*limits.flooded_line("SQLite", limits.flooded(door), 0))
        heeding = _told(*limits.heeded_line(limits.heeded(door, seconds), seconds))
    with (
        tempfile.TemporaryDirectory() as folder,
        redis.serving(Path(folder)) as url,
        limits.served(new_rig(Path(folder) / "data", **{QUEUE_URL: url})) as door,
    ):
        shared = _told(*limits.flooded_line("Redis", limits.flooded(door), limits.REDIS_ALLOWANCE))
    return exact and heeding and shared


def exports_bench() -> bool:
    """Measure exports into every format on an appliance of their own, and tell whether their goal is held."""
    with tempfile.TemporaryDirectory() as folder:
        found, held = exports.lines(new_rig(Path(folder) / "data"))
    print("\n".join(found), "held" if held else "NOT HELD", sep="  ", flush=True)
    return held


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
