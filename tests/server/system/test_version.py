"""The version: the source tree's word first, then the installed package's."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from server.system import version

PYPROJECT = Path(__file__).resolve().parents[3] / "pyproject.toml"


def test_the_source_tree_says_its_version(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "junction"\nversion = "7.8.9"\n')
    assert version.read_version(tmp_path) == "7.8.9"


def test_another_projects_file_is_not_taken_for_ours(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "stranger"\nversion = "7.8.9"\n')
    assert version.read_version(tmp_path) != "7.8.9"


def test_without_a_source_tree_the_package_or_the_bundle_says_it(tmp_path: Path) -> None:
    assert version.read_version(tmp_path).split(".")[0].isdecimal()


@pytest.mark.skipif(not PYPROJECT.exists(), reason="not a source tree")
def test_the_bundles_version_is_that_of_the_project() -> None:
    project = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]
    assert project["version"] == version.BUNDLED == version.VERSION


def test_the_api_version_is_a_date() -> None:
    assert date.fromisoformat(version.API_VERSION).isoformat() == version.API_VERSION
