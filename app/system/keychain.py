"""Secrets in the keyring of the operating system, tried out in a process of its own first: some keyrings hang instead of failing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Protocol

SERVICE: Final = "junction-console"
PROBE_SECONDS: Final = 3.0
PROBE: Final = "--probe-keyring"


class Secrets(Protocol):
    """Where secrets are kept, by the id of a profile."""

    def get(self, name: str) -> str | None:
        """Return a secret; None when there is none."""

    def put(self, name: str, secret: str) -> None:
        """Keep a secret."""

    def remove(self, name: str) -> None:
        """Keep it no longer; nothing happens when there is none."""


class KeyringLost(Exception):
    """The keyring does not work any more: it was locked meanwhile, or its owner has refused."""


class Keychain:
    """The keyring. Every method may take its time: call it from a worker. Raises KeyringLost."""

    def get(self, name: str) -> str | None:
        """Return a secret; None when there is none."""
        import keyring

        with _lost():
            return keyring.get_password(SERVICE, name)

    def put(self, name: str, secret: str) -> None:
        """Keep a secret."""
        import keyring

        with _lost():
            keyring.set_password(SERVICE, name, secret)

    def remove(self, name: str) -> None:
        """Keep it no longer."""
        import keyring

        with _lost():
            if keyring.get_password(SERVICE, name) is not None:
                keyring.delete_password(SERVICE, name)


@contextmanager
def _lost() -> Iterator[None]:
    from keyring.errors import KeyringError

    try:
        yield
    except KeyringError as error:
        raise KeyringLost from error


def works(command: tuple[str, ...] = (sys.executable, "-m", "app", PROBE), seconds: float = PROBE_SECONDS) -> bool:
    """Tell whether the keyring can be used, within three seconds."""
    try:
        return subprocess.run(command, timeout=seconds, capture_output=True, check=False).returncode == 0  # noqa: S603 - our own program
    except (subprocess.TimeoutExpired, OSError):
        return False


def probe() -> int:
    """Write, read and remove something harmless; 0 when that works. Runs in the process that `works` starts."""
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(SERVICE, "probe", "probe")
        found = keyring.get_password(SERVICE, "probe")
        keyring.delete_password(SERVICE, "probe")
    except (KeyringError, RuntimeError, OSError):
        return 1
    return 0 if found == "probe" else 1
