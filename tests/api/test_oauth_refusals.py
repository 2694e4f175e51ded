"""Hostile and broken OAuth requests, each refused with the right code: what a client, a page or a thief may try."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from server.domain.actor import system_actor
from server.services.oauth import clients, registration
from server.services.oauth.clients import Registration
from server.store import clients as client_rows
from server.store import database
from server.system import clock
from tests.api.appliance import Appliance
from tests.api.client import Reply
from tests.api.oauth import CALLBACK, CHALLENGE, FORM, VERIFIER, App, Browser, app, person, sent_back, service_app

pytestmark = pytest.mark.criterion("api-13")
LOOPBACK = "http://127.0.0.1/callback"
JSON = {"Content-Type": "application/json"}


@dataclass
class World:
    """A tenant with clients of every kind, and alice, who is signed in."""

    appliance: Appliance
    tenant: str
    email: str
    browser: Browser
    web: App
    other: App
    public: App
    service: App

    def code(self, client: App | None = None, **changed: Any) -> str:
        """Return a fresh code that alice allowed."""
        target = client or self.web
        self.browser.open(target.request(**{"prompt": "consent", **changed}))
        return sent_back(self.browser.press("allow"))["code"]

    def tokens(self, client: App | None = None, **changed: Any) -> dict[str, Any]:
        """Return fresh tokens that alice allowed."""
        reply = (client or self.web).exchange(self.code(client, **changed))
        assert reply.status == 200, reply.body
        found: dict[str, Any] = reply.json
        return found

    def form(self, path: str, text: str, headers: dict[str, str] | None = None) -> Reply:
        """Send a form as it is written."""
        return self.appliance.anonymous.send("POST", path, text.encode(), {**FORM, **(headers or {})})

    def send_json(self, method: str, path: str, body: Any, token: str | None = None) -> Reply:
        """Send JSON, with a token of its own kind."""
        headers = {**JSON, **({"Authorization": f"Bearer {token}"} if token else {})}
        return self.appliance.anonymous.send(method, path, body, headers)


@pytest.fixture(scope="module")
def world(appliance: Appliance) -> World:
    """Return the world, made once."""
    tenant = appliance.tenant()
    email, browser = person(tenant), Browser(appliance.anonymous)
    web = app(appliance, tenant)
    browser.sign_in(web, email)
    public = app(appliance, tenant, auth_method="none", redirect_uris=[CALLBACK, LOOPBACK])
    return World(appliance, tenant, email, browser, web, app(appliance, tenant), public, service_app(appliance, tenant))


@pytest.fixture
def opened(world: World) -> Iterator[None]:
    """Let programs register themselves with the tenant during a test."""
    actor = system_actor(world.tenant)
    clients.put_registration(actor, Registration(open=True))
    yield
    clients.put_registration(actor, Registration(open=False))


# What must never send a browser anywhere: who asks, or where to send it, is not certain.
PAGES: dict[str, dict[str, Any]] = {
    "no client": {"client_id": None},
    "an unknown client": {"client_id": "cli_06gvmp1q1lojh2a0pd5lcpa4ss"},
    "a client id that is none": {"client_id": "' OR 1=1 --"},
    "a client id twice": {"client_id": ["a", "b"]},
    "a client id with NUL": {"client_id": "cli_\0"},
    "an unregistered redirect": {"redirect_uri": "https://evil.example.com/callback"},
    "a longer path": {"redirect_uri": CALLBACK + "/more"},
    "a trailing slash": {"redirect_uri": CALLBACK + "/"},
    "an added query": {"redirect_uri": CALLBACK + "?next=evil"},
    "an added fragment": {"redirect_uri": CALLBACK + "#x"},
    "another case": {"redirect_uri": CALLBACK.replace("callback", "Callback")},
    "another port": {"redirect_uri": "https://app.example.com:444/callback"},
    "the default port spelled out": {"redirect_uri": "https://app.example.com:443/callback"},
    "plain http": {"redirect_uri": CALLBACK.replace("https", "http")},
    "a user in the address": {"redirect_uri": "https://app.example.com@evil.example.com/callback"},
    "a host that only begins so": {"redirect_uri": "https://app.example.com.evil.example.com/callback"},
    "path traversal": {"redirect_uri": "https://app.example.com/x/../callback"},
    "percent-encoded letters": {"redirect_uri": "https://app.example.com/%63allback"},
    "a script": {"redirect_uri": "javascript:alert(1)"},
    "quotes and angle brackets": {"redirect_uri": 'https://app.example.com/"><script>alert(1)</script>'},
    "a redirect twice": {"redirect_uri": [CALLBACK, "https://evil.example.com"]},
    "a state twice": {"state": ["a", "b"]},
    "a scope twice": {"scope": ["contacts:read", "contacts:write"]},
}


@pytest.mark.parametrize("name", PAGES)
def test_without_a_certain_client_and_redirect_the_browser_stays_here(world: World, name: str) -> None:
    reply = world.browser.open(world.web.request(**PAGES[name]))
    assert reply.status == 400
    assert "location" not in reply.headers
    assert reply.headers["content-type"].startswith("text/html")
    assert "<script" not in reply.body.decode()


ERRORS: dict[str, tuple[dict[str, Any], str]] = {
    "no challenge": ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
    "a method without a challenge": ({"code_challenge": None}, "invalid_request"),
    "the plain method": ({"code_challenge_method": "plain"}, "invalid_request"),
    "no method, which means plain": ({"code_challenge_method": None}, "invalid_request"),
    "an unknown method": ({"code_challenge_method": "S512"}, "invalid_request"),
    "a challenge that is too short": ({"code_challenge": CHALLENGE[:-1]}, "invalid_request"),
    "a challenge with other characters": ({"code_challenge": CHALLENGE[:-1] + "~"}, "invalid_request"),
    "the implicit flow": ({"response_type": "token"}, "unsupported_response_type"),
    "a hybrid flow": ({"response_type": "code id_token"}, "unsupported_response_type"),
    "an id token at once": ({"response_type": "id_token"}, "unsupported_response_type"),
    "no response type": ({"response_type": None}, "unsupported_response_type"),
    "an unknown scope": ({"scope": "contacts:read moon:write"}, "invalid_scope"),
    "a scope that is not registered": ({"scope": "deals:read"}, "invalid_scope"),
    "every scope": ({"scope": "*"}, "invalid_scope"),
    "somebody else's resource": ({"resource": "https://api.example.com/"}, "invalid_target"),
    "a resource that only begins like ours": ({"resource": "http://127.0.0.1:1@evil.example.com/"}, "invalid_target"),
    "a relative resource": ({"resource": "/api/v1"}, "invalid_target"),
    "one good resource and a bad one": ({"resource": ["https://api.example.com", "https://b.example.com"]}, "invalid_target"),
    "an answer in the fragment": ({"response_mode": "fragment"}, "invalid_request"),
    "an answer in a form": ({"response_mode": "form_post"}, "invalid_request"),
    "a request object": ({"request": "eyJhbGciOiJub25lIn0.e30."}, "request_not_supported"),
    "a request by address": ({"request_uri": "https://evil.example.com/r"}, "request_uri_not_supported"),
    "a nonce that never ends": ({"nonce": "n" * 1000}, "invalid_request"),
}


@pytest.mark.parametrize("kind", ["web", "public"])
@pytest.mark.parametrize("name", ERRORS)
def test_a_bad_request_of_a_known_client_goes_back_to_it_with_issuer_and_state(world: World, name: str, kind: str) -> None:
    changed, error = ERRORS[name]
    reply = world.browser.open(getattr(world, kind).request(**changed))
    assert reply.headers["location"].startswith(CALLBACK + "?")
    back = sent_back(reply)
    assert (back["error"], back["iss"], back["state"]) == (error, world.appliance.url, "a state / with & signs")
    assert "code" not in back


def test_what_a_person_refuses_the_client_does_not_get(world: World) -> None:
    world.browser.open(world.public.request())
    back = sent_back(world.browser.press("deny"))
    assert (back["error"], back["iss"]) == ("access_denied", world.appliance.url)
    assert "code" not in back


def test_without_a_session_nothing_is_given_silently(world: World) -> None:
    back = sent_back(Browser(world.appliance.anonymous).open(world.web.request(prompt="none")))
    assert back["error"] == "login_required"


def test_a_public_client_gets_nothing_silently(world: World) -> None:
    world.code(world.public)
    assert sent_back(world.browser.open(world.public.request(prompt="none")))["error"] == "consent_required"


def test_a_form_from_elsewhere_allows_nothing(world: World) -> None:
    world.browser.open(world.public.request())
    for proof in ("", "0" * 64):
        cookies = "; ".join(f"{name}={value}" for name, value in world.browser.cookies.items())
        reply = world.form(world.public.request(), f"csrf={proof}&act=allow", {"Cookie": cookies})
        assert reply.status == 400
        assert "location" not in reply.headers


def test_a_form_of_another_browser_allows_nothing(world: World) -> None:
    thief = Browser(world.appliance.anonymous)
    thief.open(world.public.request())
    thief.cookies["junction_session"] = world.browser.cookies["junction_session"]
    assert thief.press("allow").status == 400


def _basic(client_id: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()}


def _another_code(world: World) -> Reply:
    return world.other.exchange(world.code())


def _code_of_another_issuer(world: World) -> Reply:
    code = world.code()
    return App(world.appliance, world.web.id, world.web.secret, f"/oauth/t/{world.tenant}").exchange(code)


def _refresh_of_another(world: World) -> Reply:
    return world.other.refresh(world.tokens()["refresh_token"])


def _revoked_refresh(world: World) -> Reply:
    token = world.tokens()["refresh_token"]
    assert world.web.post("revoke", token=token).status == 200
    return world.web.refresh(token)


TOKENS: dict[str, tuple[Callable[[World], Reply], int, str]] = {
    "no grant type": (lambda w: w.service.post("token"), 400, "unsupported_grant_type"),
    "the password grant": (lambda w: w.web.post("token", grant_type="password", username=w.email, password="x"), 400, "unsupported_grant_type"),
    "an unknown grant": (lambda w: w.web.post("token", grant_type="urn:example:magic"), 400, "unsupported_grant_type"),
    "a grant the client may not use": (lambda w: w.web.post("token", grant_type="client_credentials"), 400, "unauthorized_client"),
    "a code for a client without that grant": (lambda w: w.service.exchange("x"), 400, "unauthorized_client"),
    "credentials of a public client": (lambda w: w.public.post("token", grant_type="client_credentials"), 401, "invalid_client"),
    "a repeated parameter": (
        lambda w: w.form("/oauth/token", "grant_type=client_credentials&grant_type=password", w.service.basic), 400, "invalid_request"),
    "a JSON body": (lambda w: w.appliance.anonymous.send(
        "POST", "/oauth/token", {"grant_type": "client_credentials"}, {**JSON, **w.service.basic}), 400, "invalid_request"),
    "broken percent-encoding": (lambda w: w.form("/oauth/token", "grant_type=%zz", w.service.basic), 400, "invalid_request"),
    "bytes that are no UTF-8": (lambda w: w.form("/oauth/token", "grant_type=%ff", w.service.basic), 400, "invalid_request"),
    "a NUL": (lambda w: w.form("/oauth/token", "grant_type=a%00", w.service.basic), 400, "invalid_request"),
    "no body": (lambda w: w.form("/oauth/token", "", w.service.basic), 400, "unsupported_grant_type"),
    "no client at all": (lambda w: w.form("/oauth/token", "grant_type=client_credentials"), 401, "invalid_client"),
    "an unknown client": (lambda w: w.form("/oauth/token", "grant_type=client_credentials", _basic("nobody", "x")), 401, "invalid_client"),
    "a wrong secret": (lambda w: w.form("/oauth/token", "grant_type=client_credentials", _basic(w.service.id, "x")), 401, "invalid_client"),
    "a wrong secret in the body": (
        lambda w: w.form("/oauth/token", f"grant_type=client_credentials&client_id={w.service.id}&client_secret=x"), 401, "invalid_client"),
    "another client's secret": (
        lambda w: w.form("/oauth/token", "grant_type=client_credentials", _basic(w.service.id, w.web.secret or "")), 401, "invalid_client"),
    "an empty secret": (lambda w: w.form("/oauth/token", "grant_type=client_credentials", _basic(w.service.id, "")), 401, "invalid_client"),
    "a header that is no base64": (
        lambda w: w.form("/oauth/token", "grant_type=client_credentials", {"Authorization": "Basic !!!"}), 401, "invalid_client"),
    "a bearer token as client": (
        lambda w: w.form("/oauth/token", "grant_type=client_credentials", {"Authorization": "Bearer x"}), 401, "invalid_client"),
    "two ways to authenticate": (
        lambda w: w.form("/oauth/token", f"grant_type=client_credentials&client_secret={w.service.secret}", w.service.basic), 400, "invalid_request"),
    "a header and a body that differ": (
        lambda w: w.form("/oauth/token", f"grant_type=client_credentials&client_id={w.web.id}", w.service.basic), 400, "invalid_request"),
    "a confidential client without its secret": (
        lambda w: w.form("/oauth/token", f"grant_type=authorization_code&code=x&client_id={w.web.id}"), 401, "invalid_client"),
    "a public client with a secret": (
        lambda w: w.form("/oauth/token", f"grant_type=authorization_code&code=x&client_id={w.public.id}&client_secret=x"), 401, "invalid_client"),
    "more scope than registered": (
        lambda w: w.service.post("token", grant_type="client_credentials", scope="deals:read"), 400, "invalid_scope"),
    "an unknown scope": (lambda w: w.service.post("token", grant_type="client_credentials", scope="moon"), 400, "invalid_scope"),
    "a scope about people": (lambda w: w.service.post("token", grant_type="client_credentials", scope="openid"), 400, "invalid_scope"),
    "somebody else's resource": (
        lambda w: w.service.post("token", grant_type="client_credentials", resource="https://api.example.com"), 400, "invalid_target"),
    "a resource with a fragment": (
        lambda w: w.service.post("token", grant_type="client_credentials", resource=w.appliance.url + "#x"), 400, "invalid_target"),
    "no code": (lambda w: w.web.post("token", grant_type="authorization_code"), 400, "invalid_request"),
    "an unknown code": (lambda w: w.web.exchange("made-up"), 400, "invalid_grant"),
    "another client's code": (_another_code, 400, "invalid_grant"),
    "a code of another issuer": (_code_of_another_issuer, 400, "invalid_grant"),
    "a wrong verifier": (lambda w: w.web.exchange(w.code(), code_verifier=VERIFIER[::-1]), 400, "invalid_grant"),
    "the challenge as verifier": (lambda w: w.web.exchange(w.code(), code_verifier=CHALLENGE), 400, "invalid_grant"),
    "no verifier from a confidential client": (lambda w: w.web.exchange(w.code(), code_verifier=None), 400, "invalid_request"),
    "no verifier from a public client": (lambda w: w.public.exchange(w.code(w.public), code_verifier=None), 400, "invalid_request"),
    "a verifier that is too short": (lambda w: w.web.exchange(w.code(), code_verifier="x" * 42), 400, "invalid_request"),
    "a verifier that is too long": (lambda w: w.web.exchange(w.code(), code_verifier="x" * 129), 400, "invalid_request"),
    "another redirect": (lambda w: w.web.exchange(w.code(), redirect_uri="https://evil.example.com"), 400, "invalid_grant"),
    "no redirect where one was named": (lambda w: w.web.exchange(w.code(), redirect_uri=None), 400, "invalid_grant"),
    "a resource that was not authorized": (
        lambda w: w.web.exchange(w.code(resource=w.appliance.url + "/api/v1"), resource=w.appliance.url), 400, "invalid_target"),
    "no refresh token": (lambda w: w.web.post("token", grant_type="refresh_token"), 400, "invalid_request"),
    "an unknown refresh token": (lambda w: w.web.refresh("jct_live_ort_x"), 400, "invalid_grant"),
    "an access token as refresh token": (lambda w: w.web.refresh(w.tokens()["access_token"]), 400, "invalid_grant"),
    "another client's refresh token": (_refresh_of_another, 400, "invalid_grant"),
    "a revoked refresh token": (_revoked_refresh, 400, "invalid_grant"),
    "more scope at the refresh": (
        lambda w: w.web.refresh(w.tokens()["refresh_token"], scope="contacts:write"), 400, "invalid_scope"),
    "revoking without a client": (lambda w: w.form("/oauth/revoke", "token=x"), 401, "invalid_client"),
    "revoking nothing": (lambda w: w.web.post("revoke"), 400, "invalid_request"),
    "introspecting without a client": (lambda w: w.form("/oauth/introspect", "token=x"), 401, "invalid_client"),
    "introspecting as a public client": (lambda w: w.public.post("introspect", token="x"), 401, "invalid_client"),
    "introspecting nothing": (lambda w: w.web.post("introspect"), 400, "invalid_request"),
    "userinfo without a token": (lambda w: w.appliance.anonymous.get("/oauth/userinfo"), 401, "invalid_token"),
    "userinfo with a made-up token": (lambda w: w.appliance.client("x").get("/oauth/userinfo"), 401, "invalid_token"),
    "userinfo with the token in the query": (
        lambda w: w.appliance.anonymous.get(f"/oauth/userinfo?access_token={w.tokens()['access_token']}"), 401, "invalid_token"),
    "userinfo without openid": (
        lambda w: w.appliance.client(w.tokens()["access_token"]).get("/oauth/userinfo"), 403, "insufficient_scope"),
    "an issuer that is none": (lambda w: w.form("/oauth/t/ten_nobody/token", "grant_type=client_credentials"), 404, "invalid_request"),
    "a client at another tenant's address": (
        lambda w: App(w.appliance, w.service.id, w.service.secret, f"/oauth/t/{w.appliance.tenant()}").post(
            "token", grant_type="client_credentials"), 401, "invalid_client"),
}  # fmt: skip


@pytest.mark.parametrize("name", TOKENS)
def test_a_request_that_is_not_right_gives_nothing(world: World, name: str) -> None:
    act, status, error = TOKENS[name]
    reply = act(world)
    assert (reply.status, reply.json["error"]) == (status, error), reply.body
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["content-type"] == "application/json"
    assert not {"access_token", "refresh_token", "id_token"} & set(reply.json)
    if status == 401:
        assert reply.headers["www-authenticate"]


def test_the_token_endpoint_takes_posts_only(world: World) -> None:
    reply = world.appliance.anonymous.get("/oauth/token?grant_type=client_credentials")
    assert (reply.status, reply.headers["allow"]) == (405, "OPTIONS, POST")


def test_a_code_that_comes_twice_revokes_what_came_of_it(world: World) -> None:
    code = world.code()
    first = world.web.exchange(code).json
    assert world.web.use(first["access_token"]).status == 200
    second = world.web.exchange(code)
    assert (second.status, second.json["error"]) == (400, "invalid_grant")
    assert world.web.post("introspect", token=first["access_token"]).json == {"active": False}
    assert world.web.refresh(first["refresh_token"]).json["error"] == "invalid_grant"


def test_a_code_is_good_for_a_minute(world: World) -> None:
    code = world.code()
    with clock.frozen(clock.now_ms() + 60_001):
        reply = world.web.exchange(code)
    assert (reply.status, reply.json["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize("kind", ["web", "public"])
def test_a_refresh_token_that_comes_twice_revokes_its_family(world: World, kind: str) -> None:
    client: App = getattr(world, kind)
    stolen = world.tokens(client)["refresh_token"]
    first = client.refresh(stolen).json
    second = client.refresh(first["refresh_token"]).json
    reply = client.refresh(stolen)
    assert (reply.status, reply.json["error"]) == (400, "invalid_grant")
    assert client.refresh(second["refresh_token"]).json["error"] == "invalid_grant"
    assert world.web.post("introspect", token=second["access_token"]).json == {"active": False}


def test_a_refresh_token_ends_after_thirty_days(world: World) -> None:
    token = world.tokens()["refresh_token"]
    with clock.frozen(clock.now_ms() + 30 * 86_400_000 + 1):
        assert world.web.refresh(token).json["error"] == "invalid_grant"


def test_whoever_asks_about_a_token_of_another_tenant_learns_nothing(world: World) -> None:
    stranger = service_app(world.appliance, world.appliance.tenant())
    token = world.tokens()["access_token"]
    assert stranger.post("introspect", token=token).json == {"active": False}
    assert stranger.post("revoke", token=token).status == 200
    assert world.web.post("introspect", token=token).json["active"] is True


def _signed_by_nobody() -> str:
    parts = ({"alg": "none", "typ": "at+jwt"}, {"iss": "x", "sub": "usr_x", "aud": "x", "exp": 9_999_999_999})
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."


@pytest.mark.parametrize(
    ("name", "token"),
    {
        "a refresh token": lambda w: w.tokens()["refresh_token"],
        "an id token, whose audience is the client": lambda w: w.tokens(scope="openid")["id_token"],
        "a token that nobody signed": lambda _w: _signed_by_nobody(),
        "a client secret": lambda w: w.web.secret,
        "a code": lambda w: w.code(),
    }.items(),
)
def test_only_access_tokens_open_the_api(world: World, name: str, token: Callable[[World], str]) -> None:
    reply = world.web.use(token(world))
    assert reply.status == 401
    assert 'error="invalid_token"' in reply.headers["www-authenticate"]


def test_a_signed_token_that_was_altered_opens_nothing(world: World) -> None:
    client = service_app(world.appliance, world.tenant, token_format="jwt")
    head, claims, signature = client.post("token", grant_type="client_credentials").json["access_token"].split(".")
    more = json.loads(base64.urlsafe_b64decode(claims + "=="))
    more["scope"] = "*"
    forged = base64.urlsafe_b64encode(json.dumps(more).encode()).rstrip(b"=").decode()
    assert client.use(f"{head}.{claims}.{signature}").status == 200
    assert client.use(f"{head}.{forged}.{signature}").status == 401


def test_a_token_in_the_query_is_not_even_looked_at(world: World) -> None:
    reply = world.appliance.anonymous.get(f"/api/v1/contacts?access_token={world.tokens()['access_token']}")
    assert reply.status == 401
    assert "error=" not in reply.headers["www-authenticate"]


def test_an_access_token_ends_after_an_hour(world: World) -> None:
    token = world.service.post("token", grant_type="client_credentials").json["access_token"]
    assert world.service.use(token).status == 200
    with clock.frozen(clock.now_ms() + 3_600_001):
        assert world.service.use(token).status == 401


REGISTRATIONS: dict[str, tuple[Any, str]] = {
    "no body that is an object": ([1], "invalid_client_metadata"),
    "no redirect": ({}, "invalid_redirect_uri"),
    "a script as redirect": ({"redirect_uris": ["javascript:alert(1)"]}, "invalid_redirect_uri"),
    "data as redirect": ({"redirect_uris": ["data:text/html,x"]}, "invalid_redirect_uri"),
    "plain http as redirect": ({"redirect_uris": ["http://app.example.com/callback"]}, "invalid_redirect_uri"),
    "a redirect with a fragment": ({"redirect_uris": [CALLBACK + "#x"]}, "invalid_redirect_uri"),
    "a redirect with a policy's signs": ({"redirect_uris": ["https://a.example.com;script-src/x"]}, "invalid_redirect_uri"),
    "a relative redirect": ({"redirect_uris": ["/callback"]}, "invalid_redirect_uri"),
    "a redirect that is no text": ({"redirect_uris": [7]}, "invalid_redirect_uri"),
    "one good redirect and a bad one": ({"redirect_uris": [CALLBACK, "ftp://a.example.com/"]}, "invalid_redirect_uri"),
    "credentials of its own": ({"redirect_uris": [CALLBACK], "grant_types": ["client_credentials"]}, "invalid_client_metadata"),
    "the implicit grant": ({"redirect_uris": [CALLBACK], "grant_types": ["implicit"]}, "invalid_client_metadata"),
    "the password grant": ({"redirect_uris": [CALLBACK], "grant_types": ["password"]}, "invalid_client_metadata"),
    "only refreshing": ({"redirect_uris": [CALLBACK], "grant_types": ["refresh_token"]}, "invalid_client_metadata"),
    "tokens at once": ({"redirect_uris": [CALLBACK], "response_types": ["token"]}, "invalid_client_metadata"),
    "an unknown scope": ({"redirect_uris": [CALLBACK], "scope": "moon:write"}, "invalid_client_metadata"),
    "an unknown way to authenticate": ({"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "magic"}, "invalid_client_metadata"),
    "a logo that is a script": ({"redirect_uris": [CALLBACK], "logo_uri": "javascript:alert(1)"}, "invalid_client_metadata"),
    "a certificate that is none": (
        {"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "self_signed_tls_client_auth", "jwks": {"keys": [{"x5c": ["!"]}]}},
        "invalid_client_metadata",
    ),
}


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("name", REGISTRATIONS)
def test_what_cannot_be_registered_is_not(world: World, name: str) -> None:
    body, error = REGISTRATIONS[name]
    reply = world.send_json("POST", f"/oauth/t/{world.tenant}/register", body)
    assert (reply.status, reply.json["error"]) == (400, error), reply.body


def test_nobody_registers_where_it_is_not_open(world: World) -> None:
    for token in (None, "made-up", world.tokens()["access_token"]):
        reply = world.send_json("POST", f"/oauth/t/{world.tenant}/register", {"redirect_uris": [CALLBACK]}, token)
        assert (reply.status, reply.json["error"]) == (401, "invalid_token")
        assert reply.headers["www-authenticate"].startswith("Bearer ")


@pytest.mark.usefixtures("opened")
def test_no_more_can_register_than_the_cap(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registration, "MOST", client_rows.count_registered(world.tenant) + 1)
    path, body = f"/oauth/t/{world.tenant}/register", {"redirect_uris": [CALLBACK]}
    assert world.send_json("POST", path, body).status == 201
    reply = world.send_json("POST", path, body)
    assert (reply.status, reply.json["error"]) == (429, "temporarily_unavailable")
    # What is never used makes room after a day.
    with clock.frozen(clock.now_ms() + registration.NEVER_USED_MS + 1):
        assert world.send_json("POST", path, body).status == 201


@pytest.mark.usefixtures("opened")
def test_a_registration_is_only_for_whoever_made_it(world: World) -> None:
    base = f"/oauth/t/{world.tenant}/register"
    mine, theirs = (world.send_json("POST", base, {"redirect_uris": [CALLBACK]}).json for _ in range(2))
    path, own = f"{base}/{mine['client_id']}", mine["registration_access_token"]
    for method in ("GET", "PUT", "DELETE"):
        for token in (None, "made-up", theirs["registration_access_token"]):
            reply = world.send_json(method, path, {"redirect_uris": [CALLBACK]} if method == "PUT" else None, token)
            assert (reply.status, reply.json["error"]) == (401, "invalid_token")
    taken_over = {"redirect_uris": [CALLBACK], "client_id": theirs["client_id"]}
    assert world.send_json("PUT", path, taken_over, own).json["error"] == "invalid_client_metadata"
    wrong_secret = {"redirect_uris": [CALLBACK], "client_id": mine["client_id"], "client_secret": "x"}
    assert world.send_json("PUT", path, wrong_secret, own).json["error"] == "invalid_client_metadata"
    assert world.send_json("DELETE", path, None, own).status == 204
    assert world.send_json("GET", path, None, own).status == 401


def test_a_person_who_was_disabled_keeps_no_token(world: World) -> None:
    email, browser = person(world.tenant), Browser(world.appliance.anonymous)
    code = browser.allow(world.web, email)["code"]
    tokens = world.web.exchange(code).json
    with database.transaction():
        database.run("UPDATE users SET status = 'disabled' WHERE email = ?", (email,))
    assert world.web.use(tokens["access_token"]).status == 401
    assert world.web.post("introspect", token=tokens["access_token"]).json == {"active": False}
    assert world.web.refresh(tokens["refresh_token"]).json["error"] == "invalid_grant"


def test_a_wrong_password_is_told_on_the_page_and_never_repeated(world: World) -> None:
    browser = Browser(world.appliance.anonymous)
    browser.open(world.web.request())
    reply = browser.press("sign_in", email=world.email, password="hunter2-hunter2")
    assert reply.status == 200
    assert "do not belong together" in browser.page
    assert "hunter2" not in browser.page


def test_a_person_of_another_tenant_cannot_use_this_client(world: World) -> None:
    stranger = person(world.appliance.tenant())
    browser = Browser(world.appliance.anonymous)
    reply = browser.sign_in(world.web, stranger)
    assert reply.status == 200
    assert "another organisation" in browser.page
    assert 'value="allow"' not in browser.page
