"""Whether the appliance can serve, in words an operator can act on.

Not ready means that requests would fail: the database does not answer, lacks migrations, or the master key is gone. A full
disk is a warning, since reads and deliveries go on and writes are refused by themselves with 507; so is a weaker durability
than the default. A backlog and a missing worker are neither: what is accepted is safe and goes out later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from server.domain.errors import JunctionError
from server.store import database, schema
from server.system import disk, master_key

if TYPE_CHECKING:
    from server.system.settings import Settings

_up_to_date: set[str] = set()


@dataclass(frozen=True, slots=True)
class Readiness:
    """Why the appliance cannot serve, and what an operator should know although it can; stable words."""

    reasons: list[str]
    warnings: list[str]


def readiness(settings: Settings) -> Readiness:
    """Return why the appliance cannot serve; no reasons when it can."""
    reasons = _database_reasons(settings)
    if not _has_master_key(settings):
        reasons.append("master_key_missing")
    warnings = []
    if disk.free_bytes(settings.data) < settings.storage.minimum_free_bytes:
        warnings.append("disk_nearly_full")
    if settings.database.synchronous != "full":
        warnings.append("durability_weakened")
    return Readiness(reasons, warnings)


def _database_reasons(settings: Settings) -> list[str]:
    try:
        database.row("SELECT 1")
        return ["migrations_pending"] if _pending(settings) else []
    except JunctionError:
        return ["database_unreachable"]


def _pending(settings: Settings) -> bool:
    """Tell whether migrations are missing; once none is, none will be while this program runs."""
    if settings.database.url not in _up_to_date and not schema.pending():
        _up_to_date.add(settings.database.url)
    return settings.database.url not in _up_to_date


def _has_master_key(settings: Settings) -> bool:
    if settings.crypto.keyring and not settings.crypto.master_key:
        return True  # Asking the keyring takes long, and this process has had the key since it started.
    try:
        return master_key.locate(settings).exists()
    except (JunctionError, OSError):
        return False
