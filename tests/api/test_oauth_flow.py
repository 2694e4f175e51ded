"""The whole way of OAuth as clients go it: finding out, registering, asking, being allowed, using, refreshing and giving back."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from joserfc import jwk, jwt
from requests_oauthlib import OAuth2Session

from server.domain import totp as domain_totp
from server.domain.actor import system_actor
from server.services import signing_keys, tenants, totp, vaults
from server.services.oauth import clients
from server.services.oauth.clients import Registration
from server.store import database, users
from server.system import clock
from tests.api.appliance import Appliance, process
from tests.api.client import Client, Links, Reply
from tests.api.oauth import CALLBACK, CHALLENGE, PASSWORD, App, Browser, app, person, sent_back, service_app, tokens_of
from tests.pace import SOON, best, seconds, until

JSON = {"Content-Type": "application/json"}


def opened(appliance: Appliance) -> str:
    """Make a tenant where programs may register themselves."""
    tenant = appliance.tenant()
    clients.put_registration(system_actor(tenant), Registration(open=True))
    return tenant


def found_out(appliance: Appliance, path: str) -> dict[str, Any]:
    """Read a metadata document."""
    reply = appliance.anonymous.get(path)
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    document: dict[str, Any] = reply.json
    return document


def path_of(url: str) -> str:
    """Return the path of an address."""
    return urlsplit(url).path


def test_a_person_allows_a_client_and_it_reads_for_them(appliance: Appliance) -> None:
    tenant = appliance.tenant()
    client, email, browser = app(appliance, tenant), person(tenant), Browser(appliance.anonymous)
    back = browser.allow(client, email)
    assert back["state"] == "a state / with & signs"
    assert back["iss"] == appliance.url
    reply = client.exchange(back["code"])
    assert reply.status == 200, reply.body
    assert (reply.json["token_type"], reply.json["expires_in"], reply.json["scope"]) == ("Bearer", 3600, "contacts:read")
    assert reply.headers["cache-control"] == "no-store"
    assert client.use(reply.json["access_token"]).status == 200
    assert client.use(reply.json["access_token"], "/api/v1/contacts", "POST", {"first_name": "Ada"}).status == 403
    again = client.refresh(reply.json["refresh_token"])
    assert again.status == 200, again.body
    assert again.json["refresh_token"] != reply.json["refresh_token"]
    assert client.use(again.json["access_token"]).status == 200


@pytest.mark.criterion("api-12")
def test_an_agent_that_knows_only_the_api_finds_its_way_to_a_token(appliance: Appliance) -> None:
    email = person(opened(appliance))
    refused = appliance.anonymous.get("/api/v1/contacts")
    where = re.search(r'resource_metadata="([^"]+)"', refused.headers["www-authenticate"])
    assert refused.status == 401
    assert where
    resource = found_out(appliance, path_of(where[1]))
    assert resource["resource"] == appliance.url
    server = found_out(appliance, "/.well-known/oauth-authorization-server")
    assert resource["authorization_servers"] == [server["issuer"]] == [appliance.url]
    wanted = {"client_name": "Agent", "redirect_uris": ["http://127.0.0.1/cb"], "token_endpoint_auth_method": "none"}
    wanted |= {"grant_types": ["authorization_code", "refresh_token"]}
    registered = appliance.anonymous.send("POST", path_of(server["registration_endpoint"]), wanted, JSON)
    assert registered.status == 201, registered.body
    assert "client_secret" not in registered.json
    assert "offline_access" in registered.json["scope"].split()
    agent, redirect = App(appliance, registered.json["client_id"], None), "http://127.0.0.1:54321/cb"
    scope = " ".join(resource["scopes_supported"])
    back = Browser(appliance.anonymous).allow(agent, email, scope=scope, redirect_uri=redirect, resource=appliance.url + "/")
    reply = agent.exchange(back["code"], redirect_uri=redirect, resource=appliance.url + "/")
    assert reply.status == 200, reply.body
    assert agent.use(reply.json["access_token"]).status == 200
    refreshed = agent.refresh(reply.json["refresh_token"]).json
    assert agent.use(refreshed["access_token"]).status == 200
    assert agent.post("revoke", token=refreshed["refresh_token"]).status == 200
    assert agent.refresh(refreshed["refresh_token"]).json["error"] == "invalid_grant"


def test_what_registered_itself_is_only_for_people_of_tenants_that_want_that(appliance: Appliance) -> None:
    opened(appliance)
    made = appliance.anonymous.send("POST", "/oauth/register", {"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none"}, JSON).json
    browser = Browser(appliance.anonymous)
    browser.sign_in(App(appliance, made["client_id"], None), person(appliance.tenant()))
    assert "register themselves" in browser.page
    assert 'value="allow"' not in browser.page


def test_a_token_from_an_administrator_lets_a_program_register(appliance: Appliance) -> None:
    owner = appliance.persona("alice", appliance.tenant())
    made = owner.client.post("/api/v1/client-registration/tokens")
    assert made.status == 201
    headers = {**JSON, "Authorization": f"Bearer {made.json['token']}"}
    registered = appliance.anonymous.send("POST", "/oauth/register", {"redirect_uris": [CALLBACK], "client_name": "Tool"}, headers)
    assert registered.status == 201, registered.body
    assert registered.json["client_secret_expires_at"] == 0
    assert [one["name"] for one in owner.client.get("/api/v1/clients").json["data"]] == ["Tool"]


def test_a_registration_can_be_read_and_replaced(appliance: Appliance) -> None:
    base = f"/oauth/t/{opened(appliance)}/register"
    made = appliance.anonymous.send("POST", base, {"redirect_uris": [CALLBACK], "client_uri": "https://app.example.com"}, JSON).json
    own = {**JSON, "Authorization": f"Bearer {made['registration_access_token']}"}
    path = path_of(made["registration_client_uri"])
    read = appliance.anonymous.send("GET", path, None, own)
    assert read.status == 200
    assert read.json == {name: value for name, value in made.items() if not name.startswith("client_secret")}
    wanted = {"client_id": made["client_id"], "redirect_uris": [CALLBACK + "2"], "client_name": "Renamed"}
    replaced = appliance.anonymous.send("PUT", path, wanted, own)
    assert replaced.status == 200, replaced.body
    assert (replaced.json["client_name"], replaced.json["redirect_uris"], "client_uri" in replaced.json) == ("Renamed", [CALLBACK + "2"], False)


def test_a_tenant_is_an_issuer_of_its_own(appliance: Appliance) -> None:
    tenant = appliance.tenant()
    issuer = f"{appliance.url}/oauth/t/{tenant}"
    documents = [
        found_out(appliance, path)
        for path in (
            f"/.well-known/oauth-authorization-server/oauth/t/{tenant}",
            f"/.well-known/openid-configuration/oauth/t/{tenant}",
            f"/oauth/t/{tenant}/.well-known/openid-configuration",
        )
    ]
    assert all(one == documents[0] for one in documents)
    assert documents[0]["issuer"] == issuer
    assert all(documents[0][name].startswith(issuer + "/") for name in documents[0] if name.endswith(("_endpoint", "_uri")))
    client = app(appliance, tenant)
    client.base = f"/oauth/t/{tenant}"
    back = Browser(appliance.anonymous).allow(client, person(tenant), scope="openid")
    assert back["iss"] == issuer
    id_token = client.exchange(back["code"]).json["id_token"]
    assert verified(appliance, id_token)["iss"] == issuer
    assert appliance.anonymous.get("/.well-known/oauth-authorization-server/oauth/t/ten_nobody").status == 404


def test_metadata_promises_no_more_than_is_kept(appliance: Appliance) -> None:
    found = found_out(appliance, "/.well-known/oauth-authorization-server")
    assert found == found_out(appliance, "/.well-known/openid-configuration")
    assert found["issuer"] == appliance.url
    assert found["response_types_supported"] == ["code"]
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert found["authorization_response_iss_parameter_supported"] is True
    assert "none" not in found["introspection_endpoint_auth_methods_supported"]


def verified(appliance: Appliance, token: str) -> dict[str, Any]:
    """Return the claims of a signed token, verified by the published keys."""
    keys = jwk.KeySet.import_key_set(found_out(appliance, "/oauth/jwks"))  # type: ignore[arg-type]
    return dict(jwt.decode(token, keys, algorithms=["RS256"]).claims)


def test_a_person_signs_in_to_another_program_with_openid_connect(appliance: Appliance) -> None:
    tenant = appliance.tenant()
    client, email, before = app(appliance, tenant), person(tenant), clock.now_ms() // 1000
    found = tokens_of(client, email, scope="openid profile email", nonce="n-0S6_WzA2Mj")
    claims = verified(appliance, found["id_token"])
    user = users.find_by_email(email)
    assert user
    assert (claims["iss"], claims["aud"], claims["sub"], claims["nonce"]) == (appliance.url, client.id, user["id"], "n-0S6_WzA2Mj")
    assert before <= claims["auth_time"] <= claims["iat"] < claims["exp"]
    assert (claims["email"], claims["email_verified"], claims["name"]) == (email, False, "Alice")
    told = appliance.client(found["access_token"]).get("/oauth/userinfo")
    assert told.json == {key: claims[key] for key in ("sub", "name", "email", "email_verified", "updated_at")}
    posted = appliance.client(found["access_token"]).send("POST", "/oauth/userinfo")
    assert posted.json == told.json


def test_a_signed_access_token_is_verified_by_anybody_and_revoked_here(appliance: Appliance) -> None:
    client = service_app(appliance, appliance.tenant(), token_format="jwt")
    token = client.post("token", grant_type="client_credentials", resource=f"{appliance.url}/api/v1").json["access_token"]
    keys = jwk.KeySet.import_key_set(found_out(appliance, "/oauth/jwks"))  # type: ignore[arg-type]
    read = jwt.decode(token, keys, algorithms=["RS256"])
    assert read.header["typ"] == "at+jwt"
    assert {"iss", "exp", "aud", "sub", "client_id", "iat", "jti"} <= set(read.claims)
    assert (read.claims["iss"], read.claims["aud"], read.claims["sub"]) == (appliance.url, f"{appliance.url}/api/v1", client.id)
    assert read.claims["exp"] - read.claims["iat"] == 3600
    assert client.use(token).status == 200
    client.post("revoke", token=token)
    until(lambda: client.use(token).status == 401, SOON)


def test_keys_are_published_before_they_sign_and_after(appliance: Appliance) -> None:
    tenant = appliance.tenant()
    client = service_app(appliance, tenant, token_format="jwt")

    def signed_by() -> str:
        return str(jwt.decode(client.post("token", grant_type="client_credentials").json["access_token"], keys(), algorithms=["RS256"]).header["kid"])

    def keys() -> jwk.KeySet:
        return jwk.KeySet.import_key_set(found_out(appliance, "/oauth/jwks"))  # type: ignore[arg-type]

    first, now = signed_by(), clock.now_ms()
    with clock.frozen(now + signing_keys.SIGNS_MS - signing_keys.AHEAD_MS + 60_000) as held:
        published = {key.kid for key in keys().keys}
        assert len(published) >= 2
        assert signed_by() == first
        held.advance(signing_keys.AHEAD_MS + 60_000)
        second = signed_by()
        assert second != first
        assert first in {key.kid for key in keys().keys}
        held.advance(signing_keys.OVERLAP_MS)
        assert first not in {key.kid for key in keys().keys}
    rotated = appliance.operator().post("/admin/v1/signing-keys/rotate")
    assert rotated.status == 201, rotated.body
    assert signed_by() == rotated.json["id"]


def test_revoking_any_token_ends_the_whole_grant_within_a_second_in_every_process(appliance: Appliance) -> None:
    tenant = appliance.tenant()
    client, user = app(appliance, tenant), person(tenant)
    with process(appliance.settings) as address:
        links = Links(address)

        def ended() -> float:
            found = tokens_of(client, user)
            elsewhere = Client(links, found["access_token"])
            assert elsewhere.get("/api/v1/contacts").status == 200
            assert client.post("revoke", token=found["refresh_token"], token_type_hint="access_token").status == 200
            took = seconds(lambda: until(lambda: elsewhere.get("/api/v1/contacts").status == 401))
            assert client.post("introspect", token=found["access_token"]).json == {"active": False}
            return took

        assert best(ended, 1) <= 1
        links.close()
    assert client.post("revoke", token="never seen").status == 200


def test_introspection_says_what_a_token_is_worth(appliance: Appliance) -> None:
    tenant = appliance.tenant()
    client, email = app(appliance, tenant), person(tenant)
    found = tokens_of(client, email)
    told = client.post("introspect", token=found["access_token"]).json
    assert (told["active"], told["scope"], told["client_id"], told["username"]) == (True, "contacts:read", client.id, email)
    assert (told["iss"], told["aud"], told["exp"] - told["iat"]) == (appliance.url, [appliance.url], 3600)


def test_a_client_that_proves_itself_is_let_through_when_all_was_allowed_before(appliance: Appliance) -> None:
    tenant = appliance.tenant()
    client, browser = app(appliance, tenant), Browser(appliance.anonymous)
    browser.allow(client, person(tenant), scope="contacts:write")
    silent = sent_back(browser.open(client.request(scope="contacts:read", prompt="none")))
    assert client.exchange(silent["code"]).json["scope"] == "contacts:read"
    assert browser.open(client.request(scope="contacts:read openid")).status == 200
    assert "know who you are" in browser.page


def test_prompt_and_max_age_make_a_person_sign_in_again_once(appliance: Appliance) -> None:
    tenant = appliance.tenant()
    client, email, browser = app(appliance, tenant), person(tenant), Browser(appliance.anonymous)
    browser.allow(client, email)
    for asked in ({"prompt": "login"}, {"max_age": "0"}):
        browser.open(client.request(**asked))
        assert 'name="password"' in browser.page
        assert "code" in sent_back(browser.press("sign_in", email=email, password=PASSWORD))


def test_somebody_else_can_sign_in_on_the_same_browser(appliance: Appliance) -> None:
    tenant = appliance.tenant()
    client, browser = app(appliance, tenant), Browser(appliance.anonymous)
    first, second = person(tenant), person(tenant)
    browser.sign_in(client, first)
    assert first in browser.page
    browser.press("sign_out")
    assert 'name="password"' in browser.page
    browser.press("sign_in", email=second, password=PASSWORD)
    assert second in browser.page
    assert first not in browser.page


def test_a_second_factor_is_asked_for(appliance: Appliance) -> None:
    tenant = appliance.tenant()
    email, client, browser = person(tenant), app(appliance, tenant), Browser(appliance.anonymous)
    user = users.find_by_email(email)
    assert user
    sealed = vaults.vault().seal(b"12345678901234567890", totp.CONTEXT + user["id"])
    with database.transaction():
        users.put(tenant, user["id"], {"totp_secret": sealed, "totp_enabled": 1})
    browser.sign_in(client, email)
    assert "Give the code of your authenticator app" in browser.page
    assert 'value="allow"' not in browser.page
    code = domain_totp.code(b"12345678901234567890", clock.now_ms() // 1000)
    browser.press("sign_in", email=email, password=PASSWORD, totp=code)
    assert 'value="allow"' in browser.page


def test_the_pages_run_no_script_and_are_framed_by_nobody(appliance: Appliance) -> None:
    tenant = appliance.tenant()
    client = app(appliance, tenant, name="<b>Bold</b> & sons")
    browser = Browser(appliance.anonymous)
    browser.sign_in(client, person(tenant))
    reply = browser.open(client.request())
    policy = reply.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self' https://app.example.com;" in policy
    assert "script" not in policy
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; sons" in browser.page
    assert "access-control-allow-origin" not in reply.headers


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(appliance: Appliance) -> None:
    tenant = appliance.tenant()
    client = app(appliance, tenant)
    browser = Browser(appliance.anonymous)
    reply = browser.open(client.request())
    assert reply.headers["set-cookie"].endswith("; Path=/; HttpOnly; SameSite=Lax")


def test_an_authorization_request_may_come_as_a_form(appliance: Appliance) -> None:
    client = app(appliance, appliance.tenant())
    target, _, query = client.request().partition("?")
    reply = appliance.anonymous.send("POST", target, query.encode(), {"Content-Type": "application/x-www-form-urlencoded"})
    assert reply.status == 303
    assert parse_qs(urlsplit(reply.headers["location"]).query)["code_challenge"] == [CHALLENGE]


def test_an_app_on_a_desk_listens_on_any_port_of_loopback_or_on_a_scheme_of_its_own(appliance: Appliance) -> None:
    tenant = appliance.tenant()
    native = app(appliance, tenant, auth_method="none", redirect_uris=["http://127.0.0.1/cb", "com.example.app:/cb"])
    email = person(tenant)
    for redirect in ("http://127.0.0.1:61023/cb", "com.example.app:/cb"):
        back = Browser(appliance.anonymous).allow(native, email, redirect_uri=redirect)
        assert native.exchange(back["code"], redirect_uri=redirect).status == 200


def test_a_program_acts_by_itself_for_its_tenant_alone(appliance: Appliance) -> None:
    tenant, other = appliance.tenant(), appliance.tenant()
    client = service_app(appliance, tenant)
    theirs = appliance.persona("charlie", other).client.made("contacts", first_name="Charlie")
    reply = client.post("token", grant_type="client_credentials")
    assert (reply.status, reply.json["scope"], "refresh_token" in reply.json) == (200, "contacts:write", False)
    token = reply.json["access_token"]
    assert client.use(token, "/api/v1/contacts", "POST", {"first_name": "Ada"}).status == 201
    assert client.use(token, f"/api/v1/contacts/{theirs['id']}").status == 404
    assert client.use(token, "/api/v1/deals").status == 403
    assert client.use(token, "/admin/v1/tenants").status == 404
    me = client.use(token, "/api/v1/me").json
    assert (me["kind"], me["id"], me["tenant"]["id"]) == ("client", client.id, tenant)


def test_a_sandbox_client_stays_in_the_sandbox(appliance: Appliance) -> None:
    tenant = appliance.tenant()
    live = appliance.persona("alice", tenant).client.made("contacts", first_name="Live")
    client = service_app(appliance, tenant, test=True)
    token = client.post("token", grant_type="client_credentials").json["access_token"]
    for headers in ({}, {"Junction-Mode": "live"}):
        assert appliance.client(token).get(f"/api/v1/contacts/{live['id']}", headers).status == 404


def test_a_suspended_tenant_gets_no_tokens(appliance: Appliance) -> None:
    tenant = appliance.tenant()
    client = service_app(appliance, tenant)
    token = client.post("token", grant_type="client_credentials").json["access_token"]
    with database.transaction():
        tenants.suspend(system_actor(""), tenant)
    assert client.post("token", grant_type="client_credentials").status == 401
    until(lambda: client.use(token).status == 403, SOON)


def test_tokens_are_counted_for_the_tenant_and_failures_for_the_address(appliance: Appliance) -> None:
    tenant = appliance.tenant("standard")
    client = service_app(appliance, tenant)
    good = client.post("token", grant_type="client_credentials")
    assert good.headers["ratelimit-policy"] == '"second";q=100;w=1'
    bad = client.post("token", headers={"Authorization": "Basic eDp4"}, grant_type="client_credentials")
    assert bad.headers["ratelimit-policy"].startswith('"address"')


def test_a_foreign_client_library_goes_the_whole_way(appliance: Appliance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # the library refuses plain http even on loopback
    tenant = appliance.tenant()
    client, email = app(appliance, tenant, redirect_uris=[CALLBACK]), person(tenant)
    session = OAuth2Session(client.id, redirect_uri=CALLBACK, scope=["contacts:read"], pkce="S256")
    address, state = session.authorization_url(f"{appliance.url}/oauth/authorize")
    with requests.Session() as browser:
        page = browser.get(address, timeout=30).text
        for act in ("sign_in", "allow"):
            csrf, target = re.search(r'csrf" value="(\w+)"', page), re.search(r'action="([^"]+)"', page)
            assert csrf, page
            assert target, page
            form = {"csrf": csrf[1], "act": act, "email": email, "password": PASSWORD}
            reply = browser.post(appliance.url + target[1].replace("&amp;", "&"), form, allow_redirects=act == "sign_in", timeout=30)
            page = reply.text
    assert reply.status_code == 303
    assert f"state={state}" in reply.headers["location"]
    found = session.fetch_token(f"{appliance.url}/oauth/token", authorization_response=reply.headers["location"], client_secret=client.secret)
    assert session.get(f"{appliance.url}/api/v1/contacts", timeout=30).status_code == 200
    again = session.refresh_token(f"{appliance.url}/oauth/token", found["refresh_token"], auth=(client.id, client.secret))
    assert again["access_token"] != found["access_token"]
    assert session.get(f"{appliance.url}/api/v1/contacts", timeout=30).status_code == 200
    session.close()


def listed(reply: Reply) -> list[dict[str, Any]]:
    """Return what a list holds."""
    assert reply.status == 200, reply.body
    found: list[dict[str, Any]] = reply.json["data"]
    return found


def test_clients_are_looked_after_by_their_own_tenant_only(appliance: Appliance) -> None:
    people = appliance.personas()
    wanted = {"name": "Shop", "grant_types": ["client_credentials"], "scopes": ["contacts.read"]}
    made = people.alice.client.post("/api/v1/clients", wanted)
    assert made.status == 201, made.body
    path = f"/api/v1/clients/{made.json['client_id']}"
    assert made.json["client_secret"].startswith("jct_live_ocs_")
    assert made.json["scopes"] == ["contacts:read"]
    assert [one["id"] for one in listed(people.alice.client.get("/api/v1/clients"))] == [made.json["id"]]
    assert "client_secret" not in people.alice.client.get(path).json
    assert people.charlie.client.get(path).status == 404
    assert people.charlie.client.delete(path).status == 404
    assert people.bob.client.post("/api/v1/clients", wanted).status == 403
    changed = people.alice.client.patch(path, {"name": "Web shop"}, {"If-Match": '"1"'})
    assert (changed.status, changed.json["name"], changed.json["version"]) == (200, "Web shop", 2)
    assert people.alice.client.patch(path, {"name": "x"}, {"If-Match": '"1"'}).status == 412


def test_a_secret_is_rotated_with_an_overlap_and_a_deleted_client_is_gone_at_once(appliance: Appliance) -> None:
    tenant = appliance.tenant()
    owner, old = appliance.persona("alice", tenant), service_app(appliance, tenant)
    path = f"/api/v1/clients/{old.id}"
    rotated = owner.client.post(f"{path}/rotate-secret", {"overlap_seconds": 60})
    assert rotated.status == 200, rotated.body
    new = App(appliance, old.id, rotated.json["client_secret"])
    token = new.post("token", grant_type="client_credentials").json["access_token"]
    assert old.post("token", grant_type="client_credentials").status == 200
    with clock.frozen(clock.now_ms() + 60_001):
        assert old.post("token", grant_type="client_credentials").status == 401
        assert new.post("token", grant_type="client_credentials").status == 200
    assert new.use(token).status == 200
    assert owner.client.delete(path).status == 204
    until(lambda: new.use(token).status == 401, SOON)
    assert new.post("token", grant_type="client_credentials").status == 401


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"grant_types": ["authorization_code"]}, "/redirect_uris"),
        ({"grant_types": ["client_credentials"], "auth_method": "none"}, "/auth_method"),
        ({"grant_types": ["refresh_token"]}, "/grant_types"),
        ({"redirect_uris": ["http://app.example.com/"]}, "/redirect_uris/0"),
        ({"auth_method": "self_signed_tls_client_auth"}, "/certificates"),
        ({"auth_method": "tls_client_auth"}, "/tls_client_auth_subject_dn"),
        ({"user_id": "usr_nobody"}, "/user_id"),
    ],
)
def test_a_client_that_could_not_work_is_not_made(appliance: Appliance, changed: dict[str, Any], pointer: str) -> None:
    owner = appliance.persona("alice", appliance.tenant())
    reply = owner.client.post("/api/v1/clients", {"name": "x", "grant_types": ["client_credentials"], "scopes": ["contacts:read"], **changed})
    assert (reply.status, reply.pointers) == (422, [pointer]), reply.body
