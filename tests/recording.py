"""What a run showed of the acceptance criteria: one small file per criterion and test under build/results.

A test says which criteria it shows by `@pytest.mark.criterion("webhooks-16")`, and may hand a measured figure to the `figure` fixture.
One file per pair, so that parallel workers never write to the same one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

RESULTS = Path(__file__).parent.parent / "build" / "results"
OUTCOMES = pytest.StashKey[set[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--results", type=Path, default=RESULTS, help="the folder of the criteria's results")
    parser.addoption("--without-result", action="store_true", help="run only tests that show a criterion and have no result yet, or a failure")
    parser.addoption("--thorough", action="store_true", help="run chaos and attack tests with their long counts")


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Return a function that records a measured figure with its unit, such as `0.71 of the floor`."""

    def record(text: str) -> None:
        request.node.user_properties.append(("figure", text))

    return record


@pytest.fixture(scope="session")
def thorough(request: pytest.FixtureRequest) -> bool:
    """Tell whether this run was asked for the long counts."""
    return bool(request.config.getoption("--thorough"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--without-result"):
        return
    forget_vanished(config, {item.nodeid for item in items})
    chosen = [item for item in items if any(is_open(result_path(config, criterion, item.nodeid)) for criterion in criteria_of(item))]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    outcomes = item.stash.setdefault(OUTCOMES, set())
    outcomes.add(report.outcome)
    if call.when == "teardown":
        worst = next(outcome for outcome in ("failed", "skipped", "passed") if outcome in outcomes)
        for criterion in criteria_of(item):
            write_result(item, criterion, worst)
    return report


def criteria_of(item: pytest.Item) -> Iterator[str]:
    """Yield the ids of the criteria that a test shows."""
    for mark in item.iter_markers("criterion"):
        yield from mark.args


def result_path(config: pytest.Config, criterion: str, test: str) -> Path:
    """Return where the result of a test, or of a whole folder of them, for a criterion is kept."""
    digest = hashlib.sha256(test.encode()).hexdigest()[:12]
    folder: Path = config.getoption("--results")
    return folder / f"{criterion}.{digest}.json"


def is_open(path: Path) -> bool:
    """Tell whether a result is missing, or a failure: what failed may have been mended since."""
    return not path.exists() or json.loads(path.read_text(encoding="utf-8"))["outcome"] == "failed"


def write_result(item: pytest.Item, criterion: str, outcome: str) -> None:
    """Keep the outcome and the figures of a finished test."""
    keep(item.config, criterion, item.nodeid, outcome, [str(text) for name, text in item.user_properties if name == "figure"])


def keep(config: pytest.Config, criterion: str, test: str, outcome: str, figures: list[str]) -> None:
    """Keep what a test, or a whole folder of them, has shown of a criterion."""
    result: dict[str, Any] = {"criterion": criterion, "test": test, "outcome": outcome, "figures": figures}
    path = result_path(config, criterion, test)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result), encoding="utf-8")


def forget_vanished(config: pytest.Config, collected: set[str]) -> None:
    """Delete the results of tests that are no longer there, so that nothing is held by what cannot fail."""
    for path in config.getoption("--results").glob("*.json"):
        test = json.loads(path.read_text(encoding="utf-8"))["test"]
        if test not in collected and not any(one.startswith(f"{test}/") for one in collected):
            path.unlink()
