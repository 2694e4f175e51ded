"""Provider apps: the OAuth clients that a tenant, or an operator for the whole appliance, has registered at vendors.

A tenant's own app is used before the appliance's. The secret goes in and never comes out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.domain.errors import Missing
from server.domain.permissions import permit
from server.outbound import catalogue
from server.services import events, tenants, vaults
from server.store import database, provider_apps
from server.system import clock, ids

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.store.tables import Row

CONTEXT: Final = "provider_app.secret/"
WEBHOOK_CONTEXT: Final = "provider_app.webhook_secret/"
CALLBACK: Final = "/connect/callback"
HOOKS: Final = "/api/webhooks"
Text = Annotated[str, StringConstraints(min_length=1, max_length=2048)]


class ProviderApp(BaseModel):
    """An OAuth client as the vendor shows it. `options` fill the placeholders of the provider's addresses, such as a tenant of the vendor's.

    `webhook_secret` is what the vendor signs its calls with where the app's webhook has a secret of its own, as an endpoint of Stripe Connect.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    client_id: Text
    client_secret: Text | None = None
    webhook_secret: Text | None = None
    options: Annotated[dict[Annotated[str, StringConstraints(max_length=50)], Text], Field(max_length=10)] = {}


class ProviderAppView(BaseModel):
    """A provider and whether there is an app for it. `redirect_uri`, `scopes` and `webhook_url` are what is to be entered at the vendor.

    `webhook_url` is null where the vendor calls each installation at an address of its own, or calls nobody.
    """

    id: str | None
    object: str
    provider: str
    title: str
    client_id: str | None
    has_secret: bool
    has_webhook_secret: bool
    options: dict[str, str]
    source: str | None
    redirect_uri: str
    webhook_url: str | None
    scopes: list[str]
    console_url: str | None
    version: int
    created_at: str | None
    updated_at: str | None


def opened(row: Row) -> str:
    """Return the secret of an app, empty for a public client."""
    return vaults.vault().open(row["secret"], CONTEXT + row["id"]).decode()


def webhook_secret(row: Row) -> str:
    """Return what the webhook of an app is signed with, empty where nobody has entered it."""
    return vaults.vault().open(row["webhook_secret"], WEBHOOK_CONTEXT + row["id"]).decode() if row["webhook_secret"] else ""


def chosen(tenant_id: str, provider: str) -> Row | None:
    """Return the app that a tenant's consents at a provider go through: its own before the appliance's."""
    return provider_apps.find(tenant_id, provider) or provider_apps.find(None, provider)


def _owner(actor: Actor, scope: str) -> str | None:
    """Return whose apps the caller is about: the tenant's, or None for the appliance's."""
    if actor.tenant_id:
        permit(actor, scope)
        return actor.tenant_id
    tenants.require_operator(actor)
    return None


def _shown(provider: str, row: Row | None, public_url: str) -> dict[str, Any]:
    known = catalogue.provider(provider)
    found: dict[str, Any] = {"id": row and row["id"], "object": "provider_app", "provider": provider, "title": known.title}
    found |= {"client_id": row and row["client_id"], "has_secret": bool(row and opened(row)), "options": row["options"] if row else {}}
    scheme = catalogue.hook_of_provider(provider)
    found |= {"has_webhook_secret": bool(row and webhook_secret(row)), "webhook_url": scheme and f"{public_url.rstrip('/')}{HOOKS}/{scheme}"}
    found |= {"source": row and ("tenant" if row["tenant_id"] else "appliance"), "redirect_uri": public_url.rstrip("/") + CALLBACK}
    found |= {"scopes": catalogue.scopes_of_provider(provider), "console_url": known.console or None, "version": row["version"] if row else 0}
    return found | {name: clock.rfc3339(row[name]) if row else None for name in ("created_at", "updated_at")}


def _known(provider: str) -> None:
    if provider not in catalogue.providers():
        raise Missing(f"There is no provider '{provider}'.")


def list_all(actor: Actor, public_url: str) -> list[dict[str, Any]]:
    """Return every provider with the app that is used for it."""
    owner = _owner(actor, "integrations:read")
    rows = {row["provider"]: row for row in (*provider_apps.rows(None), *(provider_apps.rows(owner) if owner else ()))}
    return [_shown(provider, rows.get(provider), public_url) for provider in sorted(catalogue.providers())]


def get(actor: Actor, provider: str, public_url: str) -> dict[str, Any]:
    """Return a provider with the app that is used for it. Raises Missing."""
    owner = _owner(actor, "integrations:read")
    _known(provider)
    return _shown(provider, chosen(owner, provider) if owner else provider_apps.find(None, provider), public_url)


def put(actor: Actor, provider: str, body: ProviderApp, public_url: str) -> dict[str, Any]:
    """Write the app of the tenant, or of the appliance; a secret that is not given stays as it was. Raises Missing."""
    owner = _owner(actor, "integrations:write")
    _known(provider)
    now = clock.now_ms()
    with database.transaction():
        before = provider_apps.find(owner, provider)
        app_id = before["id"] if before else ids.new_id("app")
        row: Row = {"id": app_id, "provider": provider, "client_id": body.client_id, "options": body.options, "updated_at": now}
        if before is None or body.client_secret is not None:
            row["secret"] = _sealed(CONTEXT + app_id, body.client_secret or "")
        if body.webhook_secret is not None:
            row["webhook_secret"] = _sealed(WEBHOOK_CONTEXT + app_id, body.webhook_secret)
        if before is None:
            provider_apps.insert(owner, {**row, "created_at": now, "version": 1})
        else:
            provider_apps.update(owner, provider, row, before["version"])
        events.record_audit(actor, "provider_app.updated", app_id, {"client_id": [before and before["client_id"], body.client_id]})
        return _shown(provider, provider_apps.find(owner, provider), public_url)


def _sealed(context: str, secret: str) -> bytes:
    return vaults.vault().seal(secret.encode(), context)


def remove(actor: Actor, provider: str) -> None:
    """Remove the app of the tenant, or of the appliance. What was connected through it has to be connected again. Raises Missing."""
    owner = _owner(actor, "integrations:write")
    with database.transaction():
        before = provider_apps.find(owner, provider)
        if before is None or not provider_apps.delete(owner, provider):
            raise Missing(f"There is no app of yours for '{provider}'.")
        events.record_audit(actor, "provider_app.deleted", before["id"])
