"""The version of this appliance, read once, and the dated version of its API.

In a source tree pyproject.toml says it, since an editable installation's own record goes stale; elsewhere the installed
package does, and a frozen bundle, which has neither, goes by `BUNDLED`; a test holds that to pyproject.toml.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Final

from server.domain.versions import CURRENT

PACKAGE: Final = "junction"
BUNDLED: Final = "0.1.0"
API_VERSION: Final = CURRENT.name


def read_version(root: Path) -> str:
    """Return the version of the source tree at `root`, or of the installed package when there is no such tree."""
    try:
        project = tomllib.loads((root / "pyproject.toml").read_text("utf-8")).get("project", {})
    except FileNotFoundError:
        project = {}
    if project.get("name") == PACKAGE and "version" in project:
        return str(project["version"])
    return _installed_version()


def _installed_version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # 30 ms that a source tree need not pay

    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return BUNDLED


VERSION: Final = read_version(Path(__file__).resolve().parents[2])
