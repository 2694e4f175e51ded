"""Routes: which mail goes which way, and whose addresses may be named."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict, Denied, Missing, Stale, Unprocessable
from server.services.email import routes
from server.services.email.routes import EmailRouteChange, NewEmailRoute
from tests.mailing import verified


def route(actor: Actor, name: str = "Route", **rest: Any) -> dict[str, Any]:
    """Make a route."""
    return routes.create(actor, NewEmailRoute.model_validate({"name": name, "actions": [{"type": "activity"}], **rest}))


def chosen(actor: Actor, **facts: Any) -> str | None:
    """Return the name of the route that a mail takes."""
    usual = {"recipients": ["help@example.com"], "accounts": [], "sender": "bob@customer.test", "subject": "Offer", "proven": False}
    found = routes.fitting(actor.tenant_id, actor.mode, **{**usual, **facts})
    return found["name"] if found else None


def test_the_first_route_that_fits_decides(alice: Actor) -> None:
    verified(alice.tenant_id, "example.com")
    route(alice, "Subject", position=1, subject="INVOICE")
    route(alice, "Sender", position=2, sender="@customer.test")
    route(alice, "Address", position=0, addresses=["Sales@example.com"])
    route(alice, "Account", position=0, accounts=["acc_1"])
    route(alice, "Proven", position=3, proven_only=True)
    assert chosen(alice, recipients=["sales+spring@example.com"]) == "Address"
    assert chosen(alice, accounts=["acc_1"]) == "Account"
    assert chosen(alice, subject="Your invoice") == "Subject"
    assert chosen(alice) == "Sender"
    assert chosen(alice, sender="x@else.test") is None
    assert chosen(alice, sender="x@else.test", proven=True) == "Proven"


@pytest.mark.criterion("email-15")
def test_an_address_of_somebody_elses_domain_is_refused_and_one_leads_to_one_route(alice: Actor, charlie: Actor) -> None:
    verified(alice.tenant_id, "example.com")
    for actor, address in ((alice, "help@elsewhere.test"), (charlie, "help@example.com")):
        with pytest.raises(Unprocessable) as refused:
            route(actor, addresses=[address])
        assert [fault.pointer for fault in refused.value.faults] == ["/addresses/0"]
    found = route(alice, addresses=["@example.com"])
    with pytest.raises(Conflict):
        route(alice, addresses=["@example.com"])
    assert routes.accepting(["anybody@example.com", "x@other.test"]) == {"anybody@example.com": (alice.tenant_id, "live", found["id"])}
    routes.update(alice, found["id"], EmailRouteChange(active=False))
    assert routes.accepting(["anybody@example.com"]) == {}
    assert chosen(alice) is None


@pytest.mark.parametrize("action", [{"type": "address"}, {"type": "connector"}, {"type": "address", "to": "nobody"}])
def test_an_action_that_cannot_be_followed_is_refused(alice: Actor, action: dict[str, Any]) -> None:
    with pytest.raises(Unprocessable):
        route(alice, actions=[action])


def test_a_route_is_changed_and_removed_by_those_who_may(alice: Actor, bob: Actor, charlie: Actor) -> None:
    found = route(alice)
    with pytest.raises(Denied):
        route(bob)
    with pytest.raises(Missing):
        routes.get(charlie, found["id"])
    changed = routes.update(alice, found["id"], EmailRouteChange(name="Other", subject="x"), version=1)
    assert (changed["name"], changed["subject"], changed["version"]) == ("Other", "x", 2)
    with pytest.raises(Stale):
        routes.update(alice, found["id"], EmailRouteChange(name="Third"), version=1)
    assert routes.list_page(alice, None, 10)[0] == [changed]
    routes.remove(alice, found["id"], version=2)
    with pytest.raises(Missing):
        routes.get(alice, found["id"])
