"""Asking an installation's vendor something at once, for whoever waits: what it can be asked to do, and what its forms have to choose from.

The vendor's refusals become the appliance's own errors here, so that a caller is told the same whatever the vendor.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict

from server.domain.errors import Conflict, Fault, JunctionError, Later, Missing, Unprocessable
from server.domain.permissions import permit
from server.outbound.vendors.driving import Paused, Unknown
from server.outbound.vendors.values import ConnectorError, NeedsUser, VendorBug
from server.outbound.vendors.values import Later as VendorLater
from server.services import events, installation_status, installations
from server.services.syncing import connections
from server.store import database, installation_usage
from server.system import clock, ids

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from server.domain.actor import Actor
    from server.services.syncing.connections import Connection

ASKABLE: Final = frozenset({"connected", "failed"})


class ActionView(BaseModel):
    """What an installation's vendor can be asked to do; `given` is the schema of what it has to be told."""

    id: str
    object: str
    name: str
    title: str
    given: dict[str, Any]
    example: dict[str, Any]


class Given(BaseModel):
    """What an action has to be told; GET …/actions has the schema of each."""

    model_config = ConfigDict(extra="allow")


class ActionResult(BaseModel):
    """What the vendor answered."""

    object: str
    action: str
    result: Any


class ChoiceView(BaseModel):
    """One choice of a configuration field, or one field of a resource of the vendor's."""

    id: str
    object: str
    title: str
    type: str | None
    writable: bool | None


@contextmanager
def _asking(actor: Actor, installation_id: str) -> Iterator[Connection]:
    """Open the connection of an installation; what goes wrong inside is raised as one of the appliance's errors."""
    row = installations.find(actor, installation_id)
    unchosen = row["status"] == "needs_user" and row["status_reason"] == connections.CHOICE_NEEDED
    if row["status"] not in ASKABLE and not unchosen:
        raise Conflict(f"The installation is {row['status'].replace('_', ' ')}.", code="installation_not_connected")
    try:
        with connections.opened(row) as connection:
            connection.gate.admit()
            yield connection
    except (ConnectorError, Paused, Unknown) as error:
        found = error if isinstance(error, ConnectorError) else error.error
        if isinstance(found, NeedsUser):
            place = (row["tenant_id"], row["mode"], row["id"])
            installation_status.failed(place, found.stable_code, found.detail, found.remedy or None, needs_user=True)
        raise _meaning(error, found) from error


def _meaning(error: ConnectorError | Paused | Unknown, found: ConnectorError) -> JunctionError:
    if isinstance(error, Unknown):
        words = f"It is not known whether the vendor did it: {found.detail} Look there before you ask again."
        return Conflict(words, code="outcome_unknown")
    if isinstance(error, Paused) or isinstance(found, VendorLater | VendorBug):
        after = error.after if isinstance(error, Paused) else found.after
        return Later(found.detail, code="vendor_waits", retry_after=max(round(after or 30), 1))
    return Unprocessable(found.detail, code="vendor_refused", vendor_code=found.stable_code, remedy=found.remedy or None)


def actions(actor: Actor, installation_id: str) -> list[dict[str, Any]]:
    """Return what an installation's vendor can be asked to do. Raises Missing."""
    permit(actor, "integrations:read")
    connector = connections.connector_of(installations.find(actor, installation_id))
    return [
        {"id": name, "object": "action", "name": name, "title": one.title, "given": {"type": "object", **one.schema}, "example": dict(one.example)}
        for name, one in connector.operations.items()
    ]


def act(actor: Actor, installation_id: str, name: str, given: Mapping[str, Any], key: str | None) -> dict[str, Any]:
    """Ask the vendor to do something; `key` is the same for every try of one call. Raises Missing, Unprocessable, Later, or Conflict."""
    permit(actor, "integrations:write")
    with _asking(actor, installation_id) as connection:
        operation = connection.connector.operations.get(name)
        if operation is None:
            raise Missing(f"This vendor cannot be asked for '{name[:80]}'.")
        faults = [Fault(f"/{one.field}", one.code, one.message) for one in operation.problems(given)]
        if faults:
            raise Unprocessable("What is given is not what the vendor needs.", faults=faults)
        found = connection.driver.ask(operation.run(connection.connector, given, key or ids.new_id("key")))
    with database.transaction():
        day = clock.rfc3339(clock.now_ms())[:10]
        installation_usage.add(actor.tenant_id, actor.mode, installation_id, day, {"actions": 1})
        events.record_audit(actor, "installation.action", installation_id, {"action": [None, name]})
    return {"object": "action_result", "action": name, "result": found}


def choices(actor: Actor, installation_id: str, field: str) -> list[dict[str, Any]]:
    """Return what a configuration field may be, as the vendor has it now. Raises Missing, Later, Unprocessable or Conflict."""
    permit(actor, "integrations:read")
    with _asking(actor, installation_id) as connection:
        if field not in connection.connector.manifest.config_schema["properties"]:
            raise Missing(f"There is no field '{field[:80]}'.")
        found = list(connection.driver.run(connection.connector.options(field)))
    return [{"id": one.value, "object": "choice", "title": one.title, "type": None, "writable": None} for one in found]


def fields(actor: Actor, installation_id: str, resource: str) -> list[dict[str, Any]]:
    """Return the fields of a resource of the vendor's, the account's own ones too, for maps. Raises as `choices`."""
    permit(actor, "integrations:read")
    with _asking(actor, installation_id) as connection:
        if resource not in connection.connector.resources:
            raise Missing(f"There is no resource '{resource[:80]}'.")
        found = list(connection.driver.run(connection.connector.fields(resource)))
    return [{"id": one.name, "object": "field", "title": one.title, "type": one.type, "writable": one.writable} for one in found]
