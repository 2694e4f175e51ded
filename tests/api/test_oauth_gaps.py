"""The ten places where Authlib's defaults are too weak, each closed: one test per gap. The tenth, the transport, is in test_oauth_transport.py."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest

from tests.api.appliance import Appliance
from tests.api.oauth import CALLBACK, VERIFIER, Browser, app, person, sent_back, service_app, tokens_of
from tests.pace import quickest


@pytest.mark.parametrize("method", ["client_secret_basic", "none"])
def test_1_no_client_gets_a_code_without_a_proof_key(appliance: Appliance, method: str) -> None:
    tenant = appliance.tenant()
    client, browser = app(appliance, tenant, auth_method=method), Browser(appliance.anonymous)
    back = sent_back(browser.open(client.request(code_challenge=None, code_challenge_method=None)))
    assert back["error"] == "invalid_request"


def test_2_the_plain_method_is_neither_taken_nor_assumed(appliance: Appliance) -> None:
    client, browser = app(appliance, appliance.tenant()), Browser(appliance.anonymous)
    for method in ("plain", None):
        assert sent_back(browser.open(client.request(code_challenge_method=method)))["error"] == "invalid_request"


def test_3_every_access_token_ends_after_an_hour(appliance: Appliance) -> None:
    tenant = appliance.tenant()
    own, web = service_app(appliance, tenant), app(appliance, tenant)
    found = tokens_of(web, person(tenant))
    every = [own.post("token", grant_type="client_credentials").json, found, web.refresh(found["refresh_token"]).json]
    assert [one["expires_in"] for one in every] == [3600, 3600, 3600]


def test_4_refresh_tokens_rotate_and_reuse_is_noticed(appliance: Appliance) -> None:
    tenant = appliance.tenant()
    client = app(appliance, tenant, auth_method="none")
    first = tokens_of(client, person(tenant))["refresh_token"]
    second = client.refresh(first).json["refresh_token"]
    assert second != first
    assert client.refresh(first).json["error"] == "invalid_grant"
    assert client.refresh(second).json["error"] == "invalid_grant"


def test_5_a_replayed_code_revokes_the_tokens_it_gave(appliance: Appliance) -> None:
    tenant = appliance.tenant()
    client = app(appliance, tenant)
    code = Browser(appliance.anonymous).allow(client, person(tenant))["code"]
    given = client.exchange(code).json
    assert client.exchange(code).json["error"] == "invalid_grant"
    assert client.post("introspect", token=given["access_token"]).json == {"active": False}
    assert client.post("introspect", token=given["refresh_token"]).json == {"active": False}


def test_6_clients_prove_themselves_in_the_header_in_the_body_or_not_at_all(appliance: Appliance) -> None:
    tenant = appliance.tenant()
    email, web, public = person(tenant), app(appliance, tenant), app(appliance, tenant, auth_method="none")
    code = Browser(appliance.anonymous).allow(web, email)["code"]
    assert web.post("token", headers={}, client_id=web.id, client_secret=web.secret, **_exchange(code)).status == 200
    assert tokens_of(web, email)
    assert tokens_of(public, email)


def _exchange(code: str) -> dict[str, Any]:
    return {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}


def test_7_success_and_error_both_say_who_answers_and_by_303(appliance: Appliance) -> None:
    tenant = appliance.tenant()
    client, browser = app(appliance, tenant), Browser(appliance.anonymous)
    assert browser.allow(client, person(tenant))["iss"] == appliance.url
    reply = browser.open(client.request(scope="moon"))
    assert (reply.status, sent_back(reply)["iss"]) == (303, appliance.url)


def test_8_a_redirect_is_compared_byte_for_byte(appliance: Appliance) -> None:
    client, browser = app(appliance, appliance.tenant()), Browser(appliance.anonymous)
    for near in ("https://app.example.com/callback/", "https://app.example.com/callback?x=1", "https://APP.example.com/callback"):
        assert browser.open(client.request(redirect_uri=near)).status == 400


def test_9_what_is_signed_is_signed_without_the_deprecated_library(appliance: Appliance) -> None:
    tenant = appliance.tenant()
    assert tokens_of(app(appliance, tenant, token_format="jwt"), person(tenant), scope="openid contacts:read")["id_token"]
    assert "authlib.jose" not in sys.modules


@pytest.mark.alone
def test_tokens_are_issued_fast(appliance: Appliance, figure: Any) -> None:
    client = service_app(appliance, appliance.tenant())
    client.post("token", grant_type="client_credentials")
    count = 400

    def work() -> None:
        for _ in range(count // 8):
            assert client.post("token", grant_type="client_credentials").status == 200

    async def rush() -> None:
        await asyncio.gather(*(asyncio.to_thread(work) for _ in range(8)))

    rate = count / quickest(lambda: asyncio.run(rush()), count / 50)
    figure(f"{rate:.0f} tokens a second")
    # The caller shares the interpreter with the server here; the aim of 200 a second is measured by the bench.
    assert rate > 50
