"""A download is sent as it is made, with the headers of every answer, and broken off where it fails half-way."""

from __future__ import annotations

import http.client
from collections.abc import Iterator

import pytest

from server.services import imports
from tests.api.appliance import Appliance, running
from tests.api.problems import check_headers
from tests.api.test_imports import IMPORTS


@pytest.fixture
def appliance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Appliance]:
    folder = tmp_path_factory.mktemp("downloads")
    with running(folder / "data", f"sqlite:///{folder / 'junction.sqlite3'}") as found:
        yield found


def test_pieces_come_as_one_file(appliance: Appliance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "refused_rows", lambda *_: iter([b"a" * 100_000, b"b"]))
    reply = appliance.personas().alice.client.get(f"{IMPORTS}/imp_1/errors")
    assert (reply.status, reply.body) == (200, b"a" * 100_000 + b"b")
    assert reply.headers["content-disposition"] == 'attachment; filename="imp_1-errors.csv"'
    check_headers(reply)


def test_half_a_file_is_not_taken_for_a_whole_one(appliance: Appliance, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Iterator[bytes]:
        yield b"a" * 100_000
        raise ZeroDivisionError

    monkeypatch.setattr(imports, "refused_rows", broken)
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        appliance.personas().alice.client.get(f"{IMPORTS}/imp_1/errors")
