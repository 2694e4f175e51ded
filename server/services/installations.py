"""Installations: connectors that a tenant has installed, what each was configured with, and changing that.

Nothing here calls a vendor: what is made waits to be connected, which `connecting` does outside of any transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import Conflict, Denied, Fault, Missing, Stale, Unprocessable
from server.domain.permissions import grants, normalise_scopes, permit
from server.outbound import catalogue
from server.services import connector_authorizations, events, installation_config, installation_hooks, integrations, pages, sealed_values
from server.store import connector_credentials, database, installations
from server.store.records import by_noun
from server.system import clock, ids

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.domain.actor import Actor
    from server.outbound.catalogue import Manifest
    from server.services.installation_bodies import InstallationChange, NewInstallation
    from server.services.installation_config import Configured
    from server.store.tables import Row
    from server.system.settings import Settings

HOOKS: Final = "/hooks"
_TOKENS: Final = frozenset({"oauth2", "client_credentials", "jwt_bearer", "two_step"})
"""Kinds of authentication with a token that is fetched, and kept apart from the configuration."""


def shown(row: Row, settings: Settings) -> dict[str, Any]:
    """Return an installation in its wire form; secrets are masked."""
    public, known = settings.server.public_url.rstrip("/"), catalogue.manifests().get(row["integration"])
    found: dict[str, Any] = {"id": row["id"], "object": "installation"}
    found |= {name: row[name] for name in ("integration", "name", "status", "permissions", "sync_interval", "mappings", "auth", "provider")}
    found |= {"error": _error(row), "config": installation_config.shown(row), "credential_id": row["credential_id"]}
    found["account"] = {"id": row["account_id"], "name": row["account_name"]} if row["account_id"] else None
    found |= {"connector_version": row["connector_version"], "latest_version": known.version if known else None, "pinned": bool(row["pinned"])}
    found |= {"hook_url": f"{public}{HOOKS}/{row['id']}", "authorize_url": None, "connect_url": None}
    found |= {name: None if row[name] is None else clock.rfc3339(row[name]) for name in ("last_synced_at", "last_event_at")}
    found |= {"last_synced": found["last_synced_at"], "version": row["version"]}
    return found | {name: clock.rfc3339(row[name]) for name in ("created_at", "updated_at")}


def _error(row: Row) -> dict[str, Any] | None:
    if not row["status_reason"]:
        return None
    return {"code": row["status_reason"], "detail": row["status_detail"], "remedy": row["status_remedy"]}


def create(actor: Actor, key: str, body: NewInstallation, settings: Settings) -> dict[str, Any]:
    """Install a connector; it waits for a consent, or to be connected. Raises Missing, Unprocessable, or Conflict."""
    permit(actor, "integrations:write")
    found = integrations.require_version(key, body.version) if body.version else integrations.require(key)
    way, taken = _way(found, body), installation_config.take(found, body.config)
    _refuse_encrypted(actor, found, taken)
    row = _row(actor, found, way, taken, body) | {"permissions": _permissions(actor, found, body.permissions)}
    with database.transaction():
        most = settings.connectors.max_per_tenant
        if installations.count(actor.tenant_id, actor.mode) >= most:
            raise Conflict(f"A tenant may have {most} installations.", code="too_many_installations")
        row["credential_id"] = _credential(actor, found, way, body)
        kind = catalogue.kind_of(found.auth[way])
        row["status"] = "pending_authorization" if kind == "oauth2" and row["credential_id"] is None else "failed"
        installations.insert(actor.tenant_id, actor.mode, row)
        installation_hooks.create_source(actor, found, row, taken.secrets, settings)
        events.record_audit(actor, "installation.created", row["id"], {"integration": [None, key], "permissions": [None, row["permissions"]]})
        links = connector_authorizations.begin(actor, row, settings, body.return_url) if row["status"] == "pending_authorization" else {}
    return {**shown({**row, "tenant_id": actor.tenant_id, "mode": actor.mode}, settings), **links}


def _row(actor: Actor, found: Manifest, way: str, taken: Configured, body: NewInstallation) -> Row:
    now, installation_id = clock.now_ms(), ids.new_id("ins")
    auth = found.auth[way]
    return {
        "id": installation_id,
        "integration": found.key,
        "name": body.name or found.title,
        "connector_version": found.version,
        "state_version": found.state_version,
        "pinned": int(body.version is not None),
        "config": taken.config,
        "secrets": installation_config.sealed(installation_id, taken.secrets),
        "mappings": taken.mappings,
        "options": taken.options,
        "sync_interval": taken.interval,
        "auth": way,
        "provider": getattr(auth, "provider", found.key),
        "created_by": actor.owner_id or actor.id,
        "version": 1,
        "created_at": now,
        "updated_at": now,
    } | dict.fromkeys(
        ("credential_id", "account_id", "account_name", "last_synced_at", "last_event_at", "status_reason", "status_detail", "status_remedy")
    )


def _refuse_encrypted(actor: Actor, found: Manifest, taken: Configured) -> None:
    """Raise Unprocessable for a field map that names an encrypted field."""
    faults = [
        Fault(f"/config/mappings/{name}/{path}", "encrypted_field", f"{path} is an encrypted field: no vendor is told its value.")
        for name, entries in taken.mappings.items()
        if name in found.resources and (local := by_noun().get(found.resources[name].local or ""))
        for path in sealed_values.among(actor.tenant_id, actor.mode, local.plural, entries)
    ]
    if faults:
        raise Unprocessable("Encrypted fields cannot be mapped.", code="encrypted_field", faults=faults)


def _way(found: Manifest, body: NewInstallation) -> str:
    """Return the name of the way to authenticate: the chosen one, else the first whose fields are all given, else the first."""
    if body.auth is not None:
        if body.auth not in found.auth:
            faults = [Fault("/auth", "unknown_auth", f"There are {', '.join(found.auth)}.")]
            raise Unprocessable(f"This connector does not authenticate by '{body.auth[:50]}'.", code="unknown_auth", faults=faults)
        return body.auth
    given = {installation_config.spelled(found, name) for name in body.config}
    complete = [name for name, way in found.auth.items() if (fields := catalogue.fields_of(way)) and given.issuperset(fields)]
    return next(iter(complete), next(iter(found.auth), ""))


def _permissions(actor: Actor, found: Manifest, wanted: Sequence[str] | None) -> list[str]:
    """Return what the installation may do here: no more than the connector asks for, nor than the caller may do."""
    asked = normalise_scopes(found.tables["permissions"])
    chosen = asked if wanted is None else normalise_scopes(wanted)
    faults = [Fault("/permissions", "not_asked_for", f"'{one}' is nothing that this connector asks for.") for one in chosen if not grants(asked, one)]
    if faults:
        raise Unprocessable("Some permissions are not among those that this connector asks for.", code="not_asked_for", faults=faults)
    for one in sorted(chosen):
        if not grants(actor.scopes, one):
            raise Denied(f"You cannot give away '{one}', which this credential lacks.", code="insufficient_scope", scope=one)
    return sorted(chosen)


def _credential(actor: Actor, found: Manifest, way: str, body: NewInstallation) -> str | None:
    """Return the credential to use: a consent that covers it, a new one for a token that is fetched, or None."""
    kind, provider = catalogue.kind_of(found.auth[way]), getattr(found.auth[way], "provider", found.key)
    if body.credential_id is not None or kind == "oauth2":
        return _consent(actor, found, way, body.credential_id, provider if kind == "oauth2" else "")
    if kind not in _TOKENS:
        return None
    now, credential_id = clock.now_ms(), ids.new_id("crd")
    row: Row = {"id": credential_id, "provider": provider, "kind": kind, "scopes": [], "created_at": now, "updated_at": now}
    connector_credentials.insert(actor.tenant_id, actor.mode, row)
    return credential_id


def _consent(actor: Actor, found: Manifest, way: str, chosen: str | None, provider: str) -> str | None:
    """Return the consent of a vendor to share: the chosen one, else the only one whose account this connector is not connected to.

    None where it does not cover what the connector needs: a person is asked for the rest. Raises Missing for somebody else's.
    """
    held = [one for one in connector_credentials.of_provider(actor.tenant_id, actor.mode, provider) if one["state"] == "active"]
    if chosen is not None:
        held = [one for one in held if one["id"] == chosen]
        if not held:
            raise Missing(f"You have no consent '{chosen[:80]}' of this provider.")
    else:
        taken = {one["account_id"] for one in installations.of_integration(actor.tenant_id, actor.mode, found.key)}
        held = [one for one in held if one["account_id"] not in taken]
    covering = [one for one in held if set(catalogue.scopes_of(found, way)) <= set(one["scopes"])]
    return covering[0]["id"] if len(covering) == 1 else None


def find(actor: Actor, installation_id: str) -> Row:
    """Return the row of an installation of the actor's. Raises Missing."""
    row = installations.find(actor.tenant_id, actor.mode, installation_id)
    if row is None:
        raise Missing(f"There is no installation '{installation_id[:80]}'.")
    return row


