"""Inbound sources: a tenant's addresses for vendors, the secrets that their messages are verified with, and their rotation."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from server.domain import signing
from server.domain.actor import Actor
from server.domain.addresses import check_url
from server.domain.errors import Conflict, Fault, Missing, Stale, Unprocessable
from server.domain.inbound.schemes import SCHEMES
from server.domain.permissions import permit
from server.services import events, pages, vaults, wakes
from server.services.changes import Change
from server.services.inbound.gateway import SECRETS_CONTEXT
from server.store import database, inbound_messages, inbound_sources
from server.system import clock, ids, public_keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.domain.inbound.methods import Parameter, Scheme
    from server.store.inbound_sources import Row

LONGEST_OVERLAP: Final = 604_800
MOST_SECRETS: Final = 10
SHORTEST_SECRET: Final = 8
HOOKS: Final = "/hooks"
Health = Literal["ok", "failing", "silent"]


def _network(text: str) -> str:
    try:
        return str(ip_network(text, strict=False))
    except ValueError as error:
        message = "is not an address or a range such as 192.0.2.0/24"
        raise ValueError(message) from error


Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=8192)]
Parameters = Annotated[
    dict[Annotated[str, StringConstraints(max_length=50)], Annotated[str, StringConstraints(min_length=1, max_length=2048)]], Field(max_length=20)
]
Networks = Annotated[list[Annotated[str, AfterValidator(_network), Field(examples=["192.0.2.0/24"])]], Field(max_length=200)]


class InboundSourceChange(Change):
    """What may be changed about a source. `account` takes part in the provider's one address, `/api/webhooks/{provider}`."""

    clearable = frozenset({"description", "expected_every_seconds", "tolerance_seconds", "account"})

    name: Name | None = None
    description: Annotated[str, StringConstraints(max_length=1000)] | None = None
    parameters: Parameters | None = None
    allowed_addresses: Networks | None = None
    expected_every_seconds: Annotated[int, Field(ge=60, le=31_536_000)] | None = None
    tolerance_seconds: Annotated[int, Field(ge=10, le=86_400)] | None = None
    account: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    active: bool | None = None


class NewInboundSource(InboundSourceChange):
    """What makes a source. `secret` is what the provider shows of it; without one everything is refused until it is set."""

    clearable = frozenset({"description", "expected_every_seconds", "tolerance_seconds", "account", "secret"})

    name: Name
    provider: Annotated[str, Field(json_schema_extra={"enum": sorted(SCHEMES)}), StringConstraints(max_length=50)]
    secret: Secret | None = None
    active: bool = True


class InboundSecret(BaseModel):
    """A new secret, and how long the old ones go on being believed, in seconds: 0 to 7 days."""

    model_config = ConfigDict(extra="forbid")

    secret: Secret
    overlap_seconds: Annotated[int, Field(ge=0, le=LONGEST_OVERLAP)] = 86_400


class InboundSourceView(BaseModel):
    """A source as it is listed; `url` is where its provider sends to. `failures` are those since the last good message.

    `shared_url` is where a provider sends to that has one address for all customers, for a source with an `account`.
    """

    id: str
    object: str
    name: str
    provider: str
    description: str | None
    path: str
    url: str
    shared_url: str | None
    active: bool
    has_secret: bool
    secrets: int
    parameters: dict[str, str]
    allowed_addresses: list[str]
    expected_every_seconds: int | None
    tolerance_seconds: int | None
    account: str | None
    installation_id: str | None
    health: Health
    failures: int
    refused: int
    last_error: str | None
    last_seen_at: str | None
    last_refused_at: str | None
    version: int
    created_at: str
    updated_at: str


class InboundParameterView(BaseModel):
    """What a source of a provider has to be told besides its secret."""

    name: str
    about: str
    required: bool
    secret: bool
    choices: list[str]


class InboundProviderView(BaseModel):
    """A provider whose messages can be verified; `secret` says in words what to enter, null where none is needed."""

    object: str
    key: str
    title: str
    secret: str | None
    parameters: list[InboundParameterView]
    payload: str
    handshake: bool
    knows_repetitions: bool
    note: str | None


