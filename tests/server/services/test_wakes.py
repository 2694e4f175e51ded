"""Wakes reach whoever is installed, and nobody at all is fine."""

from __future__ import annotations

import pytest

from server.services import wakes


def test_each_kind_of_rows_wakes_its_own_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[str] = []
    monkeypatch.setattr(wakes, "_wake", wakes._nobody)
    wakes.deliveries()
    wakes.install(woken.append)
    for wake in (wakes.deliveries, wakes.jobs, wakes.mails):
        wake()
    assert woken == ["deliveries", "jobs", "mails"]
