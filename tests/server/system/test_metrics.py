"""Metrics: what is recorded is what a scrape shows, from one process or several, and nothing is loaded before."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families

from server.system import metrics
from server.system.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def unused() -> Iterator[None]:
    """Begin with nothing recorded, and put back what was."""
    before = {each.name: dict(each.kept) for each in metrics.INSTRUMENTS}
    for each in metrics.INSTRUMENTS:
        if each is not metrics.BUILD:
            each.kept.clear()
    yield
    for each in metrics.INSTRUMENTS:
        each.kept = before[each.name]


def scraped(others: list[metrics.Snapshot] | None = None) -> dict[tuple[str, ...], float]:
    """Return samples by name and label values, in the order of the labels' names, as Prometheus's own parser reads them."""
    families = text_string_to_metric_families(metrics.render(others or []).decode())
    return {(sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value for family in families for sample in family.samples}


def test_counters_gauges_and_histograms_show_what_was_recorded() -> None:
    metrics.INBOUND.add("stripe", "accepted")
    metrics.INBOUND.add("stripe", "accepted")
    metrics.INBOUND.add('/odd"\\\n', "forged", amount=3)
    metrics.QUEUE_DEPTH.put(17)
    metrics.QUEUE_DEPTH.put(4)
    for seconds in (0.0004, 0.001, 0.02, 99.0):
        metrics.REQUEST_SECONDS.observe(seconds, "/x", "2xx")
    seen = scraped()
    assert seen["junction_inbound_messages_total", "accepted", "stripe"] == 2
    assert seen["junction_inbound_messages_total", "forged", '/odd"\\\n'] == 3
    assert seen["junction_queue_depth",] == 4
    assert seen["junction_request_seconds_bucket", "0.001", "/x", "2xx"] == 2
    assert seen["junction_request_seconds_bucket", "0.025", "/x", "2xx"] == 3
    assert seen["junction_request_seconds_bucket", "+Inf", "/x", "2xx"] == seen["junction_request_seconds_count", "/x", "2xx"] == 4
    assert seen["junction_request_seconds_sum", "/x", "2xx"] == pytest.approx(99.0214)


def test_the_build_is_always_there() -> None:
    assert scraped()["junction_build_info", ".".join(map(str, sys.version_info[:3])), VERSION] == 1


def test_several_processes_add_up_and_the_largest_gauge_is_shown() -> None:
    metrics.DELIVERIES.add("delivered", amount=5)
    metrics.DELIVERY_SECONDS.observe(0.2)
    metrics.OLDEST_DUE_SECONDS.put(9)
    other = json.loads(json.dumps(metrics.snapshot()))
    metrics.OLDEST_DUE_SECONDS.put(3)
    metrics.DELIVERIES.add("failed")
    seen = scraped([other, other])
    assert seen["junction_deliveries_total", "delivered"] == 15
    assert seen["junction_deliveries_total", "failed"] == 1
    assert seen["junction_delivery_seconds_count",] == 3
    assert seen["junction_queue_oldest_due_seconds",] == 9
    assert scraped()["junction_deliveries_total", "delivered"] == 5


def test_threads_lose_no_count() -> None:
    def work(_number: int) -> None:
        for _ in range(2_000):
            metrics.DELIVERIES.add("delivered")
            metrics.REQUEST_SECONDS.observe(0.5, "/x", "2xx")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    seen = scraped()
    assert seen["junction_deliveries_total", "delivered"] == seen["junction_request_seconds_count", "/x", "2xx"] == 16_000


def test_every_instrument_of_the_module_is_rendered_with_its_help() -> None:
    declared = [value for value in vars(metrics).values() if isinstance(value, metrics.Instrument)]
    assert set(declared) == set(metrics.INSTRUMENTS)
    text = metrics.render().decode()
    for each in declared:
        total = "_total" if isinstance(each, metrics.Counter) else ""
        assert f"# HELP {each.name}{total} {each.about}\n# TYPE {each.name}{total} {each.kind}\n" in text


def test_only_our_own_metrics_are_shown() -> None:
    assert all(line.lstrip("# HELPTY").startswith("junction_") for line in metrics.render().decode().splitlines())


def test_recording_does_not_load_the_library() -> None:
    code = "import sys; from server.system.metrics import DELIVERIES; DELIVERIES.add('delivered'); print('prometheus_client' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout == "False\n"
