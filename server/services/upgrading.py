"""Moving an installation to another version of its connector, up or down: configuration and cursors are migrated, nothing is reset.

Each version of a connector says how its state came from the one before, and how it goes back. What cannot be moved, because the other
version asks for something that nobody has entered, is refused and stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from server.domain.actor import system_actor
from server.domain.errors import Conflict, Fault, JunctionError, Unprocessable
from server.domain.permissions import permit
from server.outbound import catalogue
from server.services import connecting, events, installation_config, installations, integrations
from server.store import database, sync_runs, sync_states
from server.store import installations as stored
from server.system import clock, logs

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.domain.actor import Actor, Mode
    from server.outbound.catalogue import Manifest
    from server.services.installation_bodies import Upgrade
    from server.store.tables import Row
    from server.system.settings import Settings

BATCH: Final = 50
log = logs.get_logger()


def upgrade(actor: Actor, installation_id: str, body: Upgrade, settings: Settings) -> dict[str, Any]:
    """Move an installation to a version, the newest when none is named, and pin it there or not. Raises Missing, Conflict or Unprocessable."""
    permit(actor, "integrations:write")
    row = installations.find(actor, installation_id)
    target = integrations.require_version(row["integration"], body.version) if body.version else integrations.require(row["integration"])
    pinned = bool(row["pinned"]) if body.pin is None else body.pin
    moved = move(actor, row, target, pinned=pinned or bool(body.version and body.pin is not False))
    if moved and row["status"] in {"connected", "failed"}:
        connecting.connect((actor.tenant_id, actor.mode, installation_id), settings, actor)
    return installations.get(actor, installation_id, settings)


def move(actor: Actor, row: Row, target: Manifest, *, pinned: bool) -> bool:
    """Write an installation as another version wants it; False when it is on that version and only the pin may have changed."""
    place = (actor.tenant_id, actor.mode, row["id"])
    before = {name: row[name] for name in ("connector_version", "pinned")}
    with database.transaction():
        if sync_runs.find_open(*place) is not None:
            raise Conflict("A sync is under way; wait for its end, or cancel it.", code="sync_running")
        change: dict[str, Any] = {"connector_version": target.version, "pinned": int(pinned), "updated_at": clock.now_ms()}
        if target.state_version != row["state_version"]:
            change |= _migrated(place, row, target)
        if change["connector_version"] == before["connector_version"] and change["pinned"] == before["pinned"]:
            return False
        if not stored.update(*place, change, row["version"]):
            raise Conflict("Somebody changed it meanwhile.", code="stale_version")
        told = {name: [before[name], change[name]] for name in before if before[name] != change[name]}
        events.record_audit(actor, "installation.upgraded", row["id"], told)
    return "connector_version" in told


def _migrated(place: tuple[str, str, str], row: Row, target: Manifest) -> dict[str, Any]:
    """Move the cursors of an installation, and return its configuration as the other version wants it."""
    cursors = sync_states.cursors(*place)
    versions = (row["connector_version"], row["state_version"])
    config, moved = catalogue.migrated(target, versions, installation_config.whole(row), cursors)
    broken = [Fault(f"/config/{one.field}", one.code, one.message) for one in catalogue.problems(target, config)]
    if broken:
        words = f"Version {target.version} needs another configuration; enter what is named, then move."
        raise Unprocessable(words, code="invalid_config", faults=broken)
    for resource, cursor in moved.items():
        sync_states.put_cursor(*place, resource, cursor, clock.now_ms())
    secrets = {name: value for name, value in config.items() if name in target.secrets}
    plain = {name: value for name, value in config.items() if name not in target.secrets}
    return {"state_version": target.state_version, "config": plain, "secrets": installation_config.sealed(row["id"], secrets)}


def follow(stopping: Callable[[], bool]) -> int:
    """Move what is not pinned to the newest version that is here; what is built in has only that one. Returns how many moved."""
    count = 0
    for target in catalogue.manifests().values():
        for row in stored.outdated(target.key, target.version, BATCH, even_pinned=catalogue.is_built_in(target.key)):
            if stopping():
                return count
            count += _follow(row, target)
    return count


def _follow(row: Row, target: Manifest) -> bool:
    try:
        return move(system_actor(row["tenant_id"], cast("Mode", row["mode"])), row, target, pinned=bool(row["pinned"]))
    except JunctionError as error:
        log.warning("upgrade_refused", installation_id=row["id"], integration=row["integration"], version=target.version, error=error.stable_code)
        return False
