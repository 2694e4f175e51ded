"""Settings of an appliance that sends mail."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.outbound import dns
from server.system import settings as loading
from server.system.settings import Settings


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give name servers a moment only; for tests in which one is away."""
    monkeypatch.setattr(dns, "SECONDS", 0.5)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings that name where mail leaves from and comes back to."""
    named = {
        "domains.source_addresses": ("198.51.100.7",),
        "domains.return_path_host": "returns.mail.test",
        "domains.tracking_host": "links.mail.test",
        "domains.report_address": "reports@mail.test",
        "email.helo_name": "out.mail.test",
    }
    return loading.load(tmp_path, {}, named)
