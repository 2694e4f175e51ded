"""API keys: made, listed, rotated with an overlap, revoked. The text of a key is returned once and never again."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING, Annotated, Any, Final

import orjson
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from server.domain import keys
from server.domain.errors import Conflict, Denied, Fault, Missing, Unprocessable
from server.domain.permissions import ROLES, SCOPES, grants, normalise_scopes, permit
from server.domain.versions import BY_NAME
from server.services import events, pages, vaults
from server.services.credentials import GENERATION
from server.services.tiers import KeyLimit
from server.services.users import RANK
from server.store import api_keys, database, generations, users
from server.system import clock, ids
from server.system.version import API_VERSION

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.store.api_keys import Row

LONGEST_OVERLAP: Final = 604_800


def _network(text: str) -> str:
    try:
        return str(ip_network(text, strict=False))
    except ValueError as error:
        message = "is not an address or a range such as 192.0.2.0/24"
        raise ValueError(message) from error


def _moment(text: Any) -> Any:
    if not isinstance(text, str):
        message = "is not a moment such as 2026-11-20T12:00:00Z"
        raise ValueError(message)  # noqa: TRY004 - pydantic reports ValueError only
    return clock.parse_rfc3339(text)


def _served(name: str) -> str:
    if name not in BY_NAME:
        message = f"is not a version of this API; {', '.join(BY_NAME)} are"
        raise ValueError(message)
    return name


ApiVersion = Annotated[str, AfterValidator(_served), Field(json_schema_extra={"enum": list(BY_NAME)})]
# The aliases with a dot are accepted too, and not advertised.
Scope = Annotated[str, Field(json_schema_extra={"enum": ["*", *sorted(SCOPES)]})]


class NewKey(BaseModel):
    """What makes a key. `user_id` lets it act for a user, with that user's role; without it, for the tenant itself.

    The tenant itself acts as an owner, so what somebody below makes acts for its maker.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=100, examples=[["contacts:read", "contacts:write"]])]
    expires_at: Annotated[int, BeforeValidator(_moment), Field(json_schema_extra={"type": "string", "format": "date-time"})] | None = None
    allowed_addresses: Annotated[list[Annotated[str, AfterValidator(_network)]], Field(max_length=100)] = []
    test: bool = False
    user_id: Annotated[str, StringConstraints(max_length=40)] | None = None
    limits: Annotated[list[KeyLimit], Field(max_length=20)] = []
    api_version: ApiVersion = API_VERSION


class KeyChange(BaseModel):
    """What may be changed about a key; what it may do and for whom is fixed when it is made."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    limits: Annotated[list[KeyLimit], Field(max_length=20)] | None = None
    api_version: ApiVersion | None = None


class KeyRotation(BaseModel):
    """How long the old key goes on beside the new one, in seconds: 0 to 7 days."""

    model_config = ConfigDict(extra="forbid")

    overlap_seconds: Annotated[int, Field(ge=0, le=LONGEST_OVERLAP)] = 86_400


class KeyView(BaseModel):
    """A key as it is listed."""

    id: str
    object: str
    name: str
    hint: str
    mode: str
    scopes: list[str]
    user_id: str | None
    allowed_addresses: list[str]
    limits: list[KeyLimit]
    api_version: str
    expires_at: str | None
    last_used_at: str | None
    created_at: str


class KeyOnce(KeyView):
    """A key with its text, shown this once."""

    key: str


def shown(row: Row) -> dict[str, Any]:
    """Return a key in its wire form, without its text."""
    found: dict[str, Any] = {"id": row["id"], "object": "api_key"}
    found |= {name: row[name] for name in ("name", "hint", "mode")}
    found["scopes"] = orjson.loads(row["scopes"])
    found["user_id"] = row["user_id"]
    found |= {name: orjson.loads(row[name]) for name in ("allowed_addresses", "limits")}
    found["api_version"] = row["api_version"]
    return found | {name: None if row[name] is None else clock.rfc3339(row[name]) for name in ("expires_at", "last_used_at", "created_at")}


def create(actor: Actor, body: NewKey) -> dict[str, Any]:
    """Make a key of the actor's tenant; nobody can give away more than they may do themselves."""
    permit(actor, "keys:write")
    scopes = normalise_scopes(body.scopes)
    _refuse_more(actor, scopes)
    if body.expires_at is not None and body.expires_at <= clock.now_ms():
        raise Unprocessable("The key would have expired already.", faults=[Fault("/expires_at", "in_the_past", "This is in the past.")])
    user_id = _acts_for(actor, body.user_id)
    mode = "test" if body.test or actor.mode == "test" else "live"
    text = keys.mint(mode, "key")  # type: ignore[arg-type]
    row = _row(actor, text, body.name, scopes)
    row |= {"user_id": user_id, "expires_at": body.expires_at, "api_version": body.api_version}
    row |= {name: orjson.dumps(found).decode() for name, found in body.model_dump(include={"allowed_addresses", "limits"}).items()}
    with database.transaction():
        api_keys.insert(actor.tenant_id, mode, row)
        events.emit(
            actor,
            "api_key.created",
            row["id"],
            changes={"name": [None, body.name], "scopes": [None, sorted(scopes)]},
            record=shown({**row, "mode": mode}),
        )
    return {**shown({**row, "mode": mode}), "key": text}


def create_operator_key(actor: Actor, name: str) -> dict[str, Any]:
    """Make a key for `/admin/v1`, for operators' scripts."""
    if actor.kind not in {"operator", "system"}:
        raise Denied("Only operators of the appliance may do this.", code="operators_only")
    text = keys.mint("live", "opr")
    row = {**_row(actor, text, name, frozenset({"*"})), "kind": "opr"}
    with database.transaction():
        api_keys.insert(None, "live", row)
        events.record_audit(actor, "api_key.created", row["id"], {"name": [None, name]})
    return {**shown({**row, "mode": "live"}), "key": text}