def find_by_name(actor: Actor, name: str) -> Row:
    """Return the installation of that id, or the only one of that connector. Raises Missing, or Conflict when there are several."""
    if name.startswith("ins_"):
        return find(actor, name)
    found = installations.of_integration(actor.tenant_id, actor.mode, name)
    if not found:
        raise Missing(f"'{name[:80]}' is not installed.")
    if len(found) > 1:
        several = [row["id"] for row in found]
        raise Conflict(f"'{name}' is installed {len(found)} times; name one of {', '.join(several[:10])}.", code="several_installations", ids=several)
    return found[0]


def get(actor: Actor, installation_id: str, settings: Settings) -> dict[str, Any]:
    """Return an installation. Raises Missing."""
    permit(actor, "integrations:read")
    return shown(find(actor, installation_id), settings)


def list_page(actor: Actor, cursor: str | None, limit: int, chosen: Mapping[str, str], settings: Settings) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of installations, and the cursor of the next; `chosen` may hold integration and status."""
    permit(actor, "integrations:read")
    found, following = pages.page(
        pages.scope_of(actor, "installations", *sorted(chosen.items())),
        cursor,
        limit,
        lambda after, most: installations.page(actor.tenant_id, actor.mode, after, most, chosen),
    )
    return [shown(row, settings) for row in found], following


def update(actor: Actor, installation_id: str, body: InstallationChange, settings: Settings, *, version: int | None = None) -> dict[str, Any]:
    """Change an installation; with other credentials it has to be connected anew, which is the caller's to do. Raises Stale."""
    permit(actor, "integrations:write")
    with database.transaction():
        before = find(actor, installation_id)
        if version is not None and before["version"] != version:
            raise Stale(current=before["version"])
        change = _change(actor, before, body)
        if all(before[name] == value for name, value in change.items()):
            return shown(before, settings)
        now = clock.now_ms()
        if not installations.update(actor.tenant_id, actor.mode, installation_id, {**change, "updated_at": now}, before["version"]):
            raise Stale
        after = find(actor, installation_id)
        old, new = shown(before, settings), shown(after, settings)
        changes = {name: [old[name], new[name]] for name in ("name", "config", "permissions") if old[name] != new[name]}
        events.record_audit(actor, "installation.updated", installation_id, changes)
    return new


def _change(actor: Actor, before: Row, body: InstallationChange) -> dict[str, Any]:
    found = catalogue.manifest(before["integration"], before["connector_version"])
    change: dict[str, Any] = {"name": body.name} if body.name is not None else {}
    if body.permissions is not None:
        change["permissions"] = _permissions(actor, found, body.permissions)
    if body.config is not None:
        taken = installation_config.take(found, body.config, before)
        _refuse_encrypted(actor, found, taken)
        change |= {"config": taken.config, "mappings": taken.mappings, "options": taken.options, "sync_interval": taken.interval}
        if taken.secrets != installation_config.opened(before):
            change["secrets"] = installation_config.sealed(before["id"], taken.secrets)
    return change
