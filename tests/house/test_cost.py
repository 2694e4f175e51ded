"""The processor time of the connectors' suite is judged once every connector's suite has run, and not before."""

from __future__ import annotations

import pytest

from connectors import registry
from tests.connectors import cost
from tests.connectors.cost import MOST_SECONDS, Collector
from tests.connectors.quality import RUNGS


def ran(collector: Collector, folder: str, seconds: float) -> None:
    """Tell the collector of a connector's whole suite, each test of which took so long."""
    for name in (name for names in RUNGS.values() for name in names):
        nodeid = f"tests/connectors/catalog/{folder}/test_connector.py::TestIt::{name}"
        report = pytest.TestReport(nodeid, ("", 0, ""), {}, "passed", None, "teardown", user_properties=[(cost._NAME, seconds)])
        collector.pytest_runtest_logreport(report)


@pytest.mark.criterion("connectors-28")
@pytest.mark.parametrize(("share", "outcome"), [(0.9, "passed"), (1.1, "failed")])
def test_the_suite_of_all_connectors_fails_beyond_its_core_minutes(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, share: float, outcome: str
) -> None:
    kept: list[tuple[str, str]] = []
    monkeypatch.setattr(cost, "keep", lambda _config, criterion, _test, came, _figures: kept.append((criterion, came)))
    folders = [one.folder.name for one in registry.manifests().values()]
    each = MOST_SECONDS * share / len(folders) / sum(len(names) for names in RUNGS.values())
    collector, status = Collector(), request.session.exitstatus
    for folder in folders[:-1]:
        ran(collector, folder, each)
    collector.pytest_sessionfinish(request.session)
    assert kept == []
    ran(collector, folders[-1], each)
    collector.pytest_sessionfinish(request.session)
    failed, request.session.exitstatus = request.session.exitstatus, status
    assert kept == [("connectors-28", outcome)]
    assert (failed is pytest.ExitCode.TESTS_FAILED) == (outcome == "failed")
