"""Opening an appliance: settings, logs, master key, database, address guard: what every process and command needs first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.domain.errors import Conflict, Missing
from server.outbound import dns, guard
from server.services import connector_packages, job_folders, seals, storages, vaults
from server.store import database, schema
from server.system import logs, master_key

if TYPE_CHECKING:
    from server.system.settings import Settings


def open_appliance(settings: Settings) -> None:
    """Make this process able to use the stores. Raises Missing when the data folder holds no appliance yet."""
    logs.configure(settings.logging.level, settings.logging.format)
    guard.install(settings.outbound.allow_private)
    dns.install(settings.email.dns_servers)
    job_folders.install(settings.folder.files)
    storages.install(settings)
    connector_packages.install(settings)
    key = master_key.locate(settings)
    if not key.exists():
        raise Missing(
            f"There is no master key in {settings.data}: 'junction init' makes a new appliance, 'junction restore' brings one back.",
            code="not_initialised",
        )
    vaults.install(key.vault())
    database.open_database(settings.database.url, synchronous="normal" if settings.database.synchronous == "normal" else "full")


def check_appliance(settings: Settings, *, behind: bool = False) -> None:
    """Look whether rows, program and master key fit together. Raises Missing for an empty database, Conflict, or Denied for a wrong key.

    `behind` lets a database pass that lacks migrations: the API starts with it, and says on `/readyz` what it waits for.
    """
    pending = schema.pending()
    if len(pending) == len(schema.known()):
        raise Missing(f"The database of {settings.data} is empty: 'junction init' makes a new appliance.", code="not_initialised")
    schema.refuse_newer(schema.applied_names())
    if not pending:
        seals.ensure_canary()
    elif not behind:
        raise Conflict(f"The database lacks {', '.join(pending)}; run 'junction migrate' first.", code="migrations_pending")
