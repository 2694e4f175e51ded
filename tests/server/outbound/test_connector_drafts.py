"""A draft is written once, into a checkout, and passes the suite that every connector passes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from server.domain.errors import Conflict, Invalid
from server.outbound import connector_drafts
from tests.vendors.contract import NOT_AT_HAND, folder

ROOT = Path(__file__).parents[3]
LARGEST_MANIFEST = 9_000
LONGEST_LINE = 300
# What lies beside the descriptions and is none: models of AWS, fixtures, names, events, hooks.
NO_DESCRIPTIONS = {
    "aws/s3.paginators-1", "aws/s3.service-2", "aws/s3.waiters-2", "aws/sts.paginators-1", "aws/sts.service-2", "make/fixtures",
    "msgraph/csdl-v1.0.pruned", "slack/slack_events_api_async_v1", "stripe/fixtures3", "xero/xero_webhooks",
}  # fmt: skip
ACME = ROOT / "tests" / "connectors" / "sdk" / "drafts" / "acme.json"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "connectors" / "catalog").mkdir(parents=True)
    return tmp_path


def test_both_folders_are_written(checkout: Path) -> None:
    files = {str(path.relative_to(checkout)) for path in connector_drafts.write("acme", ACME, checkout)}
    assert {"connectors/catalog/acme/manifest.toml", "connectors/catalog/acme/icon.svg", "tests/connectors/catalog/acme/test_connector.py"} <= files
    assert all((checkout / file).exists() for file in files)


def test_what_is_there_is_not_touched(checkout: Path) -> None:
    connector_drafts.write("acme", ACME, checkout)
    mended = checkout / "connectors" / "catalog" / "acme" / "manifest.toml"
    mended.write_text("mended", encoding="utf-8")
    with pytest.raises(Conflict, match="there already"):
        connector_drafts.write("acme", ACME, checkout)
    assert mended.read_text(encoding="utf-8") == "mended"


@pytest.mark.parametrize(
    ("key", "text"), [("acme", "{"), ("acme", "[]"), ("acme", '{"swagger": "2.0"}'), ("acme", "a: [b"), ("a/b", '{"openapi": "3.0.0", "paths": {}}')]
)
def test_what_no_draft_can_be_made_of_is_refused_and_leaves_nothing(checkout: Path, key: str, text: str) -> None:
    description = checkout / "description.json"
    description.write_text(text, encoding="utf-8")
    with pytest.raises(Invalid):
        connector_drafts.write(key, description, checkout)
    assert list((checkout / "connectors" / "catalog").iterdir()) == []


def test_a_folder_that_is_no_checkout_and_a_file_that_is_not_there_are_refused(tmp_path: Path, checkout: Path) -> None:
    with pytest.raises(Invalid, match="no checkout"):
        connector_drafts.write("acme", ACME, tmp_path / "elsewhere")
    with pytest.raises(Invalid, match="No such file"):
        connector_drafts.write("acme", tmp_path / "nothing.json", checkout)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a checkout whose connectors and tests may be added to."""
    for part in ("connectors", "tests"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    (tmp_path / "server").symlink_to(ROOT / "server")
    (tmp_path / "resources").symlink_to(ROOT / "resources")
    return tmp_path


def suites(copy: Path, *keys: str, without: str = "nothing") -> subprocess.CompletedProcess[str]:
    """Run the suites of these connectors, and the tests of the catalogue that they stand in now."""
    tests = [f"tests/connectors/catalog/{key}" for key in keys]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", f"not {without}", *tests, "tests/connectors/test_registry.py"]
    return subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)


@pytest.mark.criterion("connectors-1")
def test_a_new_connector_passes_the_suite_without_a_file_outside_its_folders(copy: Path) -> None:
    connector_drafts.write("acme", ACME, copy)
    run = suites(copy, "acme")
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-2000:]
    assert " passed" in run.stdout


REAL = {
    "stripe_draft": "stripe/spec3.json",
    "zoom_draft": "zoom/openapi.v2.json",
    "people_draft": "google/people.v1.discovery.json",
    "mailgun_draft": "mailgun/openapi.json",
    "xero_draft": "xero/xero_accounting.json",
}
"""OpenAPI 3.0 and 3.1, Swagger 2 and a discovery document; Xero's is written as YAML first."""


@pytest.mark.criterion("connectors-1")
@pytest.mark.skipif(folder() is None, reason=NOT_AT_HAND)
def test_drafts_of_vendors_own_descriptions_pass_the_suite_and_stand_in_the_catalogue(copy: Path, thorough: bool) -> None:
    for key, path in REAL.items():
        connector_drafts.write(key, written(descriptions() / path, copy, as_yaml=key == "xero_draft"), copy)
    run = suites(copy, *REAL, without="nothing" if thorough else "after_any_fault")
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-2000:]
    listed = "from connectors import registry; print(*registry.manifests())"
    shown = subprocess.run([sys.executable, "-c", listed], cwd=copy, capture_output=True, text=True, check=True)
    assert set(REAL) < set(shown.stdout.split())


def descriptions() -> Path:
    """Return where the vendors' descriptions lie."""
    found = folder()
    assert found is not None
    return found


def written(path: Path, copy: Path, *, as_yaml: bool) -> Path:
    """Return a description, written as YAML where that is wanted."""
    if not as_yaml:
        return path
    place = copy / f"{path.stem}.yaml"
    place.write_text(yaml.safe_dump(json.loads(path.read_bytes())), encoding="utf-8")
    return place


@pytest.mark.skipif(folder() is None, reason=NOT_AT_HAND)
def test_of_every_description_at_hand_a_small_draft_is_made_or_one_line_says_why_not(checkout: Path) -> None:
    drafted, refused = [], []
    for number, path in enumerate(sorted(descriptions().glob("*/*.json"))):
        try:
            (place, *_) = connector_drafts.write(f"draft_{number}", path, checkout)
        except Invalid as error:
            refused.append((f"{path.parent.name}/{path.stem}", error.detail))
        else:
            drafted.append(f"{path.parent.name}/{path.stem}")
            assert (place.parent / "manifest.toml").stat().st_size < LARGEST_MANIFEST
            assert connector_drafts.questions(place.parent)
    assert [detail for _, detail in refused if "\n" in detail or len(detail) > LONGEST_LINE] == []
    vendors = {name.partition("/")[0] for name in drafted}
    assert {name for name, _ in refused if name.partition("/")[0] not in vendors} <= NO_DESCRIPTIONS
    assert len(drafted) > 4 * len({name for name, _ in refused} - NO_DESCRIPTIONS)
