"""What a tenant does with mail that its sender's domain disowns, each its own."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from pydantic import ValidationError

from server.domain.actor import Actor
from server.domain.errors import Denied, Unprocessable
from server.services.email import inbound_policies, receiving
from server.services.email.inbound_policies import InboundPolicy, InboundPolicyChange
from server.services.email.receiving import Handed
from server.services.email.routes import NewEmailRoute, create
from server.store import database
from server.system import settings as loading
from server.system.settings import Settings
from tests.mailing import verified
from tests.receiving import mail, sorted_out

HANDED = Handed("192.0.2.1", "mx.customer.test", "bob@customer.test")


def settings(**given: object) -> Settings:
    return loading.load(Path("nowhere"), {}, {name.replace("__", "."): value for name, value in given.items()})


def choose(actor: Actor, **chosen: object) -> dict[str, object]:
    return inbound_policies.put(actor, InboundPolicyChange.model_validate(chosen), settings())


def test_what_a_tenant_leaves_open_is_as_the_appliance_has_it(alice: Actor) -> None:
    appliance = settings(email__refuse_disowned=True, email__trusted_authserv_ids=["mx.example.net"])
    assert inbound_policies.get(alice, settings())["on_reject"] == "quarantine"
    found = inbound_policies.get(alice, appliance)
    assert (found["on_reject"], found["trusted_authserv_ids"], found["own"]) == ("refuse", ["mx.example.net"], [])
    choose(alice, on_reject="accept", trusted_authserv_ids=[])
    found = inbound_policies.get(alice, appliance)
    assert (found["on_reject"], found["trusted_authserv_ids"], found["own"]) == ("accept", [], ["on_reject", "trusted_authserv_ids"])
    assert choose(alice)["own"] == [], "what is put replaces what was chosen"


def test_a_choice_is_in_the_audit_trail_once_and_needs_the_permission(alice: Actor, bob: Actor) -> None:
    choose(alice, on_reject="refuse")
    choose(alice, on_reject="refuse")
    count = database.row("SELECT COUNT(*) FROM audit WHERE action = 'email_inbound_policy.updated' AND tenant_id = ?", (alice.tenant_id,))
    assert count == (1,)
    with pytest.raises(Denied):
        inbound_policies.put(bob, InboundPolicyChange(), settings())


@pytest.mark.parametrize("wrong", [{"on_reject": "drop"}, {"on_quarantine": "refuse"}, {"trusted_authserv_ids": ["a b"]}, {"more": 1}])
def test_what_cannot_be_chosen_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        InboundPolicyChange.model_validate(wrong)


@pytest.mark.criterion("email-23")
@pytest.mark.parametrize(
    ("chosen", "asked", "state"),
    [
        ({}, "reject", "quarantined"),
        ({"on_reject": "accept"}, "reject", "done"),
        ({"on_reject": "refuse"}, "reject", "quarantined"),
        ({"on_reject": "accept"}, "quarantine", "quarantined"),
        ({"on_quarantine": "accept"}, "quarantine", "done"),
        ({}, "none", "done"),
    ],
)
def test_disowned_mail_goes_the_way_its_tenant_chose_and_is_from_nobody(
    alice: Actor, charlie: Actor, chosen: dict[str, object], asked: str, state: str
) -> None:
    choose(alice, **chosen)
    said = {"spf": "fail", "dkim": "none", "dmarc": "fail", "arc": "none", "policy": asked}
    found = sorted_out(alice, mail(), authentication=said)
    assert (found["state"], found["identity"]) == (state, None)
    other = sorted_out(charlie, mail(), authentication=said)
    assert other["state"] == ("done" if asked == "none" else "quarantined"), "one tenant's choice is no other's"


@pytest.mark.criterion("email-23")
def test_a_message_is_refused_on_the_way_in_where_everybody_it_is_for_chose_so(alice: Actor, charlie: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    found = SimpleNamespace(words={"spf": "fail", "dkim": "none", "dmarc": "fail", "arc": "none"}, policy="reject", domain="customer.test")
    monkeypatch.setattr(receiving, "authenticate", lambda *_given, **_named: found)
    for actor, domain in ((alice, "example.com"), (charlie, "example.org")):
        verified(actor.tenant_id, domain)
        create(actor, NewEmailRoute.model_validate({"name": "All", "addresses": [f"@{domain}"], "actions": [{"type": "activity"}]}))
    choose(alice, on_reject="refuse")
    with pytest.raises(Unprocessable) as refused:
        receiving.receive(mail(), HANDED, ["x@example.com"])
    assert refused.value.stable_code == "mail_disowned"
    assert len(receiving.receive(mail(), HANDED, ["x@example.org"])) == 1
    both = ["x@example.com", "x@example.org"]
    assert len(receiving.receive(mail(message_id="<2@customer.test>"), HANDED, both)) == 2, "one answer for both, and nobody's mail is lost"
    with pytest.raises(Unprocessable):
        receiving.receive(mail(), HANDED, both, InboundPolicy(on_reject="refuse"))
