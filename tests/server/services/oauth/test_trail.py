"""Whatever gives, takes or refuses access at the provider is in the tenant's audit trail."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.actor import Actor
from server.services import audit
from server.services.oauth.provider import Provider
from server.store import database
from tests.server.services.oauth.rig import ALICE, HERE, OWN, App, asked


def told(actor: Actor) -> list[tuple[str, str, dict[str, Any]]]:
    """Return action, actor and changes of what clients and people did, the oldest first."""
    found = audit.list_page(actor, {}, None, 200)[0][::-1]
    return [(entry["action"], entry["actor"]["id"], entry["changes"] or {}) for entry in found if entry["actor"]["kind"] != "system"]


@pytest.mark.criterion("api-25")
def test_allowing_exchanging_refreshing_and_revoking_are_told(alice: Actor) -> None:
    app = App()
    tokens = app.exchange(app.code()).body
    again = app.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"]).body
    with database.transaction():
        Provider(app.asked(token=again["access_token"]), HERE).answer_endpoint("revocation")
    found = told(alice)
    assert [(action, who) for action, who, _ in found] == [
        ("authorization.granted", ALICE.id),
        ("token.issued", app.id),
        ("token.issued", app.id),
        ("token.revoked", app.id),
    ]
    assert found[1][2] == {"grant_type": [None, "authorization_code"], "scopes": [None, ["contacts:read"]], "user_id": [None, ALICE.id]}
    assert found[3][2] == {"kind": [None, "access"]}


@pytest.mark.criterion("api-25")
def test_a_code_or_refresh_token_that_comes_twice_is_told(alice: Actor) -> None:
    app = App()
    code = app.code()
    tokens = app.exchange(code).body
    app.exchange(code)
    for _ in range(2):
        other = app.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert other.status == 400
    assert [changes for action, _, changes in told(alice) if action == "authorization.replayed"] == [{"proof": [None, "code"]}]


@pytest.mark.criterion("api-25")
def test_refusing_a_client_and_being_refused_are_told(alice: Actor) -> None:
    app = App(**OWN)
    App().authorizing().decide(ALICE, allowed=False)
    with database.transaction():
        reply = Provider(asked(pairs=[("client_id", app.id), ("client_secret", "wrong"), ("grant_type", "client_credentials")]), HERE)
        assert reply.answer_token_request().status == 401
    assert [(action, who) for action, who, _ in told(alice)] == [("authorization.denied", ALICE.id), ("client.refused", app.id)]
