"""Measurements: what is read from the text of an appliance."""

from __future__ import annotations

from app.client import metrics

TEXT = """# HELP junction_requests_total Requests.
junction_requests_total{route="a",status="2xx"} 3.0
junction_requests_total{route="b",status="5xx"} 1.0
junction_request_seconds_bucket{le="0.1",route="a"} 3.0
junction_queue_depth 7.0
"""


def test_samples_are_summed_by_their_labels() -> None:
    samples = metrics.parsed(TEXT)
    assert metrics.total(samples, "junction_requests_total") == 4
    assert metrics.total(samples, "junction_requests_total", status="5xx") == 1
    assert metrics.total(samples, "junction_queue_depth") == 7


def test_what_is_not_there_counts_nothing_and_buckets_are_left_out() -> None:
    samples = metrics.parsed(TEXT)
    assert metrics.total(samples, "junction_request_seconds_bucket") == 0
