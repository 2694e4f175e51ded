"""Clients, as a tenant's administrators make them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from server.domain.actor import Actor, system_actor
from server.domain.errors import Denied, Missing, Stale, Unprocessable
from server.services.oauth import clients
from server.services.oauth.clients import ClientChange, ClientSecretRotation, NewClient, Registration
from server.store import clients as store
from server.store import database
from tests.server.services.oauth.rig import OWN, WEB, App
from tests.tenants import TENANT_A

pytestmark = pytest.mark.usefixtures("opened")
SHOP = {"name": "Shop", "grant_types": ["client_credentials"], "scopes": ["contacts.read", "openid"]}


def test_a_secret_is_shown_once_and_kept_as_a_keyed_hash(alice: Actor) -> None:
    made = clients.create(alice, NewClient.model_validate(SHOP))
    assert made["scopes"] == ["contacts:read", "openid"]
    assert "client_secret" not in clients.get(alice, made["id"])
    row = store.find(TENANT_A, "live", made["id"])
    assert row
    assert made["client_secret"] not in repr(row)


def test_nobody_makes_a_client_that_may_do_more_than_they(alice: Actor, bob: Actor, charlie: Actor) -> None:
    with pytest.raises(Denied):
        clients.create(bob, NewClient.model_validate(SHOP))
    narrow = Actor("key", "key_x", TENANT_A, "live", frozenset({"keys:write"}), "owner")
    with pytest.raises(Denied, match="contacts:read"):
        clients.create(narrow, NewClient.model_validate(SHOP))
    made = clients.create(alice, NewClient.model_validate(SHOP))
    with pytest.raises(Denied, match="deals:write"):
        clients.update(narrow, made["id"], ClientChange(scopes=["deals:write"]))
    for act in (lambda: clients.get(charlie, made["id"]), lambda: clients.remove(charlie, made["id"])):
        with pytest.raises(Missing):
            act()


def test_what_is_changed_is_in_the_audit_trail_and_stale_changes_are_refused(alice: Actor) -> None:
    made = clients.create(alice, NewClient.model_validate(SHOP))
    changed = clients.update(alice, made["id"], ClientChange(name="Web shop", scopes=["deals:read"]), version=1)
    assert (changed["name"], changed["scopes"], changed["version"]) == ("Web shop", ["deals:read"], 2)
    with pytest.raises(Stale):
        clients.update(alice, made["id"], ClientChange(name="x"), version=1)
    clients.remove(alice, made["id"])
    acts = [row[0] for row in database.rows("SELECT action FROM audit WHERE object_id = ? ORDER BY position", (made["id"],))]
    assert acts == ["client.created", "client.updated", "client.deleted"]


@pytest.mark.parametrize("uri", ["http://app.example.com/", "javascript:alert(1)", "https://a.example.com/#x"])
def test_a_redirect_that_may_not_be_registered_is_refused(uri: str) -> None:
    with pytest.raises(ValidationError):
        NewClient.model_validate({**WEB, "name": "x", "scopes": ["openid"], "redirect_uris": [uri]})


def test_a_client_without_a_secret_has_none_to_rotate(alice: Actor) -> None:
    app = App(**WEB, auth_method="none")
    with pytest.raises(Unprocessable) as refused:
        clients.rotate_secret(alice, app.id, ClientSecretRotation())
    assert refused.value.stable_code == "client_without_secret"


def test_a_page_of_clients_goes_on_behind_its_cursor(alice: Actor) -> None:
    made = sorted(App(**OWN).id for _ in range(3))
    first, cursor = clients.list_page(alice, None, 2)
    second, end = clients.list_page(alice, cursor, 2)
    assert [one["id"] for one in (*first, *second)] == made
    assert end is None


def test_registration_is_closed_until_a_tenant_opens_it(alice: Actor, charlie: Actor) -> None:
    assert clients.get_registration(alice)["open"] is False
    assert clients.put_registration(alice, Registration(open=True))["open"] is True
    assert (clients.get_registration(alice)["open"], clients.get_registration(charlie)["open"]) == (True, False)
    assert clients.create_initial_token(alice)["token"].startswith("jct_live_oir_")


def test_a_sandbox_sees_its_own_clients_which_live_mode_can_look_after(alice: Actor) -> None:
    live, made = (clients.create(alice, NewClient.model_validate({**SHOP, "test": test})) for test in (False, True))
    assert made["client_secret"].startswith("jct_test_ocs_")
    sandboxed = system_actor(TENANT_A, "test")
    with pytest.raises(Missing):
        clients.get(sandboxed, live["id"])
    for actor in (alice, sandboxed):
        assert clients.get(actor, made["id"])["mode"] == "test"
    assert [one["id"] for one in clients.list_page(alice, None, 10)[0]] == [live["id"]]
    clients.remove(alice, made["id"])
    with pytest.raises(Missing):
        clients.get(sandboxed, made["id"])
