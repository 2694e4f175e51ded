"""Connecting an installation to its vendor: the code of a consent exchanged, the account asked for, and the vendor asked to call us.

The vendor is called outside of any transaction. What goes wrong is written to the installation and told once; nothing raises it, since
an installation that does not work is there all the same, and can be mended.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, cast

import orjson

from server.domain.actor import system_actor
from server.domain.errors import Conflict
from server.domain.permissions import permit
from server.outbound import catalogue
from server.outbound.vendors import tokens
from server.outbound.vendors.driving import Paused, Unknown
from server.outbound.vendors.values import ConnectorError, NeedsUser
from server.services import connector_authorizations, events, installation_hooks, installation_status, provider_apps, remote_subscriptions, vaults
from server.services.connector_credentials import CONTEXT
from server.services.installations import find as found
from server.services.syncing import connections
from server.store import connector_credentials, database, external_records, installations
from server.store import provider_apps as stored_apps
from server.store import remote_subscriptions as stored_subscriptions
from server.system import clock, ids

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.domain.actor import Actor, Mode
    from server.outbound.vendors.tokens import Token
    from server.outbound.vendors.values import Account, Subscription
    from server.services.connector_authorizations import Consent
    from server.services.installation_status import Place
    from server.services.syncing.connections import Connection
    from server.store.tables import Row
    from server.system.settings import Settings

WRONG_ACCOUNT: Final = "wrong_account"


def complete(state: str, answer: Mapping[str, str], browser: str, settings: Settings) -> Consent:
    """Take the vendor's answer to a consent, and connect what it was for. Raises Missing, Denied or Conflict."""
    consent = connector_authorizations.redeem(state, answer, browser)
    place = consent.place
    try:
        token = _exchange(consent, answer["code"])
    except ConnectorError as error:
        _tell(place, error)
        return consent
    credential_id = _keep(consent, token, answer)
    with database.transaction():
        installations.note(*place, {"credential_id": credential_id})
    if not connect(place, settings):
        _put_back(consent, credential_id)
    return consent


def _exchange(consent: Consent, code: str) -> Token:
    app = stored_apps.find_by_id(consent.row["app_id"])
    if app is None:
        raise NeedsUser("The app at the vendor that this was begun with is gone.", code="provider_app_missing")
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": consent.row["redirect_uri"]}
    if consent.provider.pkce:
        form["code_verifier"] = connector_authorizations.verifier_of(consent.row)
    token = tokens.ask(consent.provider, tokens.App(app["client_id"], provider_apps.opened(app)), form, consent.known)
    return tokens.with_metadata(consent.provider, token, consent.known)


def _keep(consent: Consent, token: Token, answer: Mapping[str, str]) -> str:
    """Write what a consent brought as a new credential, so that what works today goes on doing so until the new one has shown itself."""
    row, now, credential_id = consent.row, clock.now_ms(), ids.new_id("crd")
    came = {name: answer[name] for name in consent.provider.callback_fields if name in answer}
    secret = {"access_token": token.access_token, "refresh_token": token.refresh_token, "fields": {**came, **token.fields}}
    credential: Row = {
        "id": credential_id,
        "provider": row["provider"],
        "kind": "oauth2",
        "app_id": row["app_id"],
        "secret": vaults.vault().seal(orjson.dumps(secret), CONTEXT + credential_id),
        "scopes": list(row["scopes"] if token.scopes is None else token.scopes),
        "expires_at": None if token.seconds is None else now + round(token.seconds * 1000),
        "created_at": now,
        "updated_at": now,
    }
    with database.transaction():
        connector_credentials.insert(row["tenant_id"], row["mode"], credential)
    return credential_id


def _put_back(consent: Consent, credential_id: str) -> None:
    """Give an installation the credential back that it had, where the new one is of somebody else's account."""
    found, before = installations.find(*consent.place), consent.installation["credential_id"]
    if found is not None and before is not None and found["status_reason"] == WRONG_ACCOUNT:
        with database.transaction():
            installations.note(*consent.place, {"credential_id": before})
            connector_credentials.delete(*consent.place[:2], credential_id)


def connect(place: Place, settings: Settings, actor: Actor | None = None) -> bool:
    """Ask an installation's vendor who we are there, and to call us; tells whether it works now."""
    row = installations.find(*place)
    if row is None:
        return False
    try:
        with connections.opened(row) as connection:
            account: Account = next(connection.driver.run(connection.connector.test_connection()))
            settled = _settle_account(row, account, connections.chosen_part(connection))
            connections.require_choices(connection)
            subscribe(connection, settled, settings)
    except (ConnectorError, Paused, Unknown) as error:
        _tell(place, error)
        return False
    installation_status.connected(place, actor=actor)
    return True


def _tell(place: Place, error: ConnectorError | Paused | Unknown) -> None:
    found = error if isinstance(error, ConnectorError) else error.error
    installation_status.failed(place, found.stable_code, found.detail, found.remedy or None, needs_user=isinstance(found, NeedsUser))