def providers(actor: Actor) -> list[dict[str, Any]]:
    """Return every provider."""
    permit(actor, "integrations:read")
    return [_provider(scheme) for scheme in SCHEMES.values()]


def _provider(scheme: Scheme) -> dict[str, Any]:
    return {
        "object": "inbound_provider",
        "key": scheme.key,
        "title": scheme.title,
        "secret": scheme.secret or None,
        "parameters": [
            {"name": one.name, "about": one.about, "required": one.required, "secret": one.secret, "choices": list(one.choices)}
            for one in scheme.parameters
        ],
        "payload": scheme.payload,
        "handshake": bool(scheme.handshake),
        "knows_repetitions": bool(scheme.event_id),
        "note": scheme.note or None,
    }


def shown(row: Row) -> dict[str, Any]:
    """Return a source in its wire form; secrets are counted, never shown."""
    options, sealed = orjson.loads(row["options"]), _opened(row)
    hidden = {one.name for one in SCHEMES[row["provider"]].parameters if one.secret}
    found: dict[str, Any] = {"id": row["id"], "object": "inbound_source"}
    found |= {name: row[name] for name in ("name", "provider", "description", "account", "installation_id", "health", "failures", "refused")}
    found |= {"path": f"{HOOKS}/{row['installation_id'] or row['id']}", "active": row["status"] == "active", "last_error": row["last_error"]}
    live = [ends for _, ends in sealed["secrets"] if ends is None or ends > clock.now_ms()]
    found |= {"has_secret": bool(live), "secrets": len(live)}
    found["parameters"] = {name: "********" if name in hidden else text for name, text in sealed["parameters"].items()}
    found |= {"allowed_addresses": options.get("allowed_addresses", [])}
    found |= {name: options.get(name) for name in ("expected_every_seconds", "tolerance_seconds")}
    found |= {name: None if row[name] is None else clock.rfc3339(row[name]) for name in ("last_seen_at", "last_refused_at")}
    return found | {"version": row["version"], "created_at": clock.rfc3339(row["created_at"]), "updated_at": clock.rfc3339(row["updated_at"])}


def _opened(row: Row) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(vaults.vault().open(row["secrets"], SECRETS_CONTEXT + row["id"]))
    return found


def _sealed(source_id: str, secrets: list[list[Any]], parameters: dict[str, str]) -> bytes:
    return vaults.vault().seal(orjson.dumps({"secrets": secrets, "parameters": parameters}), SECRETS_CONTEXT + source_id)


def _scheme(provider: str) -> Scheme:
    found = SCHEMES.get(provider)
    if found is None:
        raise Unprocessable(
            "There is no such provider.",
            code="unknown_provider",
            faults=[Fault("/provider", "unknown_provider", "GET /inbound/providers lists them.")],
        )
    return found


def believable(secret: str) -> bool:
    """Tell whether a text is long enough for a secret that messages are verified with."""
    return len(secret.encode()) >= SHORTEST_SECRET


def _check_secret(scheme: Scheme, secret: str) -> str:
    """Return a secret as it is kept. Raises Unprocessable (`invalid_secret`) for what no message could be verified with."""
    if not scheme.secret:
        raise Unprocessable("Sources of this provider have no secret.", code="invalid_secret")
    if scheme.key_kind == "standard":
        signing.secret_bytes(secret)
    elif scheme.key_kind == "text" and not believable(secret):
        raise Unprocessable(f"The secret has fewer than {SHORTEST_SECRET} bytes; anybody could guess it.", code="invalid_secret")
    elif scheme.key_kind != "text":
        public_keys.check_key(scheme.key_kind, secret.strip())
        return secret.strip()
    return secret


