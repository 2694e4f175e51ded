"""Secrets in a file under a passphrase, for computers without a keyring: scrypt makes the key, AES-256-GCM seals each secret with its name."""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

_COST: Final = 2**15
_CHECK: Final = "\0check"  # sealed with the first secret, so that a wrong passphrase is known before anything is written


class WrongPassphrase(Exception):
    """The vault was closed with another passphrase."""


class Vault:
    """The vault. Opening it takes a tenth of a second on purpose: call it from a worker."""

    def __init__(self, path: Path, passphrase: str) -> None:
        self._path = path
        self._kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"salt": _text(os.urandom(16)), "sealed": {}}
        self._cipher = AESGCM(Scrypt(salt=_bytes(self._kept["salt"]), length=32, n=_COST, r=8, p=1).derive(passphrase.encode()))
        if not self._kept["sealed"]:
            self.put(_CHECK, "")
        elif self.get(_CHECK) != "":
            raise WrongPassphrase

    def get(self, name: str) -> str | None:
        """Return a secret; None when there is none. Raises WrongPassphrase."""
        sealed = self._kept["sealed"].get(name)
        if sealed is None:
            return None
        raw = _bytes(sealed)
        try:
            return self._cipher.decrypt(raw[:12], raw[12:], name.encode()).decode()
        except InvalidTag:
            raise WrongPassphrase from None

    def put(self, name: str, secret: str) -> None:
        """Keep a secret."""
        nonce = os.urandom(12)
        self._kept["sealed"][name] = _text(nonce + self._cipher.encrypt(nonce, secret.encode(), name.encode()))
        self._write()

    def remove(self, name: str) -> None:
        """Keep it no longer."""
        if self._kept["sealed"].pop(name, None) is not None:
            self._write()

    def _write(self) -> None:
        _replace(self._path, self._kept)


def names(path: Path) -> set[str]:
    """Return whose secrets lie in a vault; that takes no passphrase."""
    return set(json.loads(path.read_text(encoding="utf-8"))["sealed"]) - {_CHECK} if path.exists() else set()


def drop(path: Path, name: str) -> None:
    """Take a secret out of a vault that nobody has opened."""
    if name in names(path):
        kept = json.loads(path.read_text(encoding="utf-8"))
        del kept["sealed"][name]
        _replace(path, kept)


def _replace(path: Path, kept: dict[str, Any]) -> None:
    fresh = path.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(kept), encoding="utf-8")
    fresh.replace(path)


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    return b64decode(text)
