"""Keys that were fetched are kept for a while, failures for a moment, and strangers may occupy only few threads."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from server.domain.errors import Later
from server.services.inbound import keyring
from server.system import clock

URL = "https://id.example.com/jwks.json"


@pytest.fixture(autouse=True)
def fetched(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Answer every fetch with an empty set of keys, and yield what was asked for."""
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        if "broken" in url:
            raise Later("It cannot be reached.")
        return b'{"keys": []}' if "jwks" in url else b"<html>"

    monkeypatch.setattr(keyring, "fetch", fetch)
    keyring.forget()
    yield asked
    keyring.forget()


def test_a_key_is_fetched_once_until_it_is_old(fetched: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert keyring.find(URL, "jwks") is None
    keyring.bring(URL, "jwks")
    assert keyring.find(URL, "jwks") == b'{"keys": []}'
    later = clock.now_ms() + keyring.KEPT_MS["jwks"]
    monkeypatch.setattr(clock, "now_ms", lambda: later)
    assert keyring.find(URL, "jwks") is None
    assert fetched == [URL]


@pytest.mark.parametrize("url", ["https://id.example.com/broken", "https://id.example.com/page"])
def test_a_failure_is_not_repeated_at_once(url: str, fetched: list[str]) -> None:
    with pytest.raises(Later):
        keyring.bring(url, "jwks" if "broken" in url else "certificate")
    with pytest.raises(Later):
        keyring.find(url, "jwks")
    assert fetched == [url]


def test_no_more_than_two_are_fetched_at_once() -> None:
    assert keyring._few.acquire(blocking=False)
    assert keyring._few.acquire(blocking=False)
    try:
        with pytest.raises(Later):
            keyring.bring(URL, "jwks")
    finally:
        keyring._few.release()
        keyring._few.release()
    keyring.bring(URL, "jwks")


def test_memory_is_bounded() -> None:
    for number in range(keyring.MOST + 5):
        keyring.bring(f"{URL}?{number}", "jwks")
    assert len(keyring._kept) <= keyring.MOST
