"""Signing in and out over HTTP, and the way back for those who forgot."""

from __future__ import annotations

from server.system import ids
from tests.api.appliance import OPERATOR_EMAIL, OPERATOR_PASSWORD, Appliance, Persona
from tests.api.problems import check_problem
from tests.server.web.handlers.people import OVER_HTTP, PHRASE, made, mailed_to, sign_in, soon

alice, appliance, bob, charlie, operator, personas = OVER_HTTP

SESSION = "/admin/v1/session"


def address() -> str:
    """Return an address that nobody has yet."""
    return f"{ids.new_id('ada')}@example.com"


def test_a_user_of_a_tenant_signs_in_works_and_signs_out(alice: Persona, charlie: Persona, appliance: Appliance) -> None:
    email = address()
    made(alice.client, email)
    reply = appliance.anonymous.post(SESSION, {"email": email, "password": PHRASE})
    assert set(reply.json) == {"object", "token", "expires_at", "must_change_password", "user"}
    ada = appliance.client(reply.json["token"])
    contact = ada.made("contacts", first_name="Grace")
    assert alice.client.get(f"/api/v1/contacts/{contact['id']}").status == 200
    assert charlie.client.get(f"/api/v1/contacts/{contact['id']}").status == 404
    assert ada.get("/admin/v1/tenants").status == 404
    assert ada.delete(SESSION).status == 204
    soon(lambda: ada.get("/api/v1/contacts"), 401)


def test_an_operator_signs_in_and_administers(alice: Persona, appliance: Appliance) -> None:
    oscar = sign_in(appliance, OPERATOR_EMAIL, OPERATOR_PASSWORD)
    assert oscar.get(f"/admin/v1/tenants/{alice.tenant_id}/contacts").status == 200
    assert oscar.get("/admin/v1/tenants/ten_nobody/contacts").status == 404
    assert oscar.get("/api/v1/contacts").status == 404


def test_a_refusal_tells_nothing_and_names_no_reason(alice: Persona, appliance: Appliance) -> None:
    email = address()
    made(alice.client, email)
    wrong = appliance.anonymous.post(SESSION, {"email": email, "password": "wrong"})
    unknown = appliance.anonymous.post(SESSION, {"email": address(), "password": "wrong"})
    for reply in (wrong, unknown):
        check_problem(reply)
        assert (reply.status, reply.code) == (401, "invalid_credentials")
        assert "www-authenticate" in reply.headers
    assert {name: value for name, value in wrong.json.items() if name != "request_id"} == {
        name: value for name, value in unknown.json.items() if name != "request_id"
    }


def test_guessing_is_locked_out_with_a_time_to_wait(appliance: Appliance) -> None:
    email = address()
    codes = [appliance.anonymous.post(SESSION, {"email": email, "password": "wrong"}, {"X-Request-Id": f"r{n}"}) for n in range(6)]
    assert [reply.status for reply in codes] == [401] * 5 + [429]
    assert codes[-1].code == "sign_in_locked"
    assert codes[-1].headers["retry-after"] == "1"
    with_database_cleared(appliance)


def with_database_cleared(appliance: Appliance) -> None:
    """Forget the failures of this address, which all tests share."""
    from server.store import database

    database.run("DELETE FROM lockouts")


def test_a_forgotten_password_comes_back_by_mail(alice: Persona, appliance: Appliance) -> None:
    email, stranger = address(), appliance.anonymous
    made(alice.client, email)
    before = sign_in(appliance, email)
    known = stranger.post("/admin/v1/password-reset", {"email": email})
    unknown = stranger.post("/admin/v1/password-reset", {"email": address()})
    assert (known.status, known.body) == (unknown.status, unknown.body)
    assert known.status == 202
    choice = {"token": mailed_to(email), "password": "another phrase altogether"}
    assert stranger.post("/admin/v1/password-reset/confirm", {**choice, "password": "short"}).code == "weak_password"
    assert stranger.post("/admin/v1/password-reset/confirm", choice).status == 204
    assert stranger.post("/admin/v1/password-reset/confirm", choice).code == "invalid_token"
    soon(lambda: before.get("/api/v1/contacts"), 401)
    assert sign_in(appliance, email, choice["password"]).get("/api/v1/contacts").status == 200


def test_only_a_session_can_be_ended(alice: Persona, appliance: Appliance) -> None:
    assert alice.client.delete(SESSION).code == "session_needed"
    assert appliance.anonymous.delete(SESSION).status == 401
    assert alice.client.get("/api/v1/contacts").status == 200
