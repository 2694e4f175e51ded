"""The keyring: it is tried out in a process of its own, which may hang without anybody waiting."""

from __future__ import annotations

import subprocess
import sys
import time

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from app.system import keychain
from app.system.keychain import Keychain, KeyringLost


class Memory(KeyringBackend):
    """A keyring in memory."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Memory:
    """Put a keyring in memory in the place of the system's."""
    found = Memory()
    monkeypatch.setattr(keyring.core, "_keyring_backend", found)
    return found


def test_a_secret_is_kept_found_and_forgotten(memory: Memory) -> None:
    chain = Keychain()
    chain.put("profile", "s3cret")
    assert chain.get("profile") == "s3cret"
    chain.remove("profile")
    chain.remove("profile")
    assert chain.get("profile") is None


def test_a_keyring_that_refuses_is_lost(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: str) -> str | None:
        raise KeyringLocked

    monkeypatch.setattr(memory, "get_password", refuse)
    for use in (Keychain().get, Keychain().remove):
        with pytest.raises(KeyringLost):
            use("profile")


def test_the_probe_leaves_nothing_behind(memory: Memory) -> None:
    assert keychain.probe() == 0
    assert memory.kept == {}


@pytest.mark.criterion("desktop-11")
def test_a_keyring_that_hangs_is_given_up_after_the_limit() -> None:
    begun = time.perf_counter()
    assert keychain.works((sys.executable, "-c", "import time; time.sleep(60)"), 0.3) is False
    assert time.perf_counter() - begun < 30


@pytest.mark.criterion("desktop-11")
def test_the_probe_of_the_console_itself_tells_about_a_missing_keyring() -> None:
    environ = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring", "PATH": "/usr/bin"}
    assert subprocess.run([sys.executable, "-m", "app", keychain.PROBE], env=environ, check=False, timeout=30).returncode == 1
