"""What a vendor tells an installation: its connector says which rows changed, each is read as the vendor has it now, and taken over.

A message is a hint, never the truth: the row is fetched by its id, so messages out of order or twice lead to the same. One that names a
resource and no row has the resource read by a run. What happened in another account than the installation's goes to the one that has it,
and never touches ours. What speaks of nothing that is synchronised becomes an event of the tenant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit

from server.domain.errors import JunctionError, Later, Unprocessable
from server.outbound.vendors.driving import Paused, Unknown
from server.outbound.vendors.values import Call, ConnectorError, Event, Missing, NeedsUser, Record, Reply
from server.outbound.vendors.values import Later as VendorLater
from server.services import installation_status, remote_subscriptions
from server.services.inbound.received import Message, publish_received
from server.services.syncing import connections, hinting
from server.services.syncing.applying import Applier, permitted
from server.services.syncing.counting import Counts
from server.services.syncing.fields import Fields
from server.services.syncing.running import RUNNABLE
from server.store import installation_usage, installations, sync_states
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.domain.actor import Actor
    from server.services.syncing.connections import Connection
    from server.store.tables import Row

MOST_ROWS: Final = 200
Told = tuple[Event, Record | None]
"""What was told of a row, and the row as it is now, None for one that is gone."""


def take(actor: Actor, message: Message) -> Callable[[], None]:
    """Return what writes what a message to an installation says. Raises Later, or Unprocessable for what its connector cannot read."""
    row = installations.find(actor.tenant_id, actor.mode, message.installation_id or "")
    if row is None:
        return lambda: None
    with _reading(row) as connection:
        found = _events(connection, message)
        ours = [one for one in found if _is_of(row, one)]
        writes = [write for write in (_taken(connection, ours), *_handed_on(row, found)) if write]
    if not writes:
        publish = publish_received(actor, message)
        return partial(_publish, row, publish)
    return partial(_write_all, writes)


def _write_all(writes: Sequence[Callable[[], None]]) -> None:
    for write in writes:
        write()


@contextmanager
def _reading(row: Row) -> Iterator[Connection]:
    """Open an installation's connection. Raises Later, or Unprocessable, for what goes wrong with it."""
    try:
        with connections.opened(row) as connection:
            yield connection
    except (ConnectorError, Paused, Unknown) as error:
        raise _refusal(row, error) from error


def _is_of(row: Row, event: Event) -> bool:
    """Tell whether something happened in an installation's own account."""
    return not event.account or not row["account_id"] or event.account == row["account_id"]


def _handed_on(row: Row, found: Sequence[Event]) -> Iterator[Callable[[], None] | None]:
    """Yield what writes what happened in other accounts, for those that the tenant has connected with the same connector."""
    foreign = [one for one in found if not _is_of(row, one)]
    for other in installations.of_integration(row["tenant_id"], row["mode"], row["integration"]) if foreign else ():
        theirs = [one for one in foreign if one.account == other["account_id"]]
        if theirs and other["status"] in RUNNABLE:
            with _reading(other) as connection:
                yield _taken(connection, theirs)


def _taken(connection: Connection, found: Sequence[Event]) -> Callable[[], None] | None:
    """Return what writes what happened in an installation's account, None where nothing did that is followed."""
    told, hinted = _told(connection, found), _hinted(connection, found)
    if any(one.action == "unsubscribed" for one in found):
        return partial(_subscribe_again, connection, hinted, len(found))
    return partial(_write, connection, told, hinted, len(found)) if told or hinted else None


def _publish(row: Row, publish: Callable[[], None]) -> None:
    _note(row, 1)
    publish()


def _subscribe_again(connection: Connection, hinted: Sequence[str], count: int) -> None:
    """Have what the vendor has ended, or is about to end, renewed by the worker's next look, and read what may have been missed."""
    remote_subscriptions.hasten(*connection.place)
    _write(connection, (), hinted, count)


