"""Clients as the grants see them."""

from __future__ import annotations

import pytest

from server.services.oauth import clients
from server.services.oauth.clients import ClientSecretRotation
from server.system import clock
from tests.server.services.oauth.rig import OWN, WEB, App
from tests.tenants import TENANT_A, TENANT_B, person

pytestmark = pytest.mark.usefixtures("opened")


def test_a_secret_is_the_clients_own_and_the_old_one_for_a_while() -> None:
    app = App()
    old = app.secret or ""
    new = clients.rotate_secret(person("alice"), app.id, ClientSecretRotation(overlap_seconds=60))["client_secret"]
    assert [app.client.check_client_secret(one) for one in (old, new, "", old + "x")] == [True, True, False, False]
    with clock.frozen(clock.now_ms() + 60_001):
        assert [app.client.check_client_secret(one) for one in (old, new)] == [False, True]


def test_a_public_client_has_no_secret_that_could_fit() -> None:
    app = App(**WEB, auth_method="none")
    assert app.secret is None
    assert not app.client.confidential
    assert not app.client.check_client_secret("")


def test_a_secret_may_travel_either_way_and_nothing_else_stands_in_for_it() -> None:
    client = App().client
    fits = [client.check_endpoint_auth_method(one, "token") for one in ("client_secret_basic", "client_secret_post", "none", "tls_client_auth")]
    assert fits == [True, True, False, False]


def test_the_only_redirect_need_not_be_named() -> None:
    assert App().client.get_default_redirect_uri() == WEB["redirect_uris"][0]
    assert App(**OWN).client.get_default_redirect_uri() is None


def test_a_client_serves_its_own_tenant_and_its_own_issuer() -> None:
    client = App().client
    assert [client.serves(one) for one in (TENANT_A, TENANT_B)] == [True, False]
    assert [client.is_usable(one) for one in (None, TENANT_A, TENANT_B)] == [True, True, False]
