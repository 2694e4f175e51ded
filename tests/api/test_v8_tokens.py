"""Tokens for V8's clients: every way to get one, every way to lose it, and that nothing sent as a secret ever comes back."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from server.domain.actor import system_actor
from server.services import legacy, lockouts, signing_keys, tenants, users
from server.services.legacy import NewLegacyPassword
from server.services.suitecrm.ids import outside
from server.services.users import NewUser, UserChange
from server.store import database
from tests.api.appliance import Appliance, Persona
from tests.api.v8 import Suite, suite
from tests.pace import seconds

PASSWORD = "only for these tests 7"


@pytest.fixture
def crm(appliance: Appliance, alice: Persona) -> Suite:
    """Return a client of alice's tenant."""
    return suite(appliance, alice.tenant_id)


def words(reply: Any) -> tuple[int, str]:
    """Return status and error word, and see that the message repeats the description."""
    assert reply.json["message"] == reply.json["error_description"]
    return reply.status, reply.json["error"]


def test_a_client_proves_itself_in_a_form_in_json_or_in_the_header(crm: Suite) -> None:
    form = {"grant_type": "client_credentials", "client_id": crm.id, "client_secret": crm.secret}
    send = crm.appliance.anonymous.send
    in_json = [
        send("POST", "/Api/access_token", form, {"Content-Type": kind}) for kind in ("application/json", "application/vnd.api+json; charset=utf-8")
    ]
    for reply in (crm.grant(grant_type="client_credentials"), *in_json, crm.grant(crm.basic, grant_type="client_credentials")):
        assert reply.status == 200, reply.body
        assert set(reply.json) == {"token_type", "expires_in", "access_token"}
        assert (reply.json["token_type"], reply.json["expires_in"]) == ("Bearer", 3600)
        assert (reply.headers["cache-control"], reply.headers["pragma"]) == ("no-store", "no-cache")
        assert reply.headers["content-type"] == "application/json; charset=UTF-8"
    wrong_header = {"Authorization": "Basic eDp5"}
    assert send("POST", "/Api/access_token", form, wrong_header).status == 200, "the body wins"


@pytest.mark.parametrize("prefix", ["/Api", "/legacy/Api", "/Api/index.php", "/legacy/Api/index.php"])
def test_every_address_gives_tokens_and_takes_them(crm: Suite, prefix: str) -> None:
    crm.prefix = prefix
    assert crm.sign_in().get("/meta/modules")["data"]["type"] == "modules"


def test_an_access_token_is_a_signed_one_of_the_shape_that_clients_read(crm: Suite) -> None:
    for token, subject in ((crm.sign_in().token, ""), (crm.as_person().token, outside(crm.user_id))):
        keys = KeySet.import_key_set(signing_keys.public_set())  # type: ignore[arg-type]
        found = jwt.decode(token, keys, algorithms=["RS256"])
        assert set(found.claims) == {"aud", "jti", "iat", "nbf", "exp", "sub", "scopes"}
        assert (found.claims["aud"], found.claims["sub"], found.claims["scopes"]) == (crm.id, subject, [])
        assert found.claims["exp"] - found.claims["iat"] == 3600


