"""What is counted and measured, one table; recording is a dictionary update, and the Prometheus library loads at the first scrape.

Everything here belongs to one process. Each api process and the worker keep their own numbers, and `junction serve` puts them
together: every process hands out `snapshot()`, and the one that is asked renders all of them, where counters and histograms
add up and gauges take the largest. Gauges that say something of the whole appliance (queue depth, oldest due, held, dead) are
read from the rows by whoever renders, so each process says the same.

    DELIVERIES.add("delivered")                      REQUEST_SECONDS.observe(0.012, "get_contact", "2xx")
    QUEUE_DEPTH.put(17)                              render([other.snapshot(), …])
"""

from __future__ import annotations

import sys
from bisect import bisect_left
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from server.system.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from prometheus_client.core import Metric

CONTENT_TYPE: Final = "text/plain; version=1.0.0; charset=utf-8"
Snapshot = dict[str, list[tuple[list[str], list[float]]]]
"""By metric name: label values and the numbers kept for them; lists and numbers only, so that it travels as JSON."""

QUICK: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
SLOW: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0, 30.0)
SIZES: Final = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0)


class Instrument:
    """Numbers by label values, which are given in the order of `labels`; may be used by many threads."""

    kind: str

    def __init__(self, name: str, about: str, labels: Sequence[str] = ()) -> None:
        """Name it as Prometheus does: with the unit, and a counter without `_total`."""
        self.name, self.about, self.labels = name, about, tuple(labels)
        self.kept: dict[tuple[str, ...], list[float]] = {}
        self._lock = Lock()

    def combine(self, one: list[float], other: list[float]) -> list[float]:
        """Return the numbers of two processes together: added up, unless a kind says otherwise."""
        return [mine + theirs for mine, theirs in zip(one, other, strict=True)]

    def fill(self, family: Any, labels: tuple[str, ...], numbers: list[float]) -> None:
        """Add one sample to what the library renders."""
        family.add_metric(labels, numbers[0])


class Counter(Instrument):
    """Only ever grows."""

    kind = "counter"

    def add(self, *labels: str, amount: float = 1.0) -> None:
        """Count up."""
        with self._lock:
            kept = self.kept.get(labels)
            if kept is None:
                kept = self.kept[labels] = [0.0]
            kept[0] += amount


class Gauge(Instrument):
    """Goes up and down; of several processes the largest is shown."""

    kind = "gauge"

    def put(self, value: float, *labels: str) -> None:
        """Note the present value."""
        with self._lock:
            self.kept[labels] = [value]

    def combine(self, one: list[float], other: list[float]) -> list[float]:
        """Return the larger one."""
        return max(one, other)


class Histogram(Instrument):
    """Counts observations by size: one number per bucket, one for what is larger than all, and their sum."""

    kind = "histogram"

    def __init__(self, name: str, about: str, labels: Sequence[str] = (), buckets: Sequence[float] = QUICK) -> None:
        """Count into buckets, given by their upper bounds in rising order."""
        super().__init__(name, about, labels)
        self.buckets = tuple(buckets)

    def observe(self, value: float, *labels: str) -> None:
        """Count one observation."""
        place = bisect_left(self.buckets, value)
        with self._lock:
            kept = self.kept.get(labels)
            if kept is None:
                kept = self.kept[labels] = [0.0] * (len(self.buckets) + 2)
            kept[place] += 1.0
            kept[-1] += value

    def fill(self, family: Any, labels: tuple[str, ...], numbers: list[float]) -> None:
        """Add the buckets, each with all smaller ones in it."""
        counted, bounds = 0.0, [*map(str, self.buckets), "+Inf"]
        rising = [(bound, counted := counted + number) for bound, number in zip(bounds, numbers[:-1], strict=True)]
        family.add_metric(labels, rising, numbers[-1])


