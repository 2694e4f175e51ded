"""The quality tier of each connector, computed from what its suite has just shown; nobody sets one by hand.

`make quality` runs the suites and writes `resources/connector_quality.json`, with the digest of the files that were shown and how much of
their lines was run. Any other run that completes a connector's suite fails when that file claims more for the same files than was shown.
Files that were changed since are unrated, whatever stands there.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from connectors.registry import CATALOG
from server.outbound import catalogue
from server.services.integrations import QUALITY

if TYPE_CHECKING:
    from coverage import Coverage

# Each rung stands on those below it. The last one needs an account at the vendor, so no test of this kind can show it.
RUNGS: Mapping[str, tuple[str, ...]] = {
    "bronze": (
        "test_the_manifest_and_the_code_agree",
        "test_limits_have_a_source_and_a_day",
        "test_there_is_an_icon_that_holds_no_script",
        "test_the_code_is_short_and_imports_nothing_that_acts",
        "test_the_good_configuration_has_no_problem_and_each_problem_has_its_remedy",
        "test_the_connection_tells_who_we_are_with_one_call",
        "test_each_thing_that_is_wrong_with_a_connection_has_its_own_code_and_remedy",
    ),
    "silver": (
        "test_every_row_is_read_and_a_second_run_reads_what_changed",
        "test_a_run_that_is_dropped_after_any_page_goes_on_without_loss",
        "test_a_row_that_is_wrong_is_told_and_the_others_are_read",
        "test_after_any_fault_a_later_run_has_everything",
        "test_field_maps_speak_of_declared_resources",
        "test_default_maps_make_something_of_every_row",
        "test_a_call_that_nobody_has_verified_is_refused",
    ),
    "gold": (
        "test_a_delete_at_the_vendor_is_seen_within_the_declared_time",
        "test_a_listing_that_breaks_off_deletes_nothing",
        "test_a_token_that_expired_lists_its_own_partition_anew_and_no_other",
        "test_changes_are_made_once_however_often_they_are_sent",
        "test_an_answer_that_is_lost_makes_no_duplicate",
        "test_subscriptions_are_made_once_and_taken_away",
        "test_what_each_version_kept_is_gone_on_with_and_given_back",
    ),
}
ORDER = ("unrated", *RUNGS, "platinum")
PLACE = re.compile(r"tests/connectors/catalog/(\w+)/test_connector\.py::Test\w+::(\w+)")
Shown = Mapping[str, bool]
"""Whether each test of a connector's suite passed, with every parameter."""


def tier_of(shown: Shown) -> str:
    """Return the highest rung all of whose tests passed, and those of the rungs below."""
    reached = "unrated"
    for rung, names in RUNGS.items():
        if not all(shown.get(name, False) for name in names):
            break
        reached = rung
    return reached


def is_whole(shown: Shown) -> bool:
    """Tell whether the whole suite ran."""
    return all(name in shown for names in RUNGS.values() for name in names)


def entry(folder: Path, shown: Shown, covered: int = 0) -> dict[str, object]:
    """Return what is written of a connector; `covered` is how many in a hundred of its lines were run."""
    return {"digest": catalogue.digest(folder), "tier": tier_of(shown), "shown": sum(shown.values()), "covered": covered}


def measuring() -> Coverage:
    """Begin to note which lines of the catalogue run. Imported here: every run of tests loads this module, and hardly one measures."""
    from coverage import Coverage

    measured = Coverage(data_file=None, include=[str(CATALOG / "*" / "*.py")])
    measured.start()
    return measured


def covered(measured: Coverage, folder: Path) -> int:
    """Return how many in a hundred of a folder's lines were run, rounded down."""
    lines = missed = 0
    for path in folder.glob("*.py"):
        _, statements, _, missing, _ = measured.analysis2(str(path))
        lines, missed = lines + len(statements), missed + len(missing)
    return 100 * (lines - missed) // lines


def overclaimed(claimed: Mapping[str, Mapping[str, object]], shown: Mapping[str, Shown]) -> list[str]:
    """Return the connectors for whose present files more is claimed than was shown."""
    keys = {folder: catalogue.read_manifest(CATALOG / folder).key for folder in shown}
    same = [name for name in shown if keys[name] in claimed and claimed[keys[name]]["digest"] == catalogue.digest(CATALOG / name)]
    return [name for name in same if ORDER.index(str(claimed[keys[name]]["tier"])) > ORDER.index(tier_of(shown[name]))]


class Collector:
    """Hears of every test, in whatever worker it ran."""

    def __init__(self, *, writes: bool) -> None:
        self.measured = measuring() if writes else None
        self.shown: dict[str, dict[str, bool]] = defaultdict(dict)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        found = PLACE.match(report.nodeid)
        if found and (report.when == "call" or report.failed):
            folder, name = found.groups()
            self.shown[folder][name] = self.shown[folder].get(name, True) and report.passed

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        whole = {folder: shown for folder, shown in self.shown.items() if is_whole(shown)}
        claimed = json.loads(QUALITY.read_text()) if QUALITY.exists() else {}
        if self.measured:
            self.measured.stop()
            places = {CATALOG / folder: shown for folder, shown in whole.items()}
            found = {catalogue.read_manifest(place).key: entry(place, shown, covered(self.measured, place)) for place, shown in places.items()}
            QUALITY.write_text(json.dumps({**claimed, **found}, indent=2, sort_keys=True) + "\n")
        elif wrong := overclaimed(claimed, whole):
            print(f"\n{QUALITY.name} claims more than was shown of {', '.join(wrong)}; run make quality.")
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-quality", action="store_true", help="write the quality tiers of the connectors whose whole suite ran")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Collector(writes=bool(config.getoption("--write-quality"))), "connector-quality")
