"""Users over HTTP: each tenant its own, operators all."""

from __future__ import annotations

from server.system import ids
from tests.api.appliance import Appliance, Persona
from tests.api.client import Client
from tests.api.problems import check_problem
from tests.server.web.handlers.people import OVER_HTTP, made, mailed_to, sign_in, soon

alice, appliance, bob, charlie, operator, personas = OVER_HTTP

BASE = "/api/v1/users"


def address() -> str:
    """Return an address that nobody has yet."""
    return f"{ids.new_id('ada')}@example.com"


def test_a_user_lives_through_a_whole_life(alice: Persona, appliance: Appliance) -> None:
    email = address()
    created = alice.client.post(BASE, {"email": email, "name": "Ada", "role": "member", "password": "correct horse battery staple"})
    assert (created.status, created.headers["etag"]) == (201, '"1"')
    user = f"{BASE}/{created.json['id']}"
    assert created.headers["location"] == user
    assert alice.client.get(user).json == created.json
    ada = sign_in(appliance, email)
    assert ada.get("/api/v1/contacts").status == 200
    assert ada.get(BASE).status == 403
    changed = alice.client.patch(user, {"role": "viewer"}, {"If-Match": '"1"'})
    assert (changed.status, changed.json["role"]) == (200, "viewer")
    assert alice.client.patch(user, {"role": "member"}, {"If-Match": '"1"'}).status == 412
    soon(lambda: ada.post("/api/v1/contacts", {"first_name": "x"}), 403)
    assert alice.client.delete(user).status == 204
    soon(lambda: ada.get("/api/v1/contacts"), 401)
    assert alice.client.get(user).status == 404


def test_an_invitation_is_accepted_by_whoever_has_the_mail(alice: Persona, appliance: Appliance) -> None:
    email = address()
    invited = alice.client.post(f"{BASE}/invite", {"email": email, "role": "admin"})
    assert (invited.status, invited.json["status"]) == (201, "invited")
    first = mailed_to(email)
    assert alice.client.post(f"{BASE}/{invited.json['id']}/invite").status == 202
    phrase = {"password": "a phrase of my own 77"}
    assert appliance.anonymous.post("/admin/v1/invitations/accept", {"token": first, **phrase}).code == "invalid_token"
    second = next(token for token in {mailed_to(email), *_tokens(email)} if token != first)
    assert appliance.anonymous.post("/admin/v1/invitations/accept", {"token": second, **phrase}).status == 204
    assert sign_in(appliance, email, phrase["password"]).get(BASE).status == 200


def _tokens(email: str) -> list[str]:
    from tests.server.services.people import mailed

    return [mail["values"]["token"] for mail in mailed() if mail["to"] == email]


def test_bob_sees_nobody_and_charlie_nobody_of_ours(alice: Persona, bob: Persona, charlie: Persona) -> None:
    ours = f"{BASE}/{made(alice.client, address())}"
    for method, path, body in (
        ("GET", BASE, None), ("GET", ours, None), ("PATCH", ours, {"name": "x"}), ("DELETE", ours, None), ("POST", f"{ours}/reset-password", None),
        ("POST", f"{ours}/invite", None), ("POST", BASE, {"email": address()}), ("POST", f"{BASE}/invite", {"email": address()}),
    ):  # fmt: skip
        refused = bob.client.send(method, path, body)
        assert refused.status == 403, (method, path)
        check_problem(refused)
        if path.startswith(ours):
            assert charlie.client.send(method, path, body).status == 404, (method, path)
    assert charlie.client.get(BASE).json == {"object": "list", "data": [], "has_more": False, "next_cursor": None}


def test_what_is_wrong_is_named(alice: Persona) -> None:
    for body, pointer in (
        ({}, "/email"), ({"email": "nobody"}, "/email"), ({"email": address(), "role": "king"}, "/role"),
        ({"email": address(), "role": "operator"}, "/role"),
        ({"email": address(), "password": "short"}, "/password"), ({"email": address(), "age": 7}, "/age"),
    ):  # fmt: skip
        reply = alice.client.post(BASE, body)
        assert (reply.status, reply.pointers[0]) == (422, pointer), body
    email = address()
    made(alice.client, email)
    assert alice.client.post(BASE, {"email": email.upper(), "password": "correct horse battery staple"}).code == "email_taken"
    assert alice.client.get(BASE, query={"cursor": "forged"}).code == "invalid_cursor"


def test_a_list_is_walked_page_by_page(alice: Persona) -> None:
    wanted = {made(alice.client, address()) for _ in range(3)}
    first = alice.client.get(BASE, query={"limit": 2})
    rest = alice.client.get(BASE, query={"limit": 2, "cursor": first.json["next_cursor"]})
    assert 'rel="next"' in first.headers["link"]
    assert wanted <= {user["id"] for reply in (first, rest) for user in reply.json["data"]}


def test_operators_manage_users_everywhere(alice: Persona, operator: Client, appliance: Appliance) -> None:
    email = address()
    created = operator.post("/admin/v1/users", {"email": email, "role": "owner", "tenant_id": alice.tenant_id, "password": "correct horse battery"})
    assert (created.status, created.json["tenant_id"]) == (201, alice.tenant_id)
    path = f"/admin/v1/users/{created.json['id']}"
    assert created.headers["location"] == path
    assert operator.get(path).json["email"] == email
    assert operator.patch(path, {"name": "Ada"}).json["name"] == "Ada"
    assert [user["email"] for user in operator.get("/admin/v1/users", query={"tenant": alice.tenant_id}).json["data"]][-1] == email
    assert operator.get(f"/admin/v1/tenants/{alice.tenant_id}/users/{created.json['id']}").status == 200
    assert operator.post(f"{path}/reset-password").status == 202
    assert mailed_to(email)
    assert operator.post("/admin/v1/users", {"email": address(), "tenant_id": "ten_nobody"}).status == 404
    colleague = operator.post("/admin/v1/users/invite", {"email": address()})
    assert (colleague.json["role"], colleague.json["tenant_id"]) == ("operator", None)
    assert operator.delete(f"/admin/v1/users/{colleague.json['id']}").status == 204
    assert alice.client.get("/admin/v1/users").status == 404
