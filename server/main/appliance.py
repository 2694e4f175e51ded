"""Opening an appliance: settings, logs, master key, database, address guard: what every process and command needs first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.domain.errors import Missing
from server.outbound import guard
from server.services import seals, vaults
from server.store import database, schema
from server.system import logs, master_key

if TYPE_CHECKING:
    from server.system.settings import Settings


def open_appliance(settings: Settings, *, checked: bool = True) -> None:
    """Make this process able to use the stores. Raises Missing when there is no appliance yet, Denied for a master key that does not fit.

    `checked` looks whether the master key is the one that the rows were written with, which needs a database that is up to date.
    """
    logs.configure(settings.logging.level, settings.logging.format)
    guard.install(settings.outbound.allow_private)
    key = master_key.locate(settings)
    if not key.exists():
        raise Missing(
            f"There is no master key in {settings.data}: 'junction init' makes a new appliance, 'junction restore' brings one back.",
            code="not_initialised",
        )
    vaults.install(key.vault())
    database.open_database(settings.database.url, synchronous="normal" if settings.database.synchronous == "normal" else "full")
    if checked:
        _check(settings)


def _check(settings: Settings) -> None:
    pending = schema.pending()
    if len(pending) == len(schema.known()):
        raise Missing(f"The database of {settings.data} is empty: 'junction init' makes a new appliance.", code="not_initialised")
    schema.refuse_newer(schema.applied_names())
    if not pending:
        seals.ensure_canary()