def _settle_account(row: Row, account: Account, part: str) -> Row:
    """Write whose account it is and return the row with it. Raises NeedsUser when it is another than before, or one that is connected already.

    An account may be connected once for each part of it that is chosen, such as an audience.
    """
    if row["account_id"] not in {None, account.id}:
        words = f"This is the account {account.name or account.id}, and the installation is connected to {row['account_name'] or row['account_id']}."
        raise NeedsUser(words, code=WRONG_ACCOUNT, remedy="Sign in with the account that was connected, or install the connector once more.")
    place: Place = (row["tenant_id"], row["mode"], row["id"])
    known = installations.of_integration(*place[:2], row["integration"])
    others = [one for one in known if (one["account_id"], one["account_part"]) == (account.id, part) and one["id"] != row["id"]]
    if others:
        words = f"The account {account.name or account.id} is connected already, as {others[0]['name']}."
        raise NeedsUser(words, code="already_connected", remedy="Use the installation that there is, or connect another account.")
    with database.transaction():
        if row["account_id"] is None:
            _take_up(row, account.id, part)
        installations.note(*place, {"account_id": account.id, "account_name": account.name, "account_part": part})
        if row["credential_id"] is not None:
            _settle_credential(place, row["credential_id"], account)
    return {**row, "account_id": account.id, "account_name": account.name}


def _take_up(row: Row, account_id: str, part: str) -> None:
    """Go on knowing which records are which at the vendor, where the same account was installed before and that was kept."""
    left = installations.find_left(row["tenant_id"], row["mode"], row["integration"], account_id, part)
    if left is not None:
        external_records.adopt(row["tenant_id"], row["mode"], left["id"], row["id"])


def _settle_credential(place: Place, credential_id: str, account: Account) -> None:
    """Write whose account a credential is, and have everything of that account share it: the newest consent covers what the others did."""
    own = connector_credentials.find(*place[:2], credential_id)
    if own is None:
        return
    connector_credentials.name_account(*place[:2], credential_id, account.id, account.name)
    for other in connector_credentials.of_provider(*place[:2], own["provider"]):
        if other["id"] != credential_id and other["account_id"] == account.id and set(other["scopes"]) <= set(own["scopes"]):
            for row in installations.of_credential(*place[:2], other["id"]):
                installations.note(*place[:2], row["id"], {"credential_id": credential_id})
            connector_credentials.delete(*place[:2], other["id"])


def subscribe(connection: Connection, row: Row, settings: Settings) -> None:
    """Have the vendor call us, where its connector registers that: what is there is kept or renewed, what lacks is made, the rest given back."""
    actor = system_actor(row["tenant_id"], cast("Mode", row["mode"]))
    source = installation_hooks.settle_source(actor, connection.connector.manifest, row, settings)
    secret = installation_hooks.secret_of(source) if source else ""
    url, granted_before = installation_hooks.hook_url(row["id"], settings), remote_subscriptions.of_installation(*connection.place)
    context = replace(connection.connector.context, hook_url=url, hook_secret=secret, subscriptions=granted_before)
    wanted: list[Subscription] = []
    for granted in connection.driver.run(connection.connector.initialize(context)):
        remote_subscriptions.keep(actor, row["id"], granted)
        wanted.append(granted)
        if source is not None:
            installation_hooks.take_secrets(actor, source, [one.secret for one in wanted])
    _give_back(connection, granted_before, wanted)


def _give_back(connection: Connection, before: Sequence[Subscription], wanted: Sequence[Subscription]) -> None:
    """Take away from the vendor what the configuration does not want any more, and forget it."""
    topics, there = {one.topic for one in wanted}, {one.id for one in wanted}
    left = [one for one in before if one.topic not in topics]
    for _ in connection.driver.run(connection.connector.dispose([one for one in left if one.id not in there])):
        pass
    with database.transaction():
        for one in left:
            stored_subscriptions.delete(*connection.place, one.topic)


def reconnect(actor: Actor, installation_id: str, settings: Settings, return_url: str | None) -> dict[str, str]:
    """Begin a consent anew for an installation; its cursors stay as they are. Raises Missing, or Conflict where none is needed."""
    permit(actor, "integrations:write")
    with database.transaction():
        row = found(actor, installation_id)
        way = catalogue.manifest(row["integration"], row["connector_version"]).auth[row["auth"]]
        if catalogue.kind_of(way) != "oauth2":
            raise Conflict("This installation is connected by its configuration; change that instead.", code="no_consent_needed")
        events.record_audit(actor, "installation.reauthorizing", installation_id)
        return connector_authorizations.begin(actor, row, settings, return_url)


def outcome(consent: Consent) -> dict[str, Any]:
    """Return what a page says of a consent that was answered."""
    row = installations.find(*consent.place) or consent.installation
    worked = row["status"] == "connected"
    told = {"worked": worked, "account": row["account_name"], "problem": row["status_detail"], "remedy": row["status_remedy"]}
    return {**connector_authorizations.view(consent), **told}
