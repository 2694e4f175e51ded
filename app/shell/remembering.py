"""Stays signed in: the session's token or the operator's key, in the keyring or, where there is none, in the vault under a passphrase."""

from __future__ import annotations

from pathlib import Path

from app.system import keychain
from app.system.keychain import Keychain, Secrets
from app.system.vault import Vault


class Remembering:
    """Keeps one secret per profile. Blocking: every method is called from a worker."""

    def __init__(self, folder: Path, secrets: Secrets | None = None) -> None:
        self._folder = folder
        self._secrets = secrets
        self.passphrase = ""

    def ready(self) -> bool:
        """Tell whether there is a place for secrets now; False asks for the passphrase of the vault."""
        if self._secrets is None and keychain.works():
            self._secrets = Keychain()
        if self._secrets is None and self.passphrase:
            self._secrets = Vault(self._folder / "vault.json", self.passphrase)
        return self._secrets is not None

    def keep(self, profile_id: str, token: str) -> bool:
        """Keep a secret; False when there is no place for it yet."""
        if not self.ready() or self._secrets is None:
            return False
        self._secrets.put(profile_id, token)
        return True

    def find(self, profile_id: str) -> str | None:
        """Return the secret of a profile; None when there is none, or no place for it yet."""
        return self._secrets.get(profile_id) if self.ready() and self._secrets is not None else None

    def forget(self, profile_id: str) -> None:
        """Keep it no longer."""
        if self.ready() and self._secrets is not None:
            self._secrets.remove(profile_id)
