"""What was released stays: no client of the last released document loses anything; `make release` accepts the present one."""

from __future__ import annotations

import json

import pytest

from server.web import table
from server.web.openapi import comparison, document
from tests.house import source


@pytest.mark.criterion("api-4")
def test_the_api_takes_nothing_away_from_clients_of_the_last_release() -> None:
    released = json.loads((source.ROOT / "resources" / "openapi.released.json").read_text("utf-8"))
    assert [str(one) for one in comparison.narrowings(released, document.build(table.build().routes))] == []


@pytest.mark.criterion("api-4")
def test_check_compares_with_the_last_release() -> None:
    lines = (source.ROOT / "Makefile").read_text("utf-8").splitlines()
    assert "\t$(BIN)/junction openapi --against resources/openapi.released.json" in lines