def test_a_person_signs_in_with_the_application_password_and_comes_back_with_a_refresh_token(crm: Suite) -> None:
    first = crm.grant(grant_type="password", username=crm.username.upper(), password=crm.password).json
    second = crm.grant(grant_type="refresh_token", refresh_token=first["refresh_token"]).json
    assert second["refresh_token"] != first["refresh_token"]
    crm.token = second["access_token"]
    assert crm.get("/current-user")["data"]["attributes"]["user_name"] == crm.username
    again = crm.grant(grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert words(again) == (401, "invalid_request")
    assert crm.send("GET", "/current-user").status == 401, "a refresh token that comes twice ends everything that came of it"
    assert words(crm.grant(grant_type="refresh_token", refresh_token=second["refresh_token"])) == (401, "invalid_request")


REFUSED = [
    ({}, 400, "invalid_request"),
    ({"grant_type": "implicit"}, 400, "unsupported_grant_type"),
    ({"grant_type": "authorization_code", "code": "x"}, 400, "unsupported_grant_type"),
    ({"grant_type": "client_credentials", "scope": "standard:read"}, 400, "invalid_scope"),
    ({"grant_type": "password", "username": "x"}, 400, "invalid_request"),
    ({"grant_type": "password", "password": "x"}, 400, "invalid_request"),
    ({"grant_type": "refresh_token"}, 400, "invalid_request"),
    ({"grant_type": "refresh_token", "refresh_token": "jct_live_ort_x"}, 401, "invalid_request"),
]


@pytest.mark.parametrize(("form", "status", "word"), REFUSED)
def test_a_bad_request_for_tokens_is_refused_in_the_words_of_the_format(crm: Suite, form: dict[str, str], status: int, word: str) -> None:
    assert words(crm.grant(None, **form)) == (status, word)


@pytest.mark.criterion("api-7")
def test_a_wrong_password_or_person_is_invalid_grant_and_no_secret_comes_back(crm: Suite) -> None:
    secret = "s3cret-never-to-be-seen"
    for username in (crm.username, "nobody@example.com", "no address at all", crm.user_id):
        reply = crm.grant(grant_type="password", username=username, password=secret)
        assert words(reply) == (400, "invalid_grant")
        assert secret.encode() not in reply.body
    crm.secret = secret
    for refused in (crm.grant(grant_type="client_credentials"), crm.grant(crm.basic, grant_type="client_credentials")):
        assert words(refused) == (401, "invalid_client")
        assert secret.encode() not in refused.body
    assert refused.headers["www-authenticate"] == 'Basic realm="OAuth"'
    crm.id = "cli_unknown"
    assert words(crm.grant(grant_type="client_credentials")) == (401, "invalid_client")


@pytest.mark.criterion("api-7")
def test_the_password_that_a_person_signs_in_with_elsewhere_is_none_here(crm: Suite) -> None:
    wanted = {"email": f"x{crm.user_id}@example.com", "role": "owner", "password": PASSWORD}
    made = users.create(system_actor(crm.tenant_id), NewUser.model_validate(wanted))
    assert words(crm.grant(grant_type="password", username=made["email"], password=PASSWORD)) == (400, "invalid_grant")


@pytest.mark.alone
@pytest.mark.criterion("api-7")
def test_wrong_passwords_and_unknown_people_take_as_long(crm: Suite, figure: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lockouts, "count_failure", lambda _subjects: None)

    def refused(username: str) -> None:
        assert crm.grant(grant_type="password", username=username, password="wrong").status == 400

    # In turns, and each at its best, so that a machine that is busy for a while says nothing about the password.
    rounds = [[seconds(partial(refused, name)) for name in (crm.username, "nobody@example.com")] for _ in range(12)]
    known, unknown = map(min, zip(*rounds, strict=True))
    figure(f"{known * 1000:.0f} ms for a known name, {unknown * 1000:.0f} ms for an unknown one")
    assert 0.6 < known / unknown < 1.6


@pytest.mark.criterion("api-7")
def test_after_many_wrong_passwords_even_the_right_one_has_to_wait(crm: Suite) -> None:
    for _ in range(lockouts.FREE_FOR_ACCOUNT + 1):
        last = crm.grant(grant_type="password", username=crm.username, password="wrong")
    reply = crm.grant(grant_type="password", username=crm.username, password=crm.password)
    assert last.status in {400, 429}
    assert reply.status == 429
    assert int(reply.headers["retry-after"]) > 0
    with database.transaction():
        lockouts.clear(lockouts.address("127.0.0.1"))


def test_it_is_off_until_it_is_switched_on_and_ends_when_it_is_switched_off(crm: Suite) -> None:
    crm.sign_in()
    legacy.put(system_actor(crm.tenant_id), enabled=False)
    assert crm.send("GET", "/module/Accounts").status == 401
    assert words(crm.grant(grant_type="client_credentials")) == (401, "invalid_client")
    assert crm.grant(grant_type="password", username=crm.username, password=crm.password).status == 401
    legacy.put(system_actor(crm.tenant_id), enabled=True)
    assert crm.send("GET", "/module/Accounts").status == 200


def _suspend(crm: Suite) -> None:
    tenants.suspend(system_actor(""), crm.tenant_id)


def _disable(crm: Suite) -> None:
    users.update(system_actor(crm.tenant_id), crm.user_id, UserChange(status="disabled"))


def _replace(crm: Suite) -> None:
    legacy.create_password(system_actor(crm.tenant_id), NewLegacyPassword(user_id=crm.user_id))


def _delete(crm: Suite) -> None:
    actor = system_actor(crm.tenant_id)
    legacy.delete_password(actor, legacy.list_passwords(actor)[0]["id"])


@pytest.mark.parametrize("end", [_suspend, _disable, _replace, _delete])
def test_a_token_ends_with_what_it_came_of(crm: Suite, end: Any) -> None:
    crm.as_person()
    assert crm.send("GET", "/module/Accounts").status == 200
    end(crm)
    assert crm.send("GET", "/module/Accounts").status == 401
    assert crm.grant(grant_type="password", username=crm.username, password=crm.password).status in {400, 401}


def test_tokens_open_nothing_but_their_own_addresses(crm: Suite, alice: Persona) -> None:
    crm.as_person()
    assert crm.appliance.client(crm.token).get("/api/v1/contacts").status == 401
    crm.token = alice.key
    assert crm.send("GET", "/module/Accounts").status == 401


@pytest.mark.parametrize(
    ("header", "hint"),
    [(None, 'Missing "Authorization" header'), ("Bearer nonsense", "could not be verified"), ("Basic eDp5", "could not be verified")],
)
def test_without_a_good_token_the_answer_is_access_denied(crm: Suite, header: str | None, hint: str) -> None:
    reply = crm.appliance.anonymous.get("/Api/V8/module/Accounts", {"Authorization": header} if header else {})
    assert (reply.status, reply.json["error"]) == (401, "access_denied")
    assert hint in reply.json["hint"]
    assert (reply.json["message"], reply.json["errors"]["status"]) == (reply.json["error_description"], 401)
    assert reply.headers["content-type"] == "application/json"


def test_logging_out_ends_the_token_and_its_refresh_token(crm: Suite) -> None:
    given = crm.grant(grant_type="password", username=crm.username, password=crm.password).json
    crm.token = given["access_token"]
    assert crm.send("POST", "/logout").json["meta"]["message"] == "You have been successfully logged out"
    assert crm.send("POST", "/logout").status == 401
    assert crm.grant(grant_type="refresh_token", refresh_token=given["refresh_token"]).status == 401


def test_what_happens_is_in_the_audit_trail(crm: Suite, alice: Persona) -> None:
    crm.as_person()
    crm.grant(grant_type="password", username=crm.username, password="wrong")
    crm.made("Accounts", name="Maple")
    rows = alice.client.get("/api/v1/audit?limit=200").json["data"]
    found = {row["action"]: row for row in rows}
    wanted = {"legacy_access.updated", "legacy_password.created", "legacy_session.created", "legacy_session.refused", "legacy_token.issued"}
    assert wanted <= set(found)
    assert found["company.created"]["actor"] == {"kind": "client", "id": crm.id}
    assert found["legacy_session.refused"]["actor"]["id"] == crm.user_id
    assert crm.password not in json.dumps(rows)


def test_a_client_is_limited_by_the_tier_of_its_tenant(appliance: Appliance) -> None:
    with database.transaction():
        database.run("INSERT INTO tiers (name, limits, version, created_at, updated_at) VALUES ('tiny', ?, 1, 0, 0) ON CONFLICT DO NOTHING",
                     ('[{"requests": 3, "period": "hour"}]',))  # fmt: skip
    crm = suite(appliance, appliance.tenant("tiny")).sign_in()
    replies = [crm.send("GET", "/meta/modules") for _ in range(3)]
    assert [reply.status for reply in replies] == [200, 200, 429]
    assert replies[-1].json["errors"]["status"] == 429
    assert int(replies[-1].headers["retry-after"]) > 0
