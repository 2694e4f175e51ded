"""Tokens are asked for as each vendor wants to be asked, and a vendor's no is told from a vendor's silence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwt
from joserfc.jwk import RSAKey

from connectors.sdk.auth import ClientCredentials, JwtBearer, OAuth2, TwoStep
from connectors.sdk.errors import Later, NeedsUser
from connectors.sdk.provider import Provider
from connectors.sdk.request import Request, Response
from server.outbound.vendors import tokens
from server.outbound.vendors.tokens import App, Token
from server.outbound.vendors.transport import Transport

PROVIDER = Provider("vendor", "Vendor", "https://id.vendor.example/authorize", "https://{realm}.vendor.example/token", token_fields=("instance_url",))
GOOD = (200, b'{"access_token": "at", "refresh_token": "rt", "expires_in": 3600, "scope": "a b", "instance_url": "https://eu1"}')
sent: list[Request] = []
answers: list[tuple[int, bytes]] = []


@pytest.fixture(autouse=True)
def _vendor(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def exchange(_: Transport, request: Request) -> Response:
        sent.append(request)
        status, body = answers.pop(0)
        return Response(status, {}, body)

    monkeypatch.setattr(Transport, "_exchange", exchange)
    yield
    sent.clear()
    answers.clear()


def test_a_refresh_sends_the_token_and_our_client_and_takes_everything_that_comes() -> None:
    answers.append(GOOD)
    found = tokens.refresh(PROVIDER, App("id", "secret"), "old", {"realm": "eu"})
    assert (found.access_token, found.refresh_token, found.seconds, found.scopes) == ("at", "rt", 3600.0, ("a", "b"))
    assert found.fields == {"instance_url": "https://eu1"}
    assert sent[0].url == "https://eu.vendor.example/token"
    assert sent[0].form == {"grant_type": "refresh_token", "refresh_token": "old", "client_id": "id", "client_secret": "secret"}
    assert "secret" not in repr(App("id", "secret"))


def test_a_vendor_that_wants_basic_gets_no_secret_in_the_form() -> None:
    answers.append((200, b'{"access_token": "at"}'))
    basic = Provider("v", "V", "", "https://v.example/t", client_auth="basic", lifetime_seconds=900)
    assert tokens.refresh(basic, App("id", "secret"), "old", {}).seconds == 900
    assert sent[0].headers["Authorization"].startswith("Basic ")
    assert "secret" not in str(sent[0].form)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, b'{"error": "invalid_grant"}', NeedsUser), (401, b"no", NeedsUser), (200, b'{"error": "invalid_grant"}', NeedsUser),
        (500, b"<html>", Later), (429, b"{}", Later), (200, b'{"nothing": 1}', Later), (200, b'{"access_token": "a\\nb"}', Later),
    ],
)  # fmt: skip
def test_a_refusal_asks_for_a_person_and_a_breakdown_does_not(status: int, body: bytes, kind: type[Exception]) -> None:
    answers.append((status, body))
    with pytest.raises(kind):
        tokens.refresh(PROVIDER, App("id"), "old", {"realm": "eu"})


def test_client_credentials_come_from_the_configuration() -> None:
    answers.append(GOOD)
    auth = ClientCredentials("vendor", ("read", "write"), params={"account": "{realm}"})
    tokens.grant(auth, PROVIDER, {"client_id": "ci", "client_secret": "cs", "realm": "eu"}, "")
    assert sent[0].form == {
        "grant_type": "client_credentials", "scope": "read write", "account": "eu", "client_id": "ci", "client_secret": "cs",
    }  # fmt: skip


def test_an_assertion_is_signed_with_the_configured_key() -> None:
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    answers.append(GOOD)
    auth = JwtBearer("vendor", key_id="k1", claims={"iss": "{account}"}, scopes=("s1",))
    tokens.grant(auth, PROVIDER, {"private_key": pem.replace("\n", "\\n"), "account": "svc@vendor.example", "realm": "eu"}, "")
    form: dict[str, Any] = dict(sent[0].form or {})
    found = jwt.decode(form["assertion"], RSAKey.import_key(pem), algorithms=["RS256"])
    assert found.header["kid"] == "k1"
    assert {name: found.claims[name] for name in ("iss", "scope", "aud")} == {
        "iss": "svc@vendor.example", "scope": "s1", "aud": "https://eu.vendor.example/token",
    }  # fmt: skip


def test_a_login_is_sent_once_and_its_token_holds_for_a_while() -> None:
    answers.append((200, b'{"session": {"id": "s1"}}'))
    auth = TwoStep("POST /login", {"user": "{user}"}, "session.id", 600)
    found = tokens.grant(auth, None, {"user": "ada"}, "https://v.example/api")
    assert (found.access_token, found.seconds, sent[0].url, sent[0].json) == ("s1", 600, "https://v.example/api/login", {"user": "ada"})


def test_what_needs_a_person_cannot_be_granted() -> None:
    with pytest.raises(NeedsUser):
        tokens.grant(OAuth2("vendor"), PROVIDER, {}, "")
    assert tokens.has_tokens(OAuth2("vendor"))


ELSEWHERE = Provider(
    "vendor", "Vendor", "", "https://id.vendor.example/token", token_fields=("dc",), metadata_url="https://id.vendor.example/me",
    metadata_prefix="OAuth",
)  # fmt: skip


def test_what_a_vendor_tells_elsewhere_is_asked_for_with_the_new_token() -> None:
    answers.append((200, b'{"dc": "us6", "login": {"email": "a@b.example"}}'))
    found = tokens.with_metadata(ELSEWHERE, Token("at", "rt"), {})
    assert (found.access_token, found.refresh_token, found.fields) == ("at", "rt", {"dc": "us6"})
    assert (sent[0].method, sent[0].url, sent[0].headers["Authorization"]) == ("GET", "https://id.vendor.example/me", "OAuth at")


def test_a_vendor_that_tells_everything_with_the_token_is_asked_nothing_more() -> None:
    assert tokens.with_metadata(PROVIDER, Token("at"), {}) == Token("at")
    assert sent == []


@pytest.mark.parametrize(
    ("status", "body", "kind"), [(401, b'{"error": "invalid_token"}', NeedsUser), (503, b"", Later), (200, b"{}", Later), (200, b'"us6"', Later)]
)
def test_a_token_without_its_fields_is_not_kept(status: int, body: bytes, kind: type[Exception]) -> None:
    answers.append((status, body))
    with pytest.raises(kind):
        tokens.with_metadata(ELSEWHERE, Token("at"), {})
