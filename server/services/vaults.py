"""The vault of this process: what seals and opens stored secrets, installed once at the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.domain.errors import Bug

if TYPE_CHECKING:
    from server.system.crypto import Vault

_vault: Vault | None = None


def install(vault: Vault) -> None:
    """Take the vault opened with the master key."""
    global _vault  # noqa: PLW0603 - the process has one master key
    _vault = vault


def vault() -> Vault:
    """Return the vault. Raises Bug before `install`."""
    if _vault is None:
        message = "no vault is installed"
        raise Bug(message)
    return _vault


def cursor_key() -> bytes:
    """Return the key that authenticates cursors."""
    return vault().cursor_key