def _row(actor: Actor, text: str, name: str, scopes: frozenset[str]) -> dict[str, Any]:
    return {
        "id": ids.new_id("key"),
        "name": name,
        "kind": "key",
        "digest": vaults.vault().digest(text, "api-key"),
        "hint": keys.hint(text),
        "scopes": orjson.dumps(sorted(scopes)).decode(),
        "user_id": None,
        "allowed_addresses": "[]",
        "limits": "[]",
        "api_version": API_VERSION,
        "expires_at": None,
        "last_used_at": None,
        "revoked_at": None,
        "created_by": actor.id,
        "created_at": clock.now_ms(),
    }


def _refuse_more(actor: Actor, scopes: frozenset[str]) -> None:
    beyond = sorted(scope for scope in scopes if not (grants(actor.scopes, scope) and grants(ROLES[actor.role], scope)))
    if beyond:
        raise Denied(f"You cannot give a key scopes that you lack yourself: {', '.join(beyond)}.", code="insufficient_scope")


def _acts_for(actor: Actor, user_id: str | None) -> str | None:
    """Return the user a new key acts for, None for the tenant itself. Raises Denied where that would be more than the maker may."""
    if user_id is None:
        return actor.owner_id if _is_below(actor, "owner") else None
    user = users.find(actor.tenant_id, user_id)
    if user is None or user["status"] == "disabled":
        raise Unprocessable("There is no such user.", faults=[Fault("/user_id", "unknown_reference", f"There is no active user '{user_id}'.")])
    _refuse_above(actor, user["role"])
    return user_id


def _refuse_above(actor: Actor, role: str) -> None:
    if _is_below(actor, role):
        raise Denied(f"The role '{role}' is above your own.", code="role_above_own")


def _is_below(actor: Actor, role: str) -> bool:
    return actor.kind != "system" and RANK.get(actor.role, -1) < RANK[role]


def list_page(actor: Actor, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of keys that have not ended, and the cursor of the next."""
    permit(actor, "keys:read")
    now = clock.now_ms()
    found, following = pages.page(
        pages.scope_of(actor, "keys"), cursor, limit, lambda after, most: api_keys.page(actor.tenant_id, actor.mode, now, after, most)
    )
    return [shown(row) for row in found], following


def get(actor: Actor, key_id: str) -> dict[str, Any]:
    """Return a key. Raises Missing."""
    permit(actor, "keys:read")
    return shown(_find(actor, key_id))


def _find(actor: Actor, key_id: str) -> Row:
    """Return a key: of the actor's mode, or of the sandbox, whose keys can be made in live mode as well. Raises Missing."""
    now = clock.now_ms()
    row = api_keys.find(actor.tenant_id, actor.mode, key_id, now) or api_keys.find(actor.tenant_id, "test", key_id, now)
    if row is None:
        raise Missing(f"There is no key '{key_id}'.")
    return row


def update(actor: Actor, key_id: str, body: KeyChange) -> dict[str, Any]:
    """Change a key's name, its own limits, or the version it is pinned to; it holds within a second."""
    permit(actor, "keys:write")
    given = body.model_dump(exclude_unset=True)
    change = {name: value for name, value in given.items() if value is not None}
    if "limits" in given:
        change["limits"] = orjson.dumps(given["limits"] or []).decode()
    with database.transaction():
        before = _find(actor, key_id)
        after = {**before, **change}
        api_keys.update(actor.tenant_id, before["mode"], after)
        generations.bump(GENERATION)
        events.record_audit(actor, "api_key.updated", key_id, {name: [before[name], after[name]] for name in change if before[name] != after[name]})
    return shown(after)


def rotate(actor: Actor, key_id: str, body: KeyRotation) -> dict[str, Any]:
    """Return a new key with the old one's rights; the old one goes on for the overlap."""
    permit(actor, "keys:write")
    now = clock.now_ms()
    with database.transaction():
        before = _find(actor, key_id)
        if before["expires_at"] is not None and before["expires_at"] <= now:
            raise Conflict("This key has expired; make a new one.", code="expired_key")
        user = users.find(actor.tenant_id, before["user_id"]) if before["user_id"] else None
        _refuse_above(actor, user["role"] if user else "owner")
        text = keys.mint(before["mode"], "key")
        fresh = {**before, **_row(actor, text, before["name"], frozenset(orjson.loads(before["scopes"]))), "rotated_from": key_id}
        fresh |= {name: before[name] for name in ("user_id", "allowed_addresses", "expires_at", "limits", "api_version")}
        _refuse_more(actor, frozenset(orjson.loads(before["scopes"])))
        api_keys.insert(actor.tenant_id, before["mode"], fresh)
        api_keys.revoke(actor.tenant_id, before["mode"], key_id, now + body.overlap_seconds * 1000)
        generations.bump(GENERATION)
        events.emit(actor, "api_key.created", fresh["id"], changes={"rotated_from": [None, key_id]}, record=shown(fresh))
    return {**shown(fresh), "key": text}


def revoke(actor: Actor, key_id: str) -> None:
    """End a key; it is refused everywhere within a second."""
    permit(actor, "keys:write")
    with database.transaction():
        before = _find(actor, key_id)
        api_keys.revoke(actor.tenant_id, before["mode"], key_id, clock.now_ms())
        generations.bump(GENERATION)
        events.emit(actor, "api_key.revoked", key_id, record=shown(before))
