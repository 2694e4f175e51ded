"""What `serve` and `init` do before anything else: the first start where there was none, pending migrations otherwise."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from server.domain.errors import Conflict
from server.main.appliance import open_appliance
from server.services import seals
from server.store import database, schema, users
from server.system import master_key

if TYPE_CHECKING:
    from server.services.setup import FirstStart
    from server.system.settings import Settings


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was done: `first` is None when there was an appliance already."""

    first: FirstStart | None
    migrations: list[str]

    def report(self) -> dict[str, Any]:
        """Return what the parent of the process is told."""
        return {"first": asdict(self.first) if self.first else None, "migrations": self.migrations}


def prepare(settings: Settings, email: str, password: str | None = None) -> Prepared:
    """Make the appliance if there is none, else bring its database up to date. Raises Denied for a master key that does not fit."""
    if not master_key.locate(settings).exists():
        _refuse_orphans(settings)
        return _begin(settings, email, password)
    settings.folder.prepare()
    open_appliance(settings)
    applied = schema.migrate()
    seals.ensure_canary()
    if users.page(None, "", 1):
        return Prepared(None, applied)
    return _begin(settings, email, password)


def _begin(settings: Settings, email: str, password: str | None) -> Prepared:
    from server.services import setup  # argon2 and the mails, which no later start needs

    first = setup.first_start(settings, email, password)
    open_appliance(settings)
    seals.ensure_canary()
    return Prepared(first, [])


def _refuse_orphans(settings: Settings) -> None:
    """Refuse to make a new key beside rows whose secrets another key has sealed."""
    if settings.database.url.startswith("sqlite") and not settings.folder.database.exists():
        return
    database.open_database(settings.database.url)
    if schema.applied_names():
        detail = f"The database holds an appliance, but there is no master key in {settings.data}: put it back, or run 'junction keys recover'."
        raise Conflict(detail, code="master_key_missing")
