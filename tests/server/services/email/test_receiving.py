"""For whom mail is taken by SMTP."""

from __future__ import annotations

from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from server.domain.actor import Actor
from server.domain.errors import Unprocessable
from server.services.email import receiving
from server.services.email.inbound_policies import InboundPolicy
from server.services.email.receiving import Handed
from server.services.email.routes import NewEmailRoute, create
from tests.mailing import verified
from tests.receiving import mail

HANDED = Handed("192.0.2.1", "mx.customer.test", "bob@customer.test")


def test_mail_is_taken_for_addresses_of_routes_alone(alice: Actor) -> None:
    verified(alice.tenant_id, "example.com")
    create(alice, NewEmailRoute.model_validate({"name": "All", "addresses": ["@example.com"], "actions": [{"type": "activity"}]}))
    owner = (alice.tenant_id, alice.mode)
    assert receiving.owners(["x@example.com", "y@elsewhere.test", "b+nobody@example.com"]) == {"x@example.com": owner, "b+nobody@example.com": owner}


def test_a_message_that_goes_in_circles_is_refused() -> None:
    with pytest.raises(Unprocessable) as refused:
        receiving.receive(b"Received: from a by b\r\n" * 60 + mail(), HANDED, ["x@example.com"])
    assert refused.value.stable_code == "mail_loop"


@pytest.mark.criterion("email-23")
@pytest.mark.parametrize(("policy", "refused"), [("reject", True), ("quarantine", False), ("none", False)])
def test_what_a_domain_asks_to_reject_is_refused_where_that_is_wanted(
    alice: Actor, monkeypatch: pytest.MonkeyPatch, policy: str, refused: bool
) -> None:
    found = SimpleNamespace(words={"spf": "fail", "dkim": "none", "dmarc": "fail", "arc": "none"}, policy=policy, domain="customer.test")
    monkeypatch.setattr(receiving, "authenticate", lambda *_given, **_named: found)
    verified(alice.tenant_id, "example.com")
    create(alice, NewEmailRoute.model_validate({"name": "All", "addresses": ["@example.com"], "actions": [{"type": "activity"}]}))
    assert len(receiving.receive(mail(), HANDED, ["x@example.com"])) == 1
    with pytest.raises(Unprocessable) if refused else nullcontext() as error:
        receiving.receive(mail(), HANDED, ["x@example.com"], InboundPolicy(on_reject="refuse"))
    assert (error is not None and error.value.stable_code == "mail_disowned") == refused
