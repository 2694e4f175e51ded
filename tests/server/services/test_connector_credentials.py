"""Consents are listed with who shares them, and without what they hold."""

from __future__ import annotations

import orjson

from server.domain.actor import Actor
from server.services import connector_credentials, vaults
from server.services.connector_credentials import CONTEXT
from server.store import connector_credentials as stored
from server.store import database, installations
from tests.installed import Install


def test_a_consent_shows_its_scopes_and_installations_and_no_token(alice: Actor, charlie: Actor, newsletter: Install) -> None:
    made = newsletter()
    secret = vaults.vault().seal(orjson.dumps({"access_token": "at-hidden"}), CONTEXT + "crd_1")
    row = {"id": "crd_1", "provider": "google", "kind": "oauth2", "secret": secret, "scopes": ["mail"], "created_at": 1, "updated_at": 1}
    with database.transaction():
        stored.insert(alice.tenant_id, alice.mode, row)
        installations.note(alice.tenant_id, alice.mode, made["id"], {"credential_id": "crd_1"})
    listed = connector_credentials.list_all(alice)
    assert [(one["scopes"], one["installations"], one["state"]) for one in listed] == [(["mail"], [made["id"]], "active")]
    assert "at-hidden" not in str(listed)
    assert connector_credentials.list_all(charlie) == []
    assert connector_credentials.opened({**row, "secret": secret}) == {"access_token": "at-hidden"}
    assert connector_credentials.opened({**row, "secret": None}) == {}
