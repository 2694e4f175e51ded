"""Staying signed in: the keyring, else the vault, else not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.shell.remembering import Remembering
from app.system import keychain
from app.system.keychain import KeyringLost
from tests.app.stage import MemorySecrets


def test_a_secret_is_kept_and_forgotten(tmp_path: Path) -> None:
    found = Remembering(tmp_path, MemorySecrets())
    assert found.keep("profile", "token")
    assert found.find("profile") == "token"
    found.forget("profile")
    assert found.find("profile") is None


@pytest.mark.criterion("desktop-11")
def test_without_a_keyring_a_passphrase_opens_the_vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keychain, "works", lambda: False)
    found = Remembering(tmp_path)
    assert not found.keep("profile", "canary-4711")
    assert found.open("correct horse")
    assert found.keep("profile", "canary-4711")
    assert found.find("profile") == "canary-4711"
    assert "canary-4711" not in "".join(path.read_text(encoding="utf-8") for path in tmp_path.iterdir())


def test_a_vault_that_nobody_opened_tells_whose_secrets_it_holds_and_forgets_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keychain, "works", lambda: False)
    before = Remembering(tmp_path)
    before.open("correct horse")
    before.keep("profile", "token")
    found = Remembering(tmp_path)
    assert (found.find("profile"), found.is_sealed("profile"), found.is_sealed("other")) == (None, True, False)
    assert not found.open("wrong horse")
    found.forget("profile")
    assert not found.is_sealed("profile")
    assert found.open("correct horse")
    assert found.find("profile") is None


class LostSecrets(MemorySecrets):
    """A keyring that somebody has locked meanwhile."""

    def get(self, name: str) -> str | None:
        raise KeyringLost

    def put(self, name: str, secret: str) -> None:
        raise KeyringLost

    def remove(self, name: str) -> None:
        raise KeyringLost


@pytest.mark.criterion("desktop-11")
def test_when_the_keyring_is_locked_meanwhile_the_vault_takes_its_place(tmp_path: Path) -> None:
    assert Remembering(tmp_path, LostSecrets()).find("profile") is None
    Remembering(tmp_path, LostSecrets()).forget("profile")
    found = Remembering(tmp_path, LostSecrets())
    assert not found.keep("profile", "token")
    assert found.open("correct horse")
    assert found.keep("profile", "token")
    assert found.find("profile") == "token"
