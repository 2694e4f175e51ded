"""The rule that with JUNCTION_REQUIRE_ALL=1 a skipped test is a failed one, so that nothing is judged that did not run."""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import TypeVar

import pytest

AnyReport = TypeVar("AnyReport", pytest.TestReport, pytest.CollectReport)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return refuse_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return refuse_skip((yield))


def refuse_skip(report: AnyReport) -> AnyReport:
    """Turn a skip into a failure with the same reason. An expected failure (xfail) also reports as skipped, and stays."""
    if os.environ.get("JUNCTION_REQUIRE_ALL") == "1" and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"JUNCTION_REQUIRE_ALL is set, and this was skipped: {reason}"
    return report