def _check_parameters(scheme: Scheme, given: dict[str, str]) -> dict[str, str]:
    known = {one.name: one for one in scheme.parameters}
    faults = [Fault(f"/parameters/{name}", "invalid_parameters", "There is no such parameter.") for name in given if name not in known]
    faults += [
        Fault(f"/parameters/{one.name}", "invalid_parameters", one.about) for one in scheme.parameters if one.required and one.name not in given
    ]
    faults += [fault for name in given if name in known for fault in _broken(known[name], given[name])]
    if faults:
        raise Unprocessable("The parameters are not those of this provider.", code="invalid_parameters", faults=faults)
    return given


def _broken(parameter: Parameter, text: str) -> list[Fault]:
    pointer = f"/parameters/{parameter.name}"
    if parameter.choices and text not in parameter.choices:
        return [Fault(pointer, "invalid_parameters", f"It is one of {', '.join(parameter.choices)}.")]
    if parameter.name.endswith("header") and not text.replace("-", "").replace("_", "").isalnum():
        return [Fault(pointer, "invalid_parameters", "It is no name of a header.")]
    if parameter.name.endswith("_url"):
        try:
            check_url(text)
        except Unprocessable as error:
            return [Fault(pointer, "invalid_parameters", error.detail)]
    return []


def create(actor: Actor, body: NewInboundSource, *, most: int, installation_id: str | None = None) -> dict[str, Any]:
    """Make a source; `most` is how many a tenant may have, `installation_id` the installation that owns it."""
    permit(actor, "integrations:write")
    scheme = _scheme(body.provider)
    parameters = _check_parameters(scheme, body.parameters or {})
    secrets = [[_check_secret(scheme, body.secret), None]] if body.secret is not None else []
    now, source_id = clock.now_ms(), ids.new_id("src")
    row: Row = {
        "id": source_id,
        "name": body.name,
        "provider": body.provider,
        "description": body.description,
        "status": "active" if body.active else "paused",
        "secrets": _sealed(source_id, secrets, parameters),
        "options": _options({}, body),
        "account": body.account,
        "installation_id": installation_id,
        "health": "ok",
        "failures": 0,
        "refused": 0,
        "last_error": None,
        "last_seen_at": None,
        "last_refused_at": None,
        "version": 1,
        "created_at": now,
        "updated_at": now,
        "deleted_at": None,
    }
    with database.transaction():
        if inbound_sources.count(actor.tenant_id, actor.mode) >= most:
            raise Conflict(f"A tenant may have {most} inbound sources.", code="too_many_inbound_sources")
        inbound_sources.insert(actor.tenant_id, actor.mode, row)
        events.emit(actor, "inbound_source.created", source_id, changes={"name": [None, body.name]}, record=shown(row))
    return shown(row)


def _options(before: dict[str, Any], body: InboundSourceChange) -> str:
    given = body.model_dump(include={"allowed_addresses", "expected_every_seconds", "tolerance_seconds"}, exclude_unset=True)
    return orjson.dumps({name: value for name, value in {**before, **given}.items() if value}).decode()


def find(actor: Actor, source_id: str) -> Row:
    """Return the row of a source of the actor's. Raises Missing."""
    row = inbound_sources.find(actor.tenant_id, actor.mode, source_id)
    if row is None:
        raise Missing(f"There is no inbound source '{source_id}'.")
    return row


def get(actor: Actor, source_id: str) -> dict[str, Any]:
    """Return a source. Raises Missing."""
    permit(actor, "integrations:read")
    return shown(find(actor, source_id))


