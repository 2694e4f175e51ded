"""OAuth over https: behind a proxy that ends TLS, or on connections of our own, and clients that prove themselves by certificates."""

from __future__ import annotations

import base64
import json
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from server.system.clock import now_ms
from tests.api.appliance import Appliance, running
from tests.api.oauth import FORM, App, Browser, app, person, service_app

OUTSIDE = "203.0.113.7"
REFUSED = (401, "certificate_mismatch")
Pair = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


@pytest.fixture
def proxied(tmp_path: Path) -> Iterator[Appliance]:
    """Yield an appliance that is reached over https through a proxy on this machine."""
    options = {
        "server__public_url": "https://junction.example.com",
        "server__trusted_proxies": "127.0.0.1/32",
        "server__client_certificate_header": "Client-Cert",
    }
    with running(tmp_path / "folder", f"sqlite:///{tmp_path / 'junction.sqlite3'}", **options) as found:
        yield found


def test_10_plain_http_is_judged_by_what_the_trusted_proxy_says(proxied: Appliance) -> None:
    client = service_app(proxied, proxied.tenant())

    def ask(scheme: str, address: str = OUTSIDE) -> tuple[int, str | None]:
        headers = {**client.basic, "X-Forwarded-For": address, "X-Forwarded-Proto": scheme}
        reply = client.post("token", headers=headers, grant_type="client_credentials")
        return reply.status, reply.json.get("error")

    assert ask("https") == (200, None)
    assert ask("http") == (400, "invalid_request")
    assert ask("http", "127.0.0.1") == (200, None)
    assert client.post("token", grant_type="client_credentials").status == 200


def test_over_https_the_cookies_are_bound_to_this_host(proxied: Appliance) -> None:
    client = app(proxied, proxied.tenant())
    reply = proxied.anonymous.get(client.request(), {"X-Forwarded-Proto": "https", "X-Forwarded-For": OUTSIDE})
    cookie = reply.headers["set-cookie"]
    assert cookie.startswith("__Host-junction_browser=")
    assert cookie.endswith("; Path=/; HttpOnly; SameSite=Lax; Secure")
    refused = proxied.anonymous.get(client.request(), {"X-Forwarded-Proto": "http", "X-Forwarded-For": OUTSIDE})
    assert refused.status == 400
    assert refused.headers["content-type"].startswith("text/html")


