"""No connector's state version rises before what installations keep under the present one is written down."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from connectors import registry
from tests.connectors import kept

CATALOG = Path(__file__).parents[1] / "connectors" / "catalog"


def now(version: int, **cursor: Any) -> dict[str, Any]:
    return {"state_version": version, "config": {"key": "k"}, "cursors": {"rows": cursor}}


@pytest.mark.criterion("connectors-24")
def test_a_version_rises_only_from_one_that_is_written_down(tmp_path: Path) -> None:
    assert kept.wrong(tmp_path, now(1, since=7)) == []
    assert kept.wrong(tmp_path, now(2, since=7)) == ["kept_1.json is not there"]
    kept.write(tmp_path, now(1, since=7))
    assert kept.wrong(tmp_path, now(2, token="t")) == []
    assert kept.read(tmp_path, 1) == now(1, since=7)


@pytest.mark.criterion("connectors-24")
@pytest.mark.parametrize(("cursor", "right"), [({"since": 9}, True), ({"since": "9"}, False), ({"token": "t"}, False)])
def test_what_is_kept_changes_with_the_version_alone(tmp_path: Path, cursor: dict[str, Any], *, right: bool) -> None:
    kept.write(tmp_path, now(1, since=7))
    assert (kept.wrong(tmp_path, now(1, **cursor)) == []) is right


@pytest.mark.criterion("connectors-24")
def test_what_every_connector_keeps_is_written_down() -> None:
    lacking = [key for key, one in registry.manifests().items() if kept.read(CATALOG / one.folder.name, one.state_version) is None]
    assert lacking == [], "run make kept"