def _events(connection: Connection, message: Message) -> Sequence[Event]:
    query = parse_qsl(urlsplit(message.target).query, keep_blank_values=True)
    call = Call(message.method, message.target, message.headers, query, message.body, proof=message.provider)
    found = connection.connector.webhook(call)
    if not isinstance(found, Reply) and len(found) > MOST_ROWS:
        raise Unprocessable(f"The message speaks of more than {MOST_ROWS} rows.", code="malformed_payload")
    return () if isinstance(found, Reply) else found


def _told(connection: Connection, found: Sequence[Event]) -> list[Told]:
    """Return the rows that a message speaks of, as the vendor has them now; the last word about each counts."""
    about = [one for one in found if one.action in ("changed", "deleted") and one.record_id]
    wanted = {(one.resource, one.record_id): one for one in about if _reads(connection, one.resource)}
    return [(one, _row(connection, one)) for one in wanted.values()]


def _hinted(connection: Connection, found: Sequence[Event]) -> list[str]:
    """Return the resources of which a message says that something changed, and not what."""
    names = dict.fromkeys(one.resource for one in found if one.action == "changed" and not one.record_id)
    return [name for name in names if _reads(connection, name)]


def _reads(connection: Connection, resource: str) -> bool:
    maps = connection.maps.get(resource)
    if maps is None or resource not in connection.connector.resources or connection.row["options"].get("direction") == "export":
        return False
    return permitted(connection, Fields(maps), "write")


def _row(connection: Connection, event: Event) -> Record | None:
    if event.action == "deleted":
        return None
    if event.record is not None:
        return event.record
    try:
        found: Record = connection.driver.ask(connection.connector.get_record(event.resource, event.record_id))
    except Missing:
        return None
    return found


def _refusal(row: Row, error: ConnectorError | Paused | Unknown) -> JunctionError:
    """Return why a message cannot be processed now, and say of the installation that a person is needed where one is."""
    if isinstance(error, Paused):
        return Later(error.error.detail, code="vendor_waits", retry_after=max(round(error.after), 1))
    found = error if isinstance(error, ConnectorError) else error.error
    if isinstance(found, NeedsUser):
        place = (row["tenant_id"], row["mode"], row["id"])
        installation_status.failed(place, found.stable_code, found.detail, found.remedy or None, needs_user=True)
    if isinstance(found, NeedsUser | VendorLater) or isinstance(error, Unknown):
        return Later(found.detail, code="vendor_waits", retry_after=60)
    return Unprocessable(found.detail, code="malformed_payload")


def _write(connection: Connection, told: Sequence[Told], hinted: Sequence[str], count: int) -> None:
    """Take over what a message told, and have read what it only hinted at; in the open transaction."""
    row, counts = connection.row, Counts()
    hinting.note(connection.place, hinted)
    for resource in dict.fromkeys([*hinted, *(event.resource for event, _ in told)]):
        sync_states.note_told(*connection.place, resource, clock.now_ms())
    for resource, part in dict.fromkeys((event.resource, event.partition) for event, _ in told):
        applier = Applier(connection, resource, Fields(connection.maps[resource]), connection.policy, counts)
        state = sync_states.find(*connection.place, resource)
        mine = [(event, record) for event, record in told if (event.resource, event.partition) == (resource, part)]
        applier.apply([record for _, record in mine if record is not None], part, state.generation if state else 0)
        applier.remove_known([event.record_id for event, record in mine if record is None])
    _note(row, count, counts)


def _note(row: Row, count: int, counts: Counts | None = None) -> None:
    now = clock.now_ms()
    installations.note(row["tenant_id"], row["mode"], row["id"], {"last_event_at": now})
    figures = {"events": max(count, 1), **(counts or {})}
    installation_usage.add(row["tenant_id"], row["mode"], row["id"], clock.rfc3339(now)[:10], figures)
