"""What a person is shown, and what comes of the decision."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.domain.actor import system_actor
from server.services import sessions
from server.services.oauth import consent
from server.services.oauth.consent import Screen
from server.services.oauth.issuers import Issuer
from server.services.oauth.messages import Reply
from server.system import clock
from tests.server.services.oauth.rig import ALICE, PUBLIC, WEB, App, back
from tests.tenants import TENANT_B

pytestmark = pytest.mark.usefixtures("opened")


def screen(found: Screen | Reply) -> Screen:
    """Return what is shown."""
    assert isinstance(found, Screen), found
    return found


def reply(found: Screen | Reply) -> dict[str, str]:
    """Return what the browser carries back."""
    assert isinstance(found, Reply), found
    return back(found)


def test_a_stranger_signs_in_and_a_person_decides() -> None:
    app = App()
    assert screen(app.authorizing().show(None)).name == "sign_in"
    shown = screen(app.authorizing(scope="contacts:read email").show(ALICE))
    assert (shown.name, shown.client, shown.allows) == ("consent", "App", ("see your e-mail address", "read contacts"))
    assert reply(app.authorizing().decide(ALICE, allowed=False)) == {"error": "access_denied", "state": "s", "iss": PUBLIC} | {
        "error_description": "The resource owner or authorization server denied the request"
    }
    assert set(reply(app.authorizing().decide(ALICE, allowed=True))) == {"code", "state", "iss"}


def test_only_a_client_that_proves_itself_is_remembered_and_only_for_what_was_allowed() -> None:
    web, public = App(), App(**WEB, auth_method="none")
    for app in (web, public):
        app.code(scope="contacts:write")
    assert "code" in reply(web.authorizing(scope="contacts:read").show(ALICE))
    assert screen(web.authorizing(scope="contacts:read", prompt="consent").show(ALICE)).name == "consent"
    assert screen(web.authorizing(scope="email").show(ALICE)).name == "consent"
    assert screen(public.authorizing(scope="contacts:read").show(ALICE)).name == "consent"


def test_prompts_are_heeded() -> None:
    app = App()
    assert reply(app.authorizing(prompt="none").show(None))["error"] == "login_required"
    assert reply(app.authorizing(prompt="none").show(ALICE))["error"] == "consent_required"
    assert screen(app.authorizing(prompt="login").show(ALICE)).name == "sign_in"
    old = replace(ALICE, auth_time=clock.now_ms() - 61_000)
    assert screen(app.authorizing(max_age="60").show(old)).name == "sign_in"
    assert screen(app.authorizing(max_age="62").show(old)).name == "consent"


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"must_change_password": True}, "new password"),
        ({"tenant_id": ""}, "Operators"),
        ({"tenant_id": TENANT_B, "id": "usr_charlie"}, "another organisation"),
    ],
)
def test_whom_a_client_is_not_for_is_told_so_and_cannot_decide(changed: dict[str, object], says: str) -> None:
    app, person = App(), replace(ALICE, **changed)  # type: ignore[arg-type]
    shown = screen(app.authorizing().show(person))
    assert (shown.name, says in (shown.problem or "")) == ("sign_in", True)
    assert app.authorizing().decide(person, allowed=True).location is None


def test_another_tenants_issuer_shows_nothing_of_this_client() -> None:
    shown = screen(App().authorizing(issuer=Issuer(PUBLIC, TENANT_B)).show(ALICE))
    assert shown.name == "refused"


def test_a_session_tells_who_is_there_until_it_ends() -> None:
    made = sessions.open_for(system_actor(""), "usr_alice", 1)
    found = consent.person_of(made["token"])
    assert found
    assert (found.id, found.tenant_id, found.must_change_password) == ("usr_alice", ALICE.tenant_id, False)
    with clock.frozen(clock.now_ms() + 3_600_001):
        assert consent.person_of(made["token"]) is None
    assert consent.person_of(None) is None
    assert consent.person_of("made-up") is None


def test_a_forms_proof_is_of_one_browser_and_one_session() -> None:
    proofs = {consent.form_proof(browser, token) for browser in ("a", "b") for token in (None, "x", "y")}
    assert len(proofs) == 6
