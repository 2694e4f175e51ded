"""A connector's tier follows from what its suite shows, and more cannot be claimed."""

from __future__ import annotations

import json

import pytest

from connectors import registry
from connectors.registry import CATALOG
from server.outbound import catalogue
from server.services import integrations
from server.services.integrations import QUALITY
from tests.connectors.conformance import Conformance
from tests.connectors.quality import RUNGS, entry, is_whole, overclaimed, tier_of

EVERYTHING = {name: True for names in RUNGS.values() for name in names}


def test_every_rung_names_tests_that_the_suite_has() -> None:
    assert [name for name in EVERYTHING if not hasattr(Conformance, name)] == []


@pytest.mark.criterion("connectors-27")
@pytest.mark.parametrize(("rung", "reached"), [("bronze", "unrated"), ("silver", "bronze"), ("gold", "silver")])
def test_a_test_that_fails_takes_its_rung_and_all_above(rung: str, reached: str) -> None:
    for name in RUNGS[rung]:
        assert tier_of({**EVERYTHING, name: False}) == reached
    assert tier_of(EVERYTHING) == "gold"
    assert not is_whole(dict.fromkeys(RUNGS["bronze"], True))


@pytest.mark.criterion("connectors-27")
def test_more_than_was_shown_is_found_out_for_the_same_files_only() -> None:
    folder = CATALOG / "hubspot"
    claimed = {"hubspot": entry(folder, EVERYTHING)}
    worse = {"hubspot": {**EVERYTHING, RUNGS["silver"][0]: False}}
    assert overclaimed(claimed, worse) == ["hubspot"]
    assert overclaimed(claimed, {"hubspot": EVERYTHING}) == []
    assert overclaimed({"hubspot": {**claimed["hubspot"], "digest": "of other files"}}, worse) == []


@pytest.mark.criterion("connectors-27")
def test_what_is_written_is_of_the_files_that_are_here() -> None:
    written = json.loads(QUALITY.read_text())
    stale = [key for key, one in registry.manifests().items() if written.get(key, {}).get("digest") != catalogue.digest(one.folder)]
    assert stale == [], "run make quality"


@pytest.mark.criterion("connectors-28")
def test_every_line_of_every_connector_is_run_by_its_suite() -> None:
    assert {key: one["covered"] for key, one in json.loads(QUALITY.read_text()).items() if one["covered"] < 100} == {}


@pytest.mark.criterion("connectors-27")
def test_files_that_changed_since_are_unrated(monkeypatch: pytest.MonkeyPatch) -> None:
    found = registry.manifests()["hubspot"]
    written = json.loads(QUALITY.read_text())
    assert set(written) <= set(registry.manifests())
    monkeypatch.setattr(integrations, "_quality", lambda: {"hubspot": {"digest": catalogue.digest(found.folder), "tier": "gold"}})
    assert integrations.tier_of(found) == "gold"
    monkeypatch.setattr(integrations, "_quality", lambda: {"hubspot": {"digest": "of other files", "tier": "gold"}})
    assert integrations.tier_of(found) == "unrated"