def list_page(actor: Actor, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of sources, and the cursor of the next."""
    permit(actor, "integrations:read")
    found, following = pages.page(
        pages.scope_of(actor, "inbound_sources"),
        cursor,
        limit,
        lambda after, most: inbound_sources.page(actor.tenant_id, actor.mode, after, most),
    )
    return [shown(row) for row in found], following


def update(actor: Actor, source_id: str, body: InboundSourceChange, *, version: int | None = None) -> dict[str, Any]:
    """Change a source. While it is paused messages are taken in and held; activating it processes them."""
    permit(actor, "integrations:write")
    given = body.model_dump(exclude_unset=True)
    with database.transaction():
        before = _checked(actor, source_id, version)
        change: dict[str, Any] = {name: given[name] for name in ("name", "description", "account") if name in given}
        change["options"] = _options(orjson.loads(before["options"]), body)
        if body.parameters is not None:
            parameters = _check_parameters(_scheme(before["provider"]), body.parameters)
            change["secrets"] = _sealed(source_id, _opened(before)["secrets"], parameters)
        if body.active is not None:
            change["status"] = "active" if body.active else "paused"
        return _write(actor, before, change)


def _checked(actor: Actor, source_id: str, version: int | None) -> Row:
    row = find(actor, source_id)
    if version is not None and row["version"] != version:
        raise Stale(current=row["version"])
    return row


def _write(actor: Actor, before: Row, change: dict[str, Any]) -> dict[str, Any]:
    if all(before[name] == value for name, value in change.items()):
        return shown(before)
    now = clock.now_ms()
    row = {**before, **change, "version": before["version"] + 1, "updated_at": now}
    if not inbound_sources.update(actor.tenant_id, actor.mode, row, before["version"]):
        raise Stale
    if row["status"] != before["status"]:
        states = ("held", "pending") if row["status"] == "active" else ("pending", "held")
        # What is more than one step is held or released as the worker comes to it.
        inbound_messages.change_some(actor.tenant_id, actor.mode, row["id"], *states, now, inbound_messages.STEP)
        database.after_commit(wakes.inbound)
    old, new = shown(before), shown(row)
    changes = {name: [old[name], new[name]] for name in new if old[name] != new[name] and name not in {"version", "updated_at"}}
    events.emit(actor, "inbound_source.updated", row["id"], changes=changes, record=new)
    return new


def remove(actor: Actor, source_id: str, *, version: int | None = None) -> None:
    """Remove a source; what still waited there is discarded, and its address answers 404."""
    permit(actor, "integrations:write")
    with database.transaction():
        before = _checked(actor, source_id, version)
        now = clock.now_ms()
        # The installation may own another one later, and the secrets are of no more use.
        gone = {"deleted_at": now, "status": "paused", "installation_id": None, "secrets": _sealed(source_id, [], {}), "updated_at": now}
        if not inbound_sources.update(actor.tenant_id, actor.mode, {**before, **gone, "version": before["version"] + 1}, before["version"]):
            raise Stale
        for state in ("pending", "held"):
            inbound_messages.change_some(actor.tenant_id, actor.mode, source_id, state, "discarded", now, inbound_messages.STEP)
        events.emit(actor, "inbound_source.deleted", source_id, record=shown(before))


def rotate_secret(actor: Actor, source_id: str, body: InboundSecret) -> dict[str, Any]:
    """Believe a new secret; the old ones hold for the overlap. Raises Missing, Unprocessable, or Conflict while too many hold."""
    return believe(actor, source_id, [body.secret], body.overlap_seconds)


def believe(actor: Actor, source_id: str, given: Sequence[str], overlap_seconds: int) -> dict[str, Any]:
    """Believe these secrets from now on, and the old ones for the overlap. Raises Missing, Unprocessable, or Conflict while too many hold."""
    permit(actor, "integrations:write")
    now = clock.now_ms()
    ends = now + overlap_seconds * 1000
    with database.transaction():
        before = find(actor, source_id)
        wanted, sealed = [_check_secret(_scheme(before["provider"]), one) for one in given], _opened(before)
        live = [(text, expires) for text, expires in sealed["secrets"] if text not in wanted and (expires is None or expires > now)]
        kept = [[text, min(expires or ends, ends)] for text, expires in live] if overlap_seconds else []
        if len(kept) >= MOST_SECRETS:
            raise Conflict(f"{MOST_SECRETS} secrets are live; wait until one has ended, or rotate without an overlap.", code="too_many_secrets")
        secrets = [*([one, None] for one in wanted), *kept]
        return _write(actor, before, {"secrets": _sealed(source_id, secrets, sealed["parameters"]), "failures": 0})
