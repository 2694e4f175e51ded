"""What passes between a connector and whoever drives it. Values only; all of them can be compared, and none holds a secret but Context."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, TypeVar

from connectors.sdk.errors import ConnectorError
from connectors.sdk.request import Request, Response

T = TypeVar("T")
Steps = Generator[Request | T, Response, None]
"""A run: yields a Request and is sent its Response, yields anything else and is sent nothing."""
Asked = Generator[Request, Response, T]
"""A part of a run that only asks, and returns what it found: `record = yield from self.get_record("contacts", "7")`."""
Cursor = Mapping[str, Any]
"""Where to read on: JSON that only the connector understands."""


@dataclass(frozen=True)
class Context:
    """What a connector is bound to. `fields` came with the token (such as `instance_url`); `hook_url` is where the vendor may call us.

    `wanted` are the vendor's paths that the field maps read, by resource: for vendors that give only the fields they are asked for.
    `subscriptions` are those that were made before, for vendors that cannot list them.
    """

    config: Mapping[str, Any] = field(default_factory=dict, repr=False)
    fields: Mapping[str, str] = field(default_factory=dict)
    hook_url: str = ""
    hook_secret: str = field(default="", repr=False)
    now_ms: int = 0
    installation_id: str = ""
    scopes: tuple[str, ...] | None = None
    wanted: Mapping[str, Sequence[str]] = field(default_factory=dict)
    subscriptions: tuple[Subscription, ...] = ()


@dataclass(frozen=True)
class Problem:
    """One broken field of a configuration."""

    field: str
    code: str
    message: str
    remedy: str = ""


@dataclass(frozen=True)
class Account:
    """Who we are at the vendor. `scopes` is None where the vendor does not tell; `skew_seconds` is the vendor's clock minus ours."""

    id: str
    name: str
    scopes: tuple[str, ...] | None = None
    skew_seconds: int | None = None


@dataclass(frozen=True)
class Record:
    """One row as the vendor has it. `version` changes whenever the row does, where the vendor says so (ETag, revision, time).

    With a `problem` the row cannot be used as it is, and is quarantined with that reason.
    """

    id: str
    values: Mapping[str, Any]
    version: str = ""
    modified: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Page:
    """What was read with one or a few calls, and the cursor to go on from once it is committed.

    `deletes` are ids. `begins` and `ends` frame a listing of everything in the partition; `total` is a hint for the progress.
    `restart` is the reason why a listing begins anew, and implies `begins`.
    """

    rows: Sequence[Record] = ()
    deletes: Sequence[str] = ()
    cursor: Cursor | None = None
    partition: str = ""
    begins: bool = False
    ends: bool = False
    restart: str = ""
    total: int | None = None


Action = Literal["create", "update", "delete"]


@dataclass(frozen=True)
class Change:
    """One local change to be pushed. `values` are in the vendor's shape; `changed` names the top-level ones that differ from before.

    `key` is the same at every try. `id` is the vendor's, empty for a create; `version` is the vendor's last known one.
    `before` are the ids, in the shape of `values`, that changed links led to when both sides last agreed.
    """

    key: str
    action: Action
    values: Mapping[str, Any] = field(default_factory=dict)
    id: str = ""
    version: str = ""
    changed: tuple[str, ...] = ()
    before: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What became of a change. Exactly one of these holds: `error` is set, or the vendor has it under `id`.

    `record` is the row as the vendor answered it, from which the echo is known; None where the vendor answers without it.
    """

    key: str
    id: str = ""
    version: str = ""
    record: Record | None = None
    error: ConnectorError | None = None


@dataclass(frozen=True)
class Call:
    """What a vendor sent to our hook, byte for byte; header names in lower case. `proof` is the scheme that it was verified by."""

    method: str
    url: str
    headers: Mapping[str, str]
    query: Sequence[tuple[str, str]]
    body: bytes
    proof: str = ""


@dataclass(frozen=True)
class Reply:
    """What a vendor wants to hear at a handshake."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain"


Happened = Literal["changed", "deleted", "other", "unsubscribed"]
"""`unsubscribed`: the vendor has ended our subscriptions, or is about to; they are looked after at once."""


@dataclass(frozen=True)
class Event:
    """What a vendor told us. Without `record` it is a hint: the row is fetched by its id. `id` tells a repetition.

    `account` is whose row it is, named as `Connector.account` names accounts; empty where a call speaks of one account only.
    """

    id: str
    type: str
    resource: str = ""
    record_id: str = ""
    action: Happened = "changed"
    record: Record | None = None
    account: str = ""
    partition: str = ""


@dataclass(frozen=True)
class Subscription:
    """A subscription at the vendor: kept by the driver, renewed at half of its life, and given back to `dispose`."""

    id: str
    topic: str
    expires_ms: int | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class Field:
    """A field of a resource that this account has: for the editor of mappings."""

    name: str
    title: str
    type: str = "string"
    writable: bool = True
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Option:
    """One choice of a configuration field."""

    value: str
    title: str


class Mode(StrEnum):
    """What kind of run is wanted."""

    FULL = "full"
    INCREMENTAL = "incremental"
    DELETES_ONLY = "deletes_only"
    DRY_RUN = "dry_run"


class Stage(StrEnum):
    """What the engine does in a run, in the order of the plan."""

    PUSH = "push"  # export what waits
    PULL = "pull"  # import from the kept cursor
    RELIST = "relist"  # import from None
    DELETES = "deletes"  # import deletes alone
    COMPARE = "compare"  # import from the kept cursor, commit nothing, tell what would have changed
