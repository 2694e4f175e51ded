"""What a person allowed is shown once per application, and all of it ends at once."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.domain.errors import Missing
from server.services.oauth import consents, tokens
from server.services.oauth.consent import Person
from tests.server.services.oauth.rig import ALICE, WEB, App


def test_an_application_stands_there_once_and_ends_with_all_its_tokens(alice: Actor) -> None:
    app, other = App(**WEB, scopes=["contacts:read", "companies:read"]), App()
    mine = [app.exchange(app.code(scope=scope)).body["access_token"] for scope in ("contacts:read", "companies:read")]
    kept = other.exchange(other.code()).body["access_token"]
    other.code()
    person = Person(ALICE.id, alice.tenant_id, "alice@example.com", 0, must_change_password=False)
    assert [(one.client_id, one.allows) for one in consents.given(person)] == [
        (other.id, ("read contacts",)),
        (app.id, ("read contacts", "read companies")),
    ]
    consents.withdraw(app.asked(), person, app.id)
    assert [one.client_id for one in consents.given(person)] == [other.id]
    live = [tokens.is_live(found) for text in (*mine, kept) if (found := tokens.find(text, "access"))]
    assert live == [False, False, True]
    with pytest.raises(Missing):
        consents.withdraw(app.asked(), person, app.id)
