"""Consents of vendors (OAuth 2.0, RFC 6749 and 7636): what a person is sent to the vendor with, and what comes back.

The state is 256 random bits, kept as a keyed hash, good once and for an hour; the verifier never leaves the appliance. A consent names
the installation it is for and nothing else, so an answer cannot be carried over to another. One that was begun on our page is bound to
that browser.
"""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit

from server.domain.errors import Conflict, Denied, Missing
from server.outbound import catalogue
from server.services import installation_config, provider_apps, vaults
from server.store import connector_authorizations, connector_credentials, database, installations, tenants
from server.store import provider_apps as stored_apps
from server.system import clock, ids

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.domain.actor import Actor
    from server.outbound.catalogue import Manifest, Provider
    from server.store.tables import Row
    from server.system.settings import Settings

LIFE_MS: Final = 3_600_000
START: Final = "/connect/start"
CONTEXT: Final = "connector_authorization.verifier/"
_STATE: Final = "connector-state"
_BROWSER: Final = "connector-browser"
_LONGEST: Final = 4_096


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent under way: its row, the installation it is for, and the vendor's identity."""

    row: Row
    installation: Row
    manifest: Manifest
    provider: Provider

    @property
    def place(self) -> tuple[str, str, str]:
        """Tenant, mode and installation."""
        return self.row["tenant_id"], self.row["mode"], self.row["installation_id"]

    @property
    def known(self) -> dict[str, str]:
        """What placeholders in the provider's addresses stand for."""
        app = stored_apps.find_by_id(self.row["app_id"]) if self.row["app_id"] else None
        config = installation_config.whole(self.installation)
        return {**(app["options"] if app else {}), **self.manifest.known(config, {})}


def begin(actor: Actor, row: Row, settings: Settings, return_url: str | None) -> dict[str, str]:
    """Begin a consent for an installation, in place of one that was not finished; call inside a transaction. Returns where to go.

    Without an app at the vendor, `authorize_url` is the page of ours that says what lacks.
    """
    found = catalogue.manifest(row["integration"], row["connector_version"])
    state, now = secrets.token_urlsafe(32), clock.now_ms()
    verifier, consent_id, public = secrets.token_urlsafe(48), ids.new_id("cst"), settings.server.public_url.rstrip("/")
    app = provider_apps.chosen(actor.tenant_id, row["provider"])
    consent: Row = {
        "id": consent_id,
        "state_digest": digest(state),
        "provider": row["provider"],
        "app_id": app["id"] if app else None,
        "installation_id": row["id"],
        "credential_id": row["credential_id"],
        "scopes": _scopes(actor, found, row),
        "verifier": vaults.vault().seal(verifier.encode(), CONTEXT + consent_id),
        "redirect_uri": public + provider_apps.CALLBACK,
        "return_url": return_url,
        "actor_id": actor.id,
        "created_at": now,
        "expires_at": now + LIFE_MS,
    }
    connector_authorizations.insert(actor.tenant_id, actor.mode, consent)
    page = f"{public}{START}?{urlencode({'state': state})}"
    whole = {**consent, "tenant_id": actor.tenant_id, "mode": actor.mode}
    ready = Consent(whole, {**row, "tenant_id": actor.tenant_id}, found, catalogue.provider(row["provider"]))
    return {"authorize_url": address(ready, state) or page, "connect_url": page}


def digest(state: str) -> str:
    """Return the keyed hash that a state is found by."""
    return vaults.vault().digest(state[:_LONGEST], _STATE)


def _scopes(actor: Actor, found: Manifest, row: Row) -> list[str]:
    """Return what to ask for: what this connector needs, and what others of the same vendor already have, so that one consent serves all."""
    held = [scope for one in connector_credentials.of_provider(actor.tenant_id, actor.mode, row["provider"]) for scope in one["scopes"]]
    return list(dict.fromkeys((*catalogue.provider(row["provider"]).scopes, *catalogue.scopes_of(found, row["auth"]), *held)))


