"""Sessions of the blocking client go where the guard lets them, and by no proxy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from server.domain.errors import Skip
from server.outbound import guard
from server.outbound.sessions import session
from tests.peers.listener import Listener


@pytest.fixture(autouse=True)
def _guard() -> Iterator[None]:
    yield
    guard.install(())


def test_a_private_address_is_refused_unless_it_is_allowed(listener: Listener) -> None:
    guard.install(())
    with session() as client, pytest.raises(Skip):
        client.post(listener.url, data=b"", timeout=5)
    guard.install(["127.0.0.0/8"])
    with session() as client:
        assert client.post(listener.url, data=b"", timeout=5).status_code == 204


def test_the_environment_names_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    with session() as client:
        assert not client.trust_env