REQUEST_SECONDS: Final = Histogram("junction_request_seconds", "Time to answer a request, by route and class of status.", ("route", "status"))
DELIVERIES: Final = Counter("junction_deliveries", "Delivery attempts, by outcome.", ("outcome",))
WEBHOOK_ATTEMPTS: Final = Counter("junction_webhook_attempts", "Delivery attempts of each webhook, by how they ended.", ("webhook", "outcome"))
DELIVERY_SECONDS: Final = Histogram("junction_delivery_seconds", "Time a receiver took to answer a delivery.", (), SLOW)
IN_FLIGHT: Final = Gauge("junction_deliveries_in_flight", "Deliveries being posted now.")
QUEUE_DEPTH: Final = Gauge("junction_queue_depth", "Deliveries that are due and not yet claimed.")
OLDEST_DUE_SECONDS: Final = Gauge("junction_queue_oldest_due_seconds", "How long the oldest due delivery has been waiting.")
HELD: Final = Gauge("junction_deliveries_held", "Deliveries held because their webhook is disabled.")
DEAD: Final = Gauge("junction_deliveries_dead", "Dead letters: deliveries whose attempts are used up.")
INBOUND: Final = Counter("junction_inbound_messages", "Messages of vendors, by provider and outcome.", ("provider", "outcome"))
COMMIT_SIZE: Final = Histogram("junction_commit_writes", "Writes committed together.", (), SIZES)
COMMIT_SECONDS: Final = Histogram("junction_commit_seconds", "Time one commit took, fsync included.")
DATABASE_ERRORS: Final = Counter("junction_database_errors", "Statements that the database refused or could not finish.", ("kind",))
BUILD: Final = Gauge("junction_build_info", "Always 1; the labels say what runs.", ("version", "python"))
INSTRUMENTS: Final[tuple[Instrument, ...]] = (
    REQUEST_SECONDS,
    DELIVERIES,
    WEBHOOK_ATTEMPTS,
    DELIVERY_SECONDS,
    IN_FLIGHT,
    QUEUE_DEPTH,
    OLDEST_DUE_SECONDS,
    HELD,
    DEAD,
    INBOUND,
    COMMIT_SIZE,
    COMMIT_SECONDS,
    DATABASE_ERRORS,
    BUILD,
)

BUILD.put(1.0, VERSION, ".".join(map(str, sys.version_info[:3])))


def snapshot() -> Snapshot:
    """Return this process's numbers for another one to render."""
    return {each.name: [(list(labels), list(numbers)) for labels, numbers in list(each.kept.items())] for each in INSTRUMENTS}


def render(others: Iterable[Snapshot] = ()) -> bytes:
    """Return this process's numbers, and those of others with them, in the text format of Prometheus (see CONTENT_TYPE)."""
    from prometheus_client import CollectorRegistry
    from prometheus_client.exposition import generate_latest

    registry = CollectorRegistry()
    registry.register(_Collector([snapshot(), *others]))
    return generate_latest(registry)


class _Collector:
    """What the library asks for the metrics: nothing of its own, and nothing of its default registry."""

    def __init__(self, snapshots: list[Snapshot]) -> None:
        self.snapshots = snapshots

    def collect(self) -> Iterator[Metric]:
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

        families = {"counter": CounterMetricFamily, "gauge": GaugeMetricFamily, "histogram": HistogramMetricFamily}
        for instrument in INSTRUMENTS:
            family = families[instrument.kind](instrument.name, instrument.about, labels=instrument.labels)
            for labels, numbers in self._together(instrument).items():
                instrument.fill(family, labels, numbers)
            yield family

    def _together(self, instrument: Instrument) -> dict[tuple[str, ...], list[float]]:
        together: dict[tuple[str, ...], list[float]] = {}
        for each in self.snapshots:
            for labels, numbers in each.get(instrument.name, []):
                held = together.get(tuple(labels))
                together[tuple(labels)] = instrument.combine(held, numbers) if held else numbers
        return together