def address(consent: Consent, state: str) -> str | None:
    """Return where a person gives the consent, None while there is no app at the vendor."""
    app = stored_apps.find_by_id(consent.row["app_id"]) if consent.row["app_id"] else None
    if app is None:
        return None
    provider, row = consent.provider, consent.row
    asked: dict[str, str] = {
        **provider.authorize_params,
        "response_type": "code",
        "client_id": app["client_id"],
        "redirect_uri": row["redirect_uri"],
        "state": state,
    }
    if row["scopes"]:
        asked["scope"] = provider.scope_separator.join(row["scopes"])
    if provider.pkce:
        asked |= {"code_challenge": challenge(verifier_of(row)), "code_challenge_method": "S256"}
    target = catalogue.filled(provider.authorize_url, consent.known)
    return f"{target}{'&' if '?' in target else '?'}{urlencode(asked)}"


def verifier_of(row: Row) -> str:
    """Return the secret that a code is asked for with."""
    return vaults.vault().open(row["verifier"], CONTEXT + row["id"]).decode()


def challenge(verifier: str) -> str:
    """Return what the vendor is shown of a verifier (RFC 7636 section 4.2)."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def find(state: str) -> Consent:
    """Return the consent that a state stands for. Raises Missing when there is none that could still be given."""
    row = connector_authorizations.find_by_state(digest(state)) if state else None
    if row is None or row["used_at"] is not None or row["expires_at"] <= clock.now_ms():
        raise Missing("This link was used already, or is too old. Go back to where you came from and connect again.", code="consent_gone")
    installation = installations.find(row["tenant_id"], row["mode"], row["installation_id"])
    tenant = tenants.find(row["tenant_id"])
    if installation is None or tenant is None or tenant["status"] != "active":
        raise Missing("What was to be connected is no longer installed.", code="consent_gone")
    found = catalogue.manifest(installation["integration"], installation["connector_version"])
    return Consent(row, installation, found, catalogue.provider(row["provider"]))


def open_page(state: str, browser: str) -> tuple[Consent, str | None]:
    """Bind a consent to a browser and return it with where to go, None while there is no app. Raises Missing, or Denied for another browser."""
    consent, mark = find(state), vaults.vault().digest(browser, _BROWSER)
    with database.transaction():
        if not connector_authorizations.bind(digest(state), mark):
            _check_browser(consent.row, browser)
        app = provider_apps.chosen(consent.row["tenant_id"], consent.row["provider"])
        if app is not None and app["id"] != consent.row["app_id"]:
            connector_authorizations.choose_app(digest(state), app["id"])
            consent.row["app_id"] = app["id"]
    return consent, address(consent, state)


def _check_browser(row: Row, browser: str) -> None:
    bound = row["browser_digest"]
    if bound is not None and not secrets.compare_digest(bound, vaults.vault().digest(browser, _BROWSER)):
        raise Denied("The connection was begun in another browser. Go on there, or begin again.", code="consent_elsewhere")


def redeem(state: str, answer: Mapping[str, str], browser: str) -> Consent:
    """Use a consent up and return it, when the answer is one of the vendor that was asked. Raises Missing, Denied, or Conflict."""
    consent = find(state)
    _check_browser(consent.row, browser)
    _check_issuer(consent.provider, consent.known, answer.get("iss"))
    with database.transaction():
        if not connector_authorizations.use(digest(state), clock.now_ms()):
            raise Missing("This link was used already. Go back to where you came from and connect again.", code="consent_gone")
    if answer.get("error"):
        said = (answer.get("error_description") or answer["error"])[:200]
        raise Denied(f"The vendor gave no access: {said}.", code="consent_refused")
    if not answer.get("code"):
        raise Conflict("The vendor sent no code.", code="consent_refused")
    return consent


def _check_issuer(provider: Provider, known: Mapping[str, str], issuer: str | None) -> None:
    """Raise Denied when an answer names an issuer (RFC 9207) that is not the vendor that was asked."""
    if issuer is None:
        return
    asked = {urlsplit(catalogue.filled(url, known)).netloc.lower() for url in (provider.authorize_url, provider.token_url)}
    if urlsplit(issuer).netloc.lower() not in asked:
        raise Denied("The answer comes from somebody else than was asked.", code="consent_mixed_up")


def view(consent: Consent) -> dict[str, Any]:
    """Return what a page says of a consent."""
    tenant = tenants.find(consent.row["tenant_id"])
    return {
        "title": consent.manifest.title,
        "provider": consent.provider.title,
        "tenant": tenant["name"] if tenant else "",
        "installation": consent.installation["name"],
        "scopes": consent.row["scopes"],
        "permissions": consent.installation["permissions"],
        "redirect_uri": consent.row["redirect_uri"],
        "console": consent.provider.console,
    }
