"""What an installation of each state version keeps, written beside its connector's tests as `kept_<version>.json`: config and cursors.

Upgrades are shown from there, so the file of a version has to be there before the next one is begun: `make kept CONNECTOR=hubspot` writes
that of the present one. `test_what_this_version_keeps_is_written_down` holds every version to it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

Kept = Mapping[str, Any]
OPTION = "--write-kept"


def path_of(folder: Path, version: int) -> Path:
    """Return where a version is written down."""
    return folder / f"kept_{version}.json"


def read(folder: Path, version: int) -> Kept | None:
    """Return what a version keeps, None when that is not written down."""
    path = path_of(folder, version)
    found: Kept | None = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
    return found


def write(folder: Path, kept: Kept) -> None:
    """Write down what a version keeps."""
    path_of(folder, kept["state_version"]).write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def wrong(folder: Path, now: Kept) -> list[str]:
    """Return what is wrong with what is written down, given what is kept now; the present version may lack until the next one."""
    present = now["state_version"]
    lacking = [f"{path_of(folder, version).name} is not there" for version in range(1, present) if read(folder, version) is None]
    written = read(folder, present)
    changed = written is not None and shape(written) != shape(now)
    return [*lacking, *([f"version {present} keeps another thing now: raise state_version, with a migration"] if changed else [])]


def shape(value: Any) -> Any:
    """Return a value with its members' names, and kinds in the place of what they hold."""
    if isinstance(value, Mapping):
        return {name: shape(one) for name, one in value.items()}
    return [shape(one) for one in value] if isinstance(value, list) else type(value).__name__


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(OPTION, action="store_true", help="write down what the present version of each connector that is tested keeps")
