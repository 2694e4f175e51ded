"""Uninstalling: the vendor is told to call us no more and to forget our token, then the secrets go; a vendor that is away is tried again.

An installation is gone for its tenant at once. What it had at the vendor is given back by whoever comes first, the request or the
worker, and for a week at most; then it is let go, which the audit trail says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from server.domain.actor import system_actor
from server.domain.permissions import permit
from server.outbound import catalogue
from server.outbound.vendors import revoking
from server.outbound.vendors.driving import Paused, Unknown
from server.outbound.vendors.tokens import App
from server.outbound.vendors.values import ConnectorError
from server.services import connector_credentials, events, installation_hooks, installation_status, installations, provider_apps, remote_subscriptions
from server.services.syncing import connections, endings
from server.store import awaited_links, conflicts, database, external_records, quarantine, sync_hints, sync_states, sync_writes
from server.store import connector_credentials as stored_credentials
from server.store import installations as stored
from server.store import provider_apps as stored_apps
from server.store import remote_subscriptions as stored_subscriptions
from server.system import clock, logs

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.domain.actor import Actor, Mode
    from server.services.installation_status import Place
    from server.store.tables import Row

PURGE: Final = (
    "Also forget which records are which at the vendor, which is kept otherwise, for when the same account is installed again;"
    " the records themselves stay."
)
AGAIN_MS: Final = 300_000
LONGEST_MS: Final = 7 * 86_400_000
BATCH: Final = 20
log = logs.get_logger()


def remove(actor: Actor, name: str, *, purge: bool = False) -> None:
    """Uninstall an installation, named by its id or its connector; `purge` also forgets what its records are at the vendor.

    Raises Missing, or Conflict when the connector is installed several times.
    """
    permit(actor, "integrations:write")
    with database.transaction():
        row = installations.find_by_name(actor, name)
        stored.end(actor.tenant_id, actor.mode, row["id"], clock.now_ms())
        installation_hooks.remove_source(actor, row["id"])
        endings.stop((actor.tenant_id, actor.mode, row["id"]))
        sync_hints.take(actor.tenant_id, actor.mode, row["id"])
        if purge:
            for kept in (external_records, awaited_links, sync_states, sync_writes, quarantine, conflicts):
                kept.delete_of(actor.tenant_id, actor.mode, row["id"])
        record = installation_status.record_of({**row, "status": "disconnected"})
        events.emit(actor, "integration.disconnected", row["id"], changes={"status": [row["status"], "disconnected"]}, record=record)
    give_back((actor.tenant_id, actor.mode, row["id"]))


def give_back(place: Place) -> bool:
    """Take away what an ended installation has at its vendor; False when the vendor could not be asked, and it has to be tried again."""
    row = stored.find_ended(*place)
    if row is None:
        return True
    given_back = _dispose(row)
    if not given_back and clock.now_ms() - row["deleted_at"] < LONGEST_MS:
        with database.transaction():
            stored.note(*place, {"updated_at": clock.now_ms()})
        return False
    _forget(row, abandoned=not given_back)
    return True


def _dispose(row: Row) -> bool:
    """Take our subscriptions away from the vendor; True also where only a person could still do that."""
    place: Place = (row["tenant_id"], row["mode"], row["id"])
    given = remote_subscriptions.of_installation(*place)
    if not given:
        return True
    try:
        with connections.opened(row) as connection:
            for gone in connection.driver.run(connection.connector.dispose(given)):
                with database.transaction():
                    stored_subscriptions.delete(*place, gone.topic)
    except (ConnectorError, Paused, Unknown) as error:
        log.warning("uninstall_incomplete", installation_id=row["id"], integration=row["integration"], error=str(error))
        return False
    return True


def _forget(row: Row, *, abandoned: bool) -> None:
    """Let an ended installation go: nothing secret stays, and a consent that nobody else shares is taken back."""
    place: Place = (row["tenant_id"], row["mode"], row["id"])
    credential = stored_credentials.find(*place[:2], row["credential_id"]) if row["credential_id"] else None
    shared = credential is not None and any(one["id"] != row["id"] for one in stored.of_credential(*place[:2], credential["id"]))
    if credential is not None and not shared:
        _revoke(credential)
    with database.transaction():
        stored_subscriptions.delete(*place)
        stored.note(*place, {"status": "removed", "secrets": None, "credential_id": None, "updated_at": clock.now_ms()})
        if credential is not None and not shared:
            stored_credentials.delete(*place[:2], credential["id"])
        if abandoned:
            events.record_audit(system_actor(place[0], cast("Mode", place[1])), "installation.abandoned", place[2])


def _revoke(credential: Row) -> None:
    """Have the vendor forget a token, where it takes such a request; that it failed is only told, since the token goes either way."""
    if credential["kind"] != "oauth2" or not credential["secret"]:
        return
    provider = catalogue.provider(credential["provider"])
    app = stored_apps.find_by_id(credential["app_id"]) if credential["app_id"] else None
    secret = connector_credentials.opened(credential)
    try:
        revoking.revoke(provider, App(app["client_id"], provider_apps.opened(app)) if app else App(""), secret)
    except (ConnectorError, Paused) as error:
        log.warning("revocation_failed", credential_id=credential["id"], provider=provider.key, error=str(error))


def sweep(stopping: Callable[[], bool]) -> int:
    """Go on with what could not be given back before; returns how many installations were looked after."""
    count = 0
    for row in stored.ended(clock.now_ms() - AGAIN_MS, BATCH):
        if stopping():
            break
        give_back((row["tenant_id"], row["mode"], row["id"]))
        count += 1
    return count
