"""An installation's connector, bound and ready to be driven: configuration with its secrets, proof of who we are, limits and breaker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final, cast

from server.domain.actor import Actor
from server.domain.errors import Conflict, Later
from server.domain.permissions import normalise_scopes
from server.domain.redaction import MASK, redact_text
from server.outbound import catalogue
from server.outbound.vendors import limits, tokens
from server.outbound.vendors.authorizing import ACCESS_TOKEN, authorize
from server.outbound.vendors.driving import Driver, Paused, Unknown
from server.outbound.vendors.transport import DEADLINE_SECONDS, Transport
from server.outbound.vendors.values import Auth, Connector, ConnectorError, Context, FieldMaps, NeedsUser, OAuth2, Request, TwoStep
from server.services import connector_packages, installation_config, installation_status, sealed_values
from server.services.provider_apps import chosen
from server.services.provider_apps import opened as opened_secret
from server.services.syncing.gates import InstallationGate
from server.services.syncing.leases import TokenKeeper
from server.services.syncing.limiting import Limiter
from server.store import connector_credentials, installations, provider_apps
from server.store.records import by_noun
from server.system import clock

if TYPE_CHECKING:
    from server.domain.actor import Mode
    from server.domain.merging import Policy
    from server.outbound.catalogue import Manifest
    from server.store.tables import Row


CHOICE_NEEDED: Final = "choice_needed"
_SHORTEST: Final = 4
"""Shorter secrets are not sought in texts: they stand in ordinary words."""


@dataclass
class InstallationIdentity:
    """Who an installation is to its vendor; `keeper` is None where a secret is sent as it is."""

    auth: Auth
    known: Mapping[str, str] = field(repr=False)
    keeper: TokenKeeper | None = field(repr=False)
    secrets: Sequence[str] = field(repr=False)

    def sign(self, request: Request) -> Request:
        """Return the request with the proof of who we are."""
        if self.keeper is None:
            return authorize(self.auth, request, self.known)
        secret = self.keeper.secret()
        return authorize(self.auth, request, {**self.known, ACCESS_TOKEN: secret["access_token"]})

    def renew(self) -> bool:
        """Get another token; False where there is only one secret."""
        if self.keeper is None:
            return False
        self.keeper.renew()
        return True

    def hide(self, text: str) -> str:
        """Return a vendor's words without our secrets."""
        hidden = [*self.secrets, *(self.keeper.held if self.keeper else ())]
        for secret in sorted((one for one in hidden if len(one) >= _SHORTEST), key=len, reverse=True):
            text = text.replace(secret, MASK)
        return redact_text(text)


@dataclass
class Connection:
    """One installation with what drives it."""

    row: Row
    connector: Connector
    driver: Driver
    gate: InstallationGate
    maps: Mapping[str, FieldMaps]
    """The field maps by resource: the connector's own with the user's entries."""

    @property
    def place(self) -> tuple[str, str, str]:
        """Tenant, mode and installation: what every query of its rows begins with."""
        return self.row["tenant_id"], self.row["mode"], self.row["id"]

    @property
    def policy(self) -> Policy:
        """Whose edit holds where both sides have edited."""
        found: Policy = self.row["options"].get("conflict_policy", "newest")
        return found

    @cached_property
    def actor(self) -> Actor:
        """Who writes what the vendor sent: the installation, with the permissions that it was given."""
        tenant_id, mode, installation_id = self.place
        scopes = normalise_scopes(self.row["permissions"] or ())
        return Actor("system", installation_id, tenant_id, cast("Mode", mode), scopes, "owner", integration=self.row["integration"])


def manifest_of(row: Row) -> Manifest:
    """Return the manifest of an installation's connector, which may have been installed a moment ago, by another process."""
    if row["connector_version"] not in catalogue.versions(row["integration"]):
        connector_packages.refresh()
    return catalogue.manifest(row["integration"], row["connector_version"])


def connector_of(row: Row) -> Connector:
    """Return the connector of an installation, which is not bound and can be asked nothing of its vendor."""
    manifest_of(row)
    return catalogue.connector(row["integration"], row["connector_version"])


def maps_of(row: Row) -> Mapping[str, FieldMaps]:
    """Return the field maps of an installation by resource: the connector's own with the user's entries."""
    found, entries = catalogue.maps(row["integration"], row["connector_version"]), row["mappings"] or {}
    return {name: one.with_entries(entries.get(name, {})) for name, one in found.items()}


def _wanted(maps: Mapping[str, FieldMaps]) -> dict[str, list[str]]:
    """Return the vendor's paths that are read, by resource: some vendors give no more than they are asked for."""
    return {name: [one.remote for one in found.fields if one.way != "out"] for name, found in maps.items()}


def _choices(connection: Connection) -> dict[str, str]:
    """Return what was chosen of the vendor's account by the titles of the fields, an empty text for what was not."""
    fields, config = connection.connector.manifest.config_schema["properties"], connection.connector.context.config
    return {str(rules["title"]): str(config.get(name) or "") for name, rules in fields.items() if rules.get("x-choose")}


def chosen_part(connection: Connection) -> str:
    """Return the part of the vendor's account that was chosen, empty for the whole of it."""
    return " ".join(_choices(connection).values())


def require_choices(connection: Connection) -> None:
    """Raise NeedsUser where a choice has not been made yet."""
    titles = [title for title, chosen in _choices(connection).items() if not chosen]
    if titles:
        raise NeedsUser(f"{' and '.join(titles)} has to be chosen.", code=CHOICE_NEEDED, remedy="Choose it in the configuration.")