def issued(name: str, by: Pair | None = None) -> Pair:
    """Return a certificate and its key, signed by another or by itself."""
    key, subject = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begins = datetime.fromtimestamp(now_ms() / 1000, UTC) - timedelta(days=1)
    builder = x509.CertificateBuilder(by[0].subject if by else subject, subject, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(begins).not_valid_after(begins + timedelta(days=30))
    constraints = x509.BasicConstraints(ca=by is None, path_length=None)
    return builder.add_extension(constraints, critical=True).sign(by[1] if by else key, hashes.SHA256()), key


def pem(pair: Pair) -> str:
    """Return a certificate in PEM."""
    return pair[0].public_bytes(serialization.Encoding.PEM).decode()


def thumbprint(pair: Pair) -> str:
    """Return the SHA-256 of a certificate as RFC 8705 writes it."""
    return base64.urlsafe_b64encode(pair[0].fingerprint(hashes.SHA256())).rstrip(b"=").decode()


def claims(token: str) -> dict[str, Any]:
    """Return what a signed token says, unverified."""
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def shown(pair: Pair) -> dict[str, str]:
    """Return the header by which a proxy passes a certificate on (RFC 9440)."""
    return {"Client-Cert": f":{base64.b64encode(pair[0].public_bytes(serialization.Encoding.DER)).decode()}:"}


def test_a_client_proves_itself_by_a_certificate_that_the_proxy_passes_on(proxied: Appliance) -> None:
    mine, theirs = issued("client.example.com"), issued("client.example.com")
    client = service_app(proxied, proxied.tenant(), auth_method="self_signed_tls_client_auth", certificates=[pem(mine)])
    assert client.secret is None
    for headers, status in ((shown(mine), 200), (shown(theirs), 401), ({}, 401), ({"Client-Cert": "garbage"}, 401)):
        assert client.post("token", headers=headers, grant_type="client_credentials").status == status


def test_what_a_client_with_a_certificate_gets_is_good_only_beside_it(proxied: Appliance) -> None:
    mine, theirs = issued("client.example.com"), issued("client.example.com")
    wanted = {"auth_method": "self_signed_tls_client_auth", "certificates": [pem(mine)], "scopes": ["contacts:read"]}
    for form in ("opaque", "jwt"):
        client = service_app(proxied, proxied.tenant(), token_format=form, **wanted)
        token = client.post("token", headers=shown(mine), grant_type="client_credentials").json["access_token"]
        for headers, expected in ((shown(mine), (200, None)), (shown(theirs), REFUSED), ({}, REFUSED), ({"Client-Cert": "garbage"}, REFUSED)):
            reply = proxied.client(token).send("GET", "/api/v1/contacts", headers=headers)
            assert (reply.status, reply.json.get("code")) == expected
            assert ('error="invalid_token"' in reply.headers.get("www-authenticate", "")) is (expected == REFUSED)
        about = client.post("introspect", headers=shown(mine), token=token).json
        assert about["cnf"] == {"x5t#S256": thumbprint(mine)}
        assert form == "opaque" or claims(token)["cnf"] == about["cnf"]


def test_any_client_can_have_its_tokens_bound_to_a_certificate(proxied: Appliance) -> None:
    mine, theirs = issued("any.example.com"), issued("any.example.com")
    alice = proxied.persona("alice", proxied.tenant())
    body = {"name": "x", "grant_types": ["client_credentials"], "scopes": ["contacts:read"], "tls_client_certificate_bound_access_tokens": True}
    made = alice.client.post("/api/v1/clients", body).json
    assert made["tls_client_certificate_bound_access_tokens"] is True
    client = App(proxied, made["client_id"], made["client_secret"])
    without = client.post("token", grant_type="client_credentials")
    assert (without.status, without.json["error"]) == (400, "invalid_request")
    token = client.post("token", headers={**client.basic, **shown(theirs)}, grant_type="client_credentials").json["access_token"]
    assert proxied.client(token).send("GET", "/api/v1/contacts", headers=shown(theirs)).status == 200
    assert proxied.client(token).send("GET", "/api/v1/contacts", headers=shown(mine)).status == 401


def test_the_refresh_token_of_a_client_that_proves_nothing_else_is_bound_too(proxied: Appliance) -> None:
    mine, theirs = issued("app.example.com"), issued("app.example.com")
    tenant_id = proxied.tenant()
    client = app(proxied, tenant_id, auth_method="none", tls_client_certificate_bound_access_tokens=True)
    browser = Browser(proxied.anonymous)
    code = browser.allow(client, person(tenant_id), scope="openid contacts:read offline_access")["code"]
    first = client.exchange(code, headers=shown(mine)).json
    asked = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    stolen = client.post("token", headers=shown(theirs), **asked)
    assert (stolen.status, stolen.json["error"]) == (400, "invalid_grant")
    userinfo = [proxied.client(first["access_token"]).send("GET", "/oauth/userinfo", headers=headers).status for headers in (shown(mine), {})]
    assert userinfo == [200, 401]
    again = client.post("token", headers=shown(mine), **asked)
    assert again.status == 200
    assert proxied.client(again.json["access_token"]).send("GET", "/api/v1/contacts", headers=shown(mine)).status == 200


def test_the_metadata_tell_that_tokens_can_be_bound_to_certificates(proxied: Appliance) -> None:
    for path in ("oauth-authorization-server", "oauth-protected-resource"):
        assert proxied.anonymous.get(f"/.well-known/{path}").json["tls_client_certificate_bound_access_tokens"] is True


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Appliance]:
    """Yield an appliance that trusts no proxy."""
    with running(tmp_path / "folder", f"sqlite:///{tmp_path / 'junction.sqlite3'}", server__client_certificate_header="Client-Cert") as found:
        yield found


def test_without_a_trusted_proxy_nobody_passes_a_certificate_on(plain: Appliance) -> None:
    mine = issued("client.example.com")
    client = service_app(plain, plain.tenant(), auth_method="self_signed_tls_client_auth", certificates=[pem(mine)])
    assert client.post("token", headers=shown(mine), grant_type="client_credentials").status == 401


def test_a_client_proves_itself_by_the_certificate_of_its_own_connection(tmp_path: Path) -> None:
    authority = issued("Authority")
    (tmp_path / "ca.pem").write_text(pem(authority), encoding="ascii")
    options = {"server__tls": "self-signed", "server__tls_client_ca": str(tmp_path / "ca.pem")}
    with running(tmp_path / "folder", f"sqlite:///{tmp_path / 'junction.sqlite3'}", **options) as found:
        wanted = {"auth_method": "tls_client_auth", "tls_client_auth_subject_dn": "CN=client.example.com"}
        client = service_app(found, found.tenant(), **wanted)
        good, other = issued("client.example.com", authority), issued("other.example.com", authority)
        assert [_over_tls(found, client, tmp_path, pair) for pair in (good, other, None)] == [200, 401, 401]


def _over_tls(appliance: Appliance, client: App, folder: Path, pair: Pair | None) -> int:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if pair:
        key = pair[1].private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        (folder / "client.pem").write_bytes(pem(pair).encode() + key)
        context.load_cert_chain(folder / "client.pem")
    link = HTTPSConnection(*appliance.links.address, context=context, timeout=20)
    link.request("POST", "/oauth/token", urlencode({"grant_type": "client_credentials", "client_id": client.id}), FORM)
    status = link.getresponse().status
    link.close()
    return status
