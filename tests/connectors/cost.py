"""What the suite of the connectors costs: the processor time of every test below tests/connectors, summed over all workers.

Three minutes on four cores are twelve core-minutes. Whatever run completes the suites of all connectors keeps the figure as a result of that
criterion, and fails beyond it: processor time says the same on a busy machine as on a quiet one.
"""

from __future__ import annotations

import resource
from collections import defaultdict
from collections.abc import Generator, Mapping
from typing import Any

import pytest

from connectors import registry
from tests.connectors.quality import PLACE, is_whole
from tests.recording import keep

FOLDER = "tests/connectors"
CRITERION = "connectors-28"
MOST_SECONDS = 3 * 60 * 4
_BEGAN = pytest.StashKey[float]()
_NAME = "processor_seconds"


def spent() -> float:
    """Return the processor time of this process and of those that it has waited for, in seconds."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def judged(seconds: Mapping[str, float]) -> tuple[bool, str]:
    """Return whether so much processor time by test is within the limit, and the figure in words."""
    total = sum(seconds.values())
    return total <= MOST_SECONDS, f"{total:.0f} s of processor time for {len(seconds):,} tests of {MOST_SECONDS} s"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, Any, Any]:
    item.stash[_BEGAN] = spent()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if call.when == "teardown" and item.nodeid.startswith(f"{FOLDER}/"):
        report.user_properties.append((_NAME, spent() - item.stash[_BEGAN]))
    return report


class Collector:
    """Hears of every test, in whatever worker it ran."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.shown: dict[str, dict[str, bool]] = defaultdict(dict)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, value in report.user_properties:
            if name == _NAME and isinstance(value, float) and report.when == "teardown":
                self.seconds[report.nodeid] = value
                found = PLACE.match(report.nodeid)
                if found:
                    self.shown[found[1]][found[2]] = True

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if not all(is_whole(self.shown[one.folder.name]) for one in registry.manifests().values()):
            return
        held, figure = judged(self.seconds)
        keep(session.config, CRITERION, FOLDER, "passed" if held else "failed", [figure])
        if not held:
            print(f"\nThe suite of the connectors costs too much: {figure}.")
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Collector(), "connector-cost")