@contextmanager
def asked(row: Row) -> Iterator[Connection]:
    """Open a connection for somebody who waits for the answer. Raises Conflict for what the vendor refuses, Later when it is away."""
    try:
        with opened(row) as connection:
            connection.gate.admit()
            yield connection
    except (Paused, Unknown) as error:
        raise Later(error.error.detail, code="vendor_waits", retry_after=30) from error
    except ConnectorError as error:
        raise Conflict(error.detail, code="vendor_refused", vendor_code=error.stable_code, remedy=error.remedy or None) from error


@contextmanager
def opened(row: Row, *, deadline_seconds: float = DEADLINE_SECONDS) -> Iterator[Connection]:
    """Open an installation's connection for one thread. Raises NeedsUser where its credentials are not there."""
    connector = connector_of(row)
    config = installation_config.whole(row)
    secrets = [str(one) for one in installation_config.opened(row).values()]
    auth = connector.manifest.auth[row["auth"]]
    known = connector.manifest.known(config, {})
    keeper = _keeper(row, connector, auth, known)
    fields = keeper.secret().get("fields", {}) if keeper else {}
    maps = maps_of(row)
    _refuse_encrypted(row, maps)
    connector.bind(Context(config, fields, now_ms=clock.now_ms(), installation_id=row["id"], wanted=_wanted(maps)))
    transport = Transport(connector.allowed, {"installation_id": row["id"], "connector": row["integration"]}, deadline_seconds)
    gate = InstallationGate(row["tenant_id"], row["mode"], row["id"], _limiter(row, connector))
    try:
        identity = InstallationIdentity(auth, connector.known, keeper, secrets)
        yield Connection(row, connector, Driver(connector, transport, gate, identity), gate, maps)
    finally:
        transport.close()


def _refuse_encrypted(row: Row, maps: Mapping[str, FieldMaps]) -> None:
    """Raise NeedsUser for a map of an encrypted field: no vendor is told such a value, and a mask would spoil the one that it has."""
    for name, one in maps.items():
        resource = by_noun().get(one.local)
        found = sealed_values.among(row["tenant_id"], row["mode"], resource.plural, [field.local for field in one.fields]) if resource else []
        if found:
            remedy = "Take it out of the mappings, or let the vendor's value go into another field."
            raise NeedsUser(f"{name}: {found[0]} is an encrypted field, which cannot be mapped.", code="encrypted_field", remedy=remedy)


def _keeper(row: Row, connector: Connector, auth: Auth, known: Mapping[str, str]) -> TokenKeeper | None:
    """Return what keeps the tokens of an auth that has such. Raises NeedsUser where nobody has connected the account yet."""
    if not tokens.has_tokens(auth):
        return None
    credential_id = row["credential_id"]
    if credential_id is None:
        raise NeedsUser("The account has to be connected.", code="not_connected")
    place = (row["tenant_id"], row["mode"])
    return TokenKeeper(*place, credential_id, lambda secret: _ask(row, connector, auth, known, secret), partial(_lost, place, credential_id))


def _ask(row: Row, connector: Connector, auth: Auth, known: Mapping[str, str], secret: Mapping[str, Any]) -> tokens.Token:
    """Ask the vendor for a token: with the refresh token of a consent, or with what the configuration holds."""
    everything = {**known, **secret.get("fields", {})}
    provider = catalogue.provider(auth.provider) if not isinstance(auth, TwoStep) and hasattr(auth, "provider") else None
    if not isinstance(auth, OAuth2) or provider is None:
        return tokens.grant(auth, provider, everything, connector.manifest.fill(connector.manifest.address, everything))
    if not secret.get("refresh_token"):
        raise NeedsUser("The vendor gave no token to renew the connection with.", code="reauthorisation_needed")
    app = _app(row, provider.key)
    return tokens.refresh(provider, app, secret["refresh_token"], everything)


def _app(row: Row, provider: str) -> tokens.App:
    found = connector_credentials.find(row["tenant_id"], row["mode"], row["credential_id"])
    app = provider_apps.find_by_id(found["app_id"]) if found and found["app_id"] else chosen(row["tenant_id"], provider)
    if app is None:
        raise NeedsUser("The app at the vendor that the account was connected through is gone.", code="not_connected")
    return tokens.App(app["client_id"], opened_secret(app))


def _lost(place: tuple[str, str], credential_id: str, error: NeedsUser) -> None:
    """Say of every installation that shares a credential that a person is needed, once; in the open transaction."""
    for row in installations.of_credential(*place, credential_id):
        installation_status.failed((*place, row["id"]), error.stable_code, error.detail, error.remedy or None, needs_user=True)


def _limiter(row: Row, connector: Connector) -> Limiter:
    """Return the limiter: keyed by the installation, the account at the vendor, and the app that the vendor counts for."""
    declared = connector.manifest.limits
    owners = {
        "connection": row["id"],
        "account": f"{row['provider']}/{row['account_id'] or row['id']}",
        "app": f"{row['provider']}/{_app_id(row)}",
    }
    return Limiter(row["tenant_id"], row["mode"], limits.spacings(declared, owners), limits.budgets(declared, owners), limits.slots(declared, owners))


def _app_id(row: Row) -> str:
    found = connector_credentials.find(row["tenant_id"], row["mode"], row["credential_id"]) if row["credential_id"] else None
    return str(found["app_id"] or "appliance") if found else "appliance"
