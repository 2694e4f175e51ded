"""Stays signed in: the session's token or the operator's key, in the keyring or, where none works, in the vault under a passphrase."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from app.system import keychain, vault
from app.system.keychain import Keychain, KeyringLost, Secrets
from app.system.vault import Vault, WrongPassphrase


class Remembering:
    """Keeps one secret per profile. Blocking: every method is called from a worker."""

    def __init__(self, folder: Path, secrets: Secrets | None = None) -> None:
        self._file = folder / "vault.json"
        self._secrets = secrets
        self._tried = False  # the keyring is tried once: a broken one takes seconds each time
        self._lock = Lock()

    def ready(self) -> bool:
        """Tell whether there is a place for secrets now; False asks for the passphrase of the vault."""
        with self._lock:
            if self._secrets is None and not self._tried:
                self._tried = True
                self._secrets = Keychain() if keychain.works() else None
        return self._secrets is not None

    @property
    def has_vault(self) -> bool:
        """Whether a vault was made before, so that its own passphrase is needed."""
        return self._file.exists()

    def open(self, passphrase: str) -> bool:
        """Open the vault, or make it; False when it was closed with another passphrase."""
        try:
            self._secrets = Vault(self._file, passphrase)
        except WrongPassphrase:
            return False
        return True

    def keep(self, profile_id: str, token: str) -> bool:
        """Keep a secret; False when there is no place for it yet."""
        if not self.ready() or self._secrets is None:
            return False
        try:
            self._secrets.put(profile_id, token)
        except KeyringLost:
            self._secrets = None
        return self._secrets is not None

    def find(self, profile_id: str) -> str | None:
        """Return the secret of a profile; None when there is none, or no place for it yet."""
        try:
            return self._secrets.get(profile_id) if self.ready() and self._secrets is not None else None
        except KeyringLost:
            self._secrets = None
            return None

    def is_sealed(self, profile_id: str) -> bool:
        """Tell whether a secret of a profile lies in a vault that nobody has opened yet."""
        return not self.ready() and profile_id in vault.names(self._file)

    def forget(self, profile_id: str) -> None:
        """Keep it no longer, also in a vault that nobody has opened."""
        try:
            if self.ready() and self._secrets is not None:
                self._secrets.remove(profile_id)
                return
        except KeyringLost:
            self._secrets = None
        vault.drop(self._file, profile_id)
