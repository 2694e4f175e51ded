"""The class that a connector is: seven methods with a default each, over what is declared as `probe` and `resources`.

Each method that asks anything is a generator (see the package). `validate_config` is pure, `webhook` only computes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Self

from connectors.sdk.answers import explain_status
from connectors.sdk.cursor import HOUR_MS, ModifiedSince
from connectors.sdk.deletes import BY_ABSENCE, apart
from connectors.sdk.errors import ConnectorError, Missing, Refused
from connectors.sdk.manifest import Manifest
from connectors.sdk.migration import Migration
from connectors.sdk.operation import Operation
from connectors.sdk.reading import Reader, allowed_hosts
from connectors.sdk.request import Request, Response
from connectors.sdk.resource import Resource, filled
from connectors.sdk.schema import check
from connectors.sdk.signature import require_proof
from connectors.sdk.values import (
    Account,
    Asked,
    Call,
    Change,
    Context,
    Cursor,
    Event,
    Field,
    Mode,
    Option,
    Outcome,
    Page,
    Problem,
    Record,
    Reply,
    Stage,
    Steps,
    Subscription,
)


def plan(resource: Resource, mode: Mode, *, due: bool) -> list[Stage]:
    """Return the stages of a run."""
    push = [Stage.PUSH] if resource.write is not None else []
    if not resource.reads:
        return push if mode in (Mode.INCREMENTAL, Mode.FULL) else []
    if mode is Mode.DRY_RUN:
        return [Stage.COMPARE]
    if mode is Mode.DELETES_ONLY:
        deletes = resource.deletes
        return [Stage.RELIST] if isinstance(deletes, BY_ABSENCE) else [Stage.DELETES] if apart(deletes) else [Stage.PULL]
    return [*push, Stage.RELIST if due or mode is Mode.FULL else Stage.PULL]


class Connector:
    """What every vendor's connector inherits. Override what the vendor does differently, and nothing else."""

    probe: Request
    resources: Mapping[str, Resource] = {}
    migrations: ClassVar[Mapping[int, Migration]] = {}
    operations: ClassVar[Mapping[str, Operation]] = {}

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest
        self.context = Context()

    def bind(self, context: Context) -> Self:
        """Take config, token fields, hook address and time; nothing is asked."""
        self.context = context
        return self

    @property
    def address(self) -> str:
        """The address that paths of requests are below."""
        return self.manifest.fill(self.manifest.address, self.known)

    @property
    def known(self) -> dict[str, str]:
        """What placeholders in the manifest stand for: config, what is derived from it, and the fields of the token's answer."""
        return self.manifest.known(self.context.config, self.context.fields)

    @property
    def allowed(self) -> Callable[[str], bool]:
        """What tells whether a host may be called."""
        return allowed_hosts(self.manifest.hosts_for(self.known))

    # The seven.

    def initialize(self, context: Context, from_version: int | None = None) -> Steps[Subscription]:  # noqa: ARG002 - for those that override it
        """Bind at once; the steps then make the declared subscriptions at the vendor, each only if it is not there.

        `from_version` is the state version that was installed before; config and cursors have been migrated when this runs.
        """
        self.bind(context)
        return self.subscribe()

    def sync(self, resource: str, mode: Mode = Mode.INCREMENTAL, listed_ms: int | None = None) -> Sequence[Stage]:
        """Return what the engine does in a run of this resource, in order; `listed_ms` is when a whole listing last ended."""
        return plan(self.resources[resource], mode, due=self.relist_due(resource, listed_ms))

    def relist_due(self, resource: str, listed_ms: int | None) -> bool:
        """Tell whether a whole listing is wanted, because only absence from it tells some deletes."""
        deletes = self.resources[resource].deletes
        return isinstance(deletes, BY_ABSENCE) and (listed_ms is None or self.context.now_ms - listed_ms >= deletes.every_hours * HOUR_MS)

    def webhook(self, call: Call) -> Reply | Sequence[Event]:
        """Return what happened, or what the vendor wants to hear. Raises NeedsUser for a call without the declared proof."""
        require_proof(self.manifest.hook, call)
        return self.handshake(call) or self.events(call)

    def import_data(self, resource: str, cursor: Cursor | None = None) -> Steps[Page]:
        """Yield the pages of a resource since a cursor; from None, all of it."""
        return self.reader(resource).read(cursor)

    def import_deletes(self, resource: str, cursor: Cursor | None = None) -> Steps[Page]:
        """Yield what was deleted, where the vendor tells it apart from the rows; nothing elsewhere."""
        return self.reader(resource).read_deletes(cursor)

    def export_data(self, resource: str, changes: Sequence[Change]) -> Steps[Outcome]:
        """Yield one outcome per change, in order."""
        for change in changes:
            yield (yield from self.write(self.resource(resource), change))

    def validate_config(self, config: Mapping[str, Any]) -> list[Problem]:
        """Return what is wrong with a configuration, without asking anybody."""
        return [*check(self.manifest.config_schema, config), *self.manifest.host_problems(config)]

    def test_connection(self) -> Steps[Account]:
        """Ask who we are at the vendor; yields the one account."""
        response = yield self.probe
        yield self.account(response)

    # What the seven are made of, and what a vendor may add.

    def resource(self, name: str) -> Resource:
        """Return a declared resource with the placeholders of its paths filled in."""
        return self.resources[name].placed(self.known)

    def reader(self, name: str, partition: str = "") -> Reader:
        """Return what reads a resource, or one partition of it."""
        resource = self.resource(name)
        return Reader(resource, self.listing(resource), self.context.now_ms, self.allowed, partition)

    def listing(self, resource: Resource) -> Request:
        """Return the request that lists: for vendors that want to be told which fields."""
        return resource.request

    def account(self, response: Response) -> Account:
        """Return who we are, from the answer to the probe. Every connector says how."""
        raise NotImplementedError(f"{type(self).__name__} has to say who answered {response.url}")

    def explain(self, request: Request, response: Response) -> ConnectorError | None:
        """Return which of the six errors an answer is, None for a success. Every answer passes here."""
        return explain_status(request, response)

    def events(self, call: Call) -> Sequence[Event]:  # noqa: ARG002 - for those that override it
        """Return what a verified call says; nothing where the vendor sends none."""
        return ()

    def handshake(self, call: Call) -> Reply | None:  # noqa: ARG002 - for those that override it
        """Return what a vendor wants to hear that greets us, None for an ordinary call."""
        return None

    def subscribe(self) -> Steps[Subscription]:
        """Yield every subscription of ours at the vendor, making those that lack and prolonging those that end."""
        yield from ()

    def dispose(self, subscriptions: Sequence[Subscription]) -> Steps[Subscription]:  # noqa: ARG002 - for those that override it
        """Take our subscriptions away from the vendor; yields each that is gone."""
        yield from ()

    def fields(self, resource: str) -> Steps[Field]:  # noqa: ARG002 - for those that override it
        """Yield the fields that this account has on a resource, its own ones too."""
        yield from ()

    def options(self, field: str) -> Steps[Option]:  # noqa: ARG002 - for those that override it
        """Yield the choices for a configuration field whose choices lie at the vendor."""
        yield from ()

    def get_record(self, resource: str, identity: str) -> Asked[Record]:
        """Return one row as the vendor has it now. Raises Missing."""
        declared = self.resource(resource)
        if not declared.get:
            raise Missing(f"A single row of {resource} cannot be read here.", code="not_readable")
        response = yield declared.headed(Request("GET", filled(declared.get, {"id": identity}), scope=declared.scope))
        return declared.record(response.at(declared.row) if declared.row else response.document)

    def find_record(self, resource: str, change: Change) -> Asked[Record | None]:
        """Return the row that a change has made if it came through, None when it did not: asked after an answer was lost.

        Where the resource does not say how to find one, what changed within the hour is read for a row with all the values that were sent.
        """
        declared = self.resource(resource)
        if declared.find is None:
            return (yield from self._seek(resource, change))
        response = yield declared.find(change)
        found = response.rows(declared.rows)
        return declared.record(found[0]) if found else None

    def _seek(self, resource: str, change: Change) -> Asked[Record | None]:
        recent = {"since": self.context.now_ms - HOUR_MS} if isinstance(self.resources[resource].cursor, ModifiedSince) else None
        steps = self.reader(resource).read(recent)
        item = next(steps, None)
        while item is not None:
            if isinstance(item, Request):
                item = steps.send((yield item))
                continue
            found = next((record for record in item.rows if holds(record.values, change.values)), None)
            if found:
                return found
            item = next(steps, None)
        return None

    def write(self, resource: Resource, change: Change) -> Asked[Outcome]:
        """Make one change at the vendor and return its outcome. A delete of what is gone has succeeded."""
        request = resource.to_write(change)
        if request is None:
            return Outcome(change.key, change.id, error=Refused(f"This vendor takes no {change.action} of {resource.name}.", code="not_writable"))
        try:
            response = yield request
        except Missing as error:
            return Outcome(change.key, change.id, error=None if change.action == "delete" else error)
        except Refused as error:
            return Outcome(change.key, change.id, error=error)
        return self.outcome(resource, change, response)

    def outcome(self, resource: Resource, change: Change, response: Response) -> Outcome:
        """Return the outcome of a write that succeeded."""
        if change.action == "delete":
            return Outcome(change.key, change.id)
        found = response.found
        record = resource.record(response.at(resource.row) if resource.row and found is not None else found)
        if not record.id:
            return Outcome(change.key, change.id)
        return Outcome(change.key, record.id, record.version, record)


def holds(row: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Tell whether a row has all of these values, members of objects one by one; nothing tells no row."""
    return bool(values) and all(name in row and equal(row[name], value) for name, value in values.items())


def equal(kept: Any, sent: Any) -> bool:
    """Tell whether a value is the one that was sent; of an object, whose members the vendor may add to, those that were sent."""
    if isinstance(kept, Mapping) and isinstance(sent, Mapping):
        return not sent or holds(kept, sent)
    return bool(kept == sent)
