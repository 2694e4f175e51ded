"""DMARC aggregate reports: every row with what was judged and why."""

from __future__ import annotations

import time

import pytest

from server.domain.errors import Unprocessable
from server.domain.mail import aggregate_reports
from tests.pace import quickest
from tests.server.domain.mail.report_texts import AGGREGATE

pytestmark = pytest.mark.criterion("email-21")


def test_a_report_says_who_when_and_by_which_policy() -> None:
    found = aggregate_reports.parse(AGGREGATE)
    assert (found.report_id, found.begins_ms, found.ends_ms) == ("r-1", 1_795_132_800_000, 1_795_219_199_000)
    assert found.body["policy"] == {"p": "reject", "sp": "quarantine", "np": "reject", "adkim": "r", "aspf": "s"}


def test_a_row_says_what_was_judged_and_why() -> None:
    ours, forged = aggregate_reports.parse(AGGREGATE).body["rows"]
    assert (ours["source"], ours["count"], ours["dkim"], ours["spf"], ours["envelope_from"]) == (
        "198.51.100.7", 12, "pass", "fail", "bounce.example.test",
    )  # fmt: skip
    assert ours["dkim_results"] == [{"domain": "example.test", "selector": "s1", "result": "pass"}]
    assert (forged["disposition"], forged["reasons"]) == ("reject", [{"type": "local_policy", "comment": "a & b"}])
    assert forged["spf_results"] == []


def test_a_count_that_is_none_counts_nothing() -> None:
    for text in (b"-5", b"many", b"9" * 40, b""):
        assert aggregate_reports.parse(AGGREGATE.replace(b"<count>12<", b"<count>" + text + b"<")).passed == 0


def test_two_thousand_rows_take_less_than_two_seconds() -> None:
    start, end = AGGREGATE.index(b"  <record>"), AGGREGATE.index(b"</feedback>")
    long = AGGREGATE[:start] + AGGREGATE[start:end] * 1100 + AGGREGATE[end:]
    assert len(aggregate_reports.parse(long).body["rows"]) == 2200
    assert quickest(lambda: aggregate_reports.parse(long), 2, clock=time.thread_time) < 2


def test_a_time_of_very_many_digits_is_refused() -> None:
    begins = AGGREGATE.partition(b"<begin>")[2].partition(b"<")[0]
    with pytest.raises(Unprocessable, match="time"):
        aggregate_reports.parse(AGGREGATE.replace(b"<begin>" + begins, b"<begin>" + b"0" * 12 + b"9" * 900))
