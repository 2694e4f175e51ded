"""The provider as a whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.services.oauth.issuers import Issuer
from server.services.oauth.provider import Provider
from server.store import clients as store
from server.store import database
from server.store import tokens as token_rows
from tests.server.services.oauth.rig import HERE, OWN, PUBLIC, App, asked, back
from tests.tenants import TENANT_B

pytestmark = pytest.mark.usefixtures("opened")


def test_every_answer_to_the_browser_names_the_issuer_and_is_a_303() -> None:
    app = App()
    for reply in (app.authorizing(scope="moon").show(None), app.authorizing(prompt="none").show(None)):
        assert reply.status == 303  # type: ignore[union-attr]
        assert back(reply)["iss"] == PUBLIC  # type: ignore[arg-type]


def test_a_client_that_proved_itself_is_counted_for_its_tenant_and_marked_as_used() -> None:
    app = App(**OWN)
    counted: list[tuple[str, str | None, str | None]] = []
    request = replace(app.asked(grant_type="client_credentials"), admit=lambda *one: counted.append(one))
    assert Provider(request, HERE).answer_token_request().status == 200
    assert counted == [(app.id, app.client.tenant_id, "standard")]
    assert app.client.row["last_used_at"] is not None


def test_another_tenants_issuer_does_not_know_the_client() -> None:
    app = App(**OWN)
    reply = app.token(issuer=Issuer(PUBLIC, TENANT_B), grant_type="client_credentials")
    assert (reply.status, reply.body["error"]) == (401, "invalid_client")
    assert store.find_anywhere(app.id)


def test_what_is_refused_leaves_no_token() -> None:
    app = App(**OWN)
    assert app.token(grant_type="client_credentials", scope="moon").body["error"] == "invalid_scope"
    assert Provider(asked(pairs=[("a", "b"), ("a", "b")]), HERE).answer_token_request().body["error"] == "invalid_request"
    assert token_rows.find_by_digest("") is None
    assert database.row("SELECT COUNT(*) FROM tokens") == (0,)
