"""One vault per process, installed before anything is sealed."""

from __future__ import annotations

import pytest

from server.domain.errors import Bug
from server.services import vaults
from server.system.crypto import Vault


def test_the_installed_vault_is_used_and_its_cursors_key_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vaults, "_vault", None)
    with pytest.raises(Bug):
        vaults.vault()
    vault = Vault({1: bytes(32)}, 1)
    vaults.install(vault)
    assert vaults.vault() is vault
    assert vaults.cursor_key() == vault.cursor_key
