"""A draft is written once, into a checkout, and passes the suite that every connector passes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from server.domain.errors import Conflict, Invalid
from server.outbound import connector_drafts

ROOT = Path(__file__).parents[3]
ACME = ROOT / "tests" / "connectors" / "sdk" / "acme.json"


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
    ("key", "text"), [("acme", "{"), ("acme", "[]"), ("acme", '{"swagger": "2.0"}'), ("a/b", '{"openapi": "3.0.0", "paths": {}}')]
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


@pytest.mark.criterion("connectors-1")
def test_a_new_connector_passes_the_suite_without_a_file_outside_its_folders(tmp_path: Path) -> None:
    for folder in ("connectors", "tests"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    (tmp_path / "server").symlink_to(ROOT / "server")
    (tmp_path / "resources").symlink_to(ROOT / "resources")
    connector_drafts.write("acme", ACME, tmp_path)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/connectors/catalog/acme", "tests/connectors/test_registry.py"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-2000:]
    assert " passed" in run.stdout
