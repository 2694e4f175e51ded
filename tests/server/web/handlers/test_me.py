"""Who calls, and what a person does about the own account, over HTTP."""

from __future__ import annotations

import base64
import time

from server.domain import totp
from server.store import database
from server.system import ids
from tests.api.appliance import Appliance, Persona
from tests.api.client import Client
from tests.server.web.handlers.people import OVER_HTTP, PHRASE, made, sign_in, soon

alice, appliance, bob, charlie, operator, personas = OVER_HTTP


def address() -> str:
    """Return an address that nobody has yet."""
    return f"{ids.new_id('ada')}@example.com"


def test_everybody_is_told_who_they_are(alice: Persona, bob: Persona, charlie: Persona, operator: Client, appliance: Appliance) -> None:
    for one in (alice, bob, charlie):
        me = one.client.get("/api/v1/me").json
        assert (me["kind"], me["role"], me["tenant"]["id"]) == ("key", one.role, one.tenant_id)
        assert me["key"]["name"] == one.name
    assert bob.client.get("/api/v1/me").json["user"]["name"] == "bob"
    assert operator.get("/admin/v1/me").json["role"] == "operator"
    assert operator.get(f"/admin/v1/tenants/{alice.tenant_id}/me").json["tenant"]["id"] == alice.tenant_id
    assert appliance.anonymous.get("/api/v1/me").status == 401
    assert appliance.anonymous.get("/admin/v1/me").status == 401


def test_a_changed_password_goes_on_with_a_new_session(alice: Persona, appliance: Appliance) -> None:
    email = address()
    made(alice.client, email)
    ada, elsewhere = sign_in(appliance, email), sign_in(appliance, email)
    change = {"current_password": PHRASE, "password": "another phrase altogether"}
    assert ada.post("/admin/v1/me/password", {**change, "current_password": "wrong"}).pointers == ["/current_password"]
    reply = ada.post("/admin/v1/me/password", change)
    assert appliance.client(reply.json["token"]).get("/api/v1/contacts").status == 200
    soon(lambda: elsewhere.get("/api/v1/contacts"), 401)
    assert alice.client.post("/admin/v1/me/password", change).code == "session_needed"


def test_who_has_to_change_the_password_can_do_nothing_else(alice: Persona, appliance: Appliance) -> None:
    email = address()
    user_id = made(alice.client, email)
    database.run("UPDATE users SET must_change_password = 1 WHERE id = ?", (user_id,))
    ada = sign_in(appliance, email)
    refused = ada.get("/api/v1/contacts")
    assert (refused.status, refused.code) == (403, "password_change_required")
    assert ada.get("/admin/v1/me").status == 200
    reply = ada.post("/admin/v1/me/password", {"current_password": PHRASE, "password": "another phrase altogether"})
    assert appliance.client(reply.json["token"]).get("/api/v1/contacts").status == 200


def test_a_second_factor_is_asked_for_once_it_is_on(alice: Persona, appliance: Appliance) -> None:
    email = address()
    made(alice.client, email)
    ada = sign_in(appliance, email)
    begun = ada.post("/admin/v1/me/totp")
    assert begun.status == 201
    secret = base64.b32decode(begun.json["secret"] + "=" * (-len(begun.json["secret"]) % 8))
    code = totp.code(secret, int(time.time()))
    assert ada.post("/admin/v1/me/totp/confirm", {"code": "000000" if code != "000000" else "000001"}).code == "invalid_totp"
    recovery = ada.post("/admin/v1/me/totp/confirm", {"code": code}).json["recovery_codes"]
    body = {"email": email, "password": PHRASE}
    asked = appliance.anonymous.post("/admin/v1/session", body)
    assert (asked.status, asked.code) == (401, "totp_required")
    assert appliance.anonymous.post("/admin/v1/session", {**body, "totp": code}).code == "invalid_totp"
    assert appliance.anonymous.post("/admin/v1/session", {**body, "totp": recovery[0]}).status == 201
    assert ada.post("/admin/v1/me/totp/disable", {"password": "wrong"}).code == "wrong_password"
    assert ada.post("/admin/v1/me/totp/disable", {"password": PHRASE}).status == 204
    assert appliance.anonymous.post("/admin/v1/session", body).status == 201
    assert alice.client.post("/admin/v1/me/totp").code == "session_needed"
    database.run("DELETE FROM lockouts")
