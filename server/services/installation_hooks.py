"""The address at which a vendor calls an installation: an inbound source of its own, made when it is installed and gone when it goes.

Where the vendor's webhooks are signed with a secret that we choose, one is made here and handed to the connector that registers them.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final, cast

import orjson

from server.domain import signing
from server.domain.actor import system_actor
from server.domain.inbound.schemes import SCHEMES
from server.outbound import catalogue
from server.services import inbound_sources, installation_config, provider_apps, vaults
from server.services.inbound.gateway import SECRETS_CONTEXT
from server.services.inbound_sources import InboundSourceChange, NewInboundSource
from server.store import database, installations
from server.store import inbound_sources as stored

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.domain.actor import Actor, Mode
    from server.outbound.catalogue import Hook, Manifest
    from server.store.tables import Row
    from server.system.settings import Settings

OVERLAP_SECONDS: Final = 3_600
"""How long what was believed before is believed still."""


def create_source(actor: Actor, found: Manifest, row: Row, entered: Mapping[str, Any], settings: Settings) -> None:
    """Make the source of an installation whose vendor calls, once all is known that its proof takes; call inside a transaction."""
    parameters = _parameters(found, row, settings)
    if found.hook is None or not all(parameters.values()):
        return
    scheme = SCHEMES[found.hook.scheme]
    body = NewInboundSource(name=row["name"], provider=scheme.key, secret=_secret(actor, found, row, entered), parameters=parameters)
    inbound_sources.create(actor, body, most=settings.inbound.max_per_tenant, installation_id=row["id"])


def _secret(actor: Actor, found: Manifest, row: Row, entered: Mapping[str, Any]) -> str | None:
    scheme = SCHEMES[found.hook.scheme] if found.hook else None
    if scheme is None or not scheme.secret:
        return None
    given = _of_vendor(actor, found, row, entered)
    if given or _is_of_app(found, row):
        return given or None
    if scheme.key_kind == "standard":
        return signing.new_secret()
    return secrets.token_urlsafe(32) if scheme.key_kind == "text" else None


def _of_vendor(actor: Actor, found: Manifest, row: Row, entered: Mapping[str, Any]) -> str:
    """Return what the vendor signs with as far as it is known: what a person has entered, or the secret of our app, or its webhook; else empty.

    An app's secret that anybody could guess proves nothing, so its messages are refused.
    """
    given = str(entered.get(found.hook.secret) or "") if found.hook and found.hook.secret else ""
    if given or not _is_of_app(found, row):
        return given
    app = provider_apps.chosen(actor.tenant_id, row["provider"])
    told = provider_apps.webhook_secret if found.hook and row["auth"] in found.hook.app_ways else provider_apps.opened
    secret = told(app) if app else ""
    return secret if inbound_sources.believable(secret) else ""


def _is_of_app(found: Manifest, row: Row) -> bool:
    hook = found.hook
    return hook is not None and (hook.signed_by_app or (hook.per == "app" and not hook.secret) or row["auth"] in hook.app_ways)


def _parameters(found: Manifest, row: Row, settings: Settings) -> dict[str, str]:
    """Return what the scheme has to be told, with the placeholders of the manifest filled in."""
    known = {**{name: str(value) for name, value in row["config"].items()}, "hook_url": hook_url(row["id"], settings)}
    return {name: found.fill(text, known) for name, text in (found.hook.parameters if found.hook else {}).items()}


def hook_url(installation_id: str, settings: Settings) -> str:
    """Return the address at which a vendor calls an installation."""
    return f"{settings.server.public_url.rstrip('/')}{inbound_sources.HOOKS}/{installation_id}"


def secret_of(source: Row) -> str:
    """Return the newest secret of a source, empty without one."""
    found = _opened(source)["secrets"]
    return str(found[0][0]) if found else ""


def _opened(source: Row) -> dict[str, Any]:
    """Return what is sealed of a source: `secrets`, and the `parameters` that its scheme was told."""
    found: dict[str, Any] = orjson.loads(vaults.vault().open(source["secrets"], SECRETS_CONTEXT + source["id"]))
    return found


def find_source(tenant_id: str, mode: str, installation_id: str) -> Row | None:
    """Return the source of an installation, or None."""
    row = stored.find_by_address(installation_id)
    return row if row and (row["tenant_id"], row["mode"]) == (tenant_id, mode) else None


def settle_source(actor: Actor, found: Manifest, row: Row, settings: Settings) -> Row | None:
    """Return the source of an installation, which believes what the vendor signs with now.

    Where a vendor has one address for all customers, it is known by its account from now on.
    """
    source = find_source(actor.tenant_id, actor.mode, row["id"])
    if found.hook is None:
        return source
    if source is None:
        with database.transaction():
            create_source(actor, found, row, installation_config.whole(row), settings)
        return find_source(actor.tenant_id, actor.mode, row["id"])
    _tell(actor, found.hook, source, row, _parameters(found, row, settings))
    if SCHEMES[found.hook.scheme].secret:
        take_secrets(actor, source, [_of_vendor(actor, found, row, installation_config.whole(row))])
    return find_source(actor.tenant_id, actor.mode, row["id"])


def settle_sources(tenant_id: str | None, provider: str, settings: Settings) -> None:
    """Have what was connected through a provider believe the secrets of its app as they are now; of every tenant when None."""
    for row in installations.of_provider(tenant_id, provider):
        actor = system_actor(row["tenant_id"], cast("Mode", row["mode"]))
        settle_source(actor, catalogue.manifest(row["integration"], row["connector_version"]), row, settings)


def _tell(actor: Actor, hook: Hook, source: Row, row: Row, parameters: dict[str, str]) -> None:
    """Write what a source goes by where that has changed."""
    shared = hook.per == "app" or hook.signed_by_app or row["auth"] in hook.app_ways
    account = row["account_id"] if shared else source["account"]
    told = parameters if all(parameters.values()) else _opened(source)["parameters"]
    if account != source["account"]:
        inbound_sources.update(actor, source["id"], InboundSourceChange(account=account))
    if told != _opened(source)["parameters"]:
        inbound_sources.update(actor, source["id"], InboundSourceChange(parameters=told))


def take_secrets(actor: Actor, source: Row, given: Sequence[str]) -> None:
    """Believe the secrets that the vendor has given, one for each of its subscriptions, and those before for another hour."""
    wanted = [secret for secret in dict.fromkeys(given) if secret]
    lasting = [secret for secret, ends in _opened(source)["secrets"] if ends is None]
    if wanted and sorted(wanted) != sorted(lasting):
        inbound_sources.believe(actor, source["id"], wanted, OVERLAP_SECONDS)


def remove_source(actor: Actor, installation_id: str) -> None:
    """Remove the source of an installation; its address answers 404 from now on."""
    source = find_source(actor.tenant_id, actor.mode, installation_id)
    if source is not None:
        inbound_sources.remove(actor, source["id"])
