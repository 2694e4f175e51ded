"""Putting messages into the queue: everybody once, and who is suppressed kept with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.domain.actor import Actor
from server.services.email import stats, suppressions
from server.services.email.suppressions import NewSuppression
from server.store import database
from tests.mailing import happened, sending_settings, states, submit, verified


@pytest.fixture(autouse=True)
def _domain(alice: Actor) -> None:
    verified(alice.tenant_id, "example.com")


@pytest.mark.criterion("email-25")
@pytest.mark.parametrize("kind", ["to", "cc", "bcc"])
def test_a_suppressed_address_is_left_out_whatever_list_or_spelling_it_stands_in(alice: Actor, tmp_path: Path, kind: str) -> None:
    suppressions.create(alice, NewSuppression(value="Eve@Customer.test"))
    made = submit(alice, sending_settings(tmp_path), **{"to": ["bob@customer.test"], kind: ["EVE@CUSTOMER.TEST"]})
    (eve,) = [one for one in made["recipients"] if one["address"].lower().startswith("eve")]
    assert (eve["state"], eve["reason"]) == ("suppressed", "suppressed_manual")
    (told,) = [one for one in happened(alice, made["id"]) if one["type"] == "suppressed"]
    assert {"reason", "since", "source", "scope"} <= set(told["detail"])


def test_somebody_named_twice_gets_one_message(alice: Actor, tmp_path: Path) -> None:
    made = submit(alice, sending_settings(tmp_path), to=["bob@customer.test", "Bob <bob@customer.test>"], bcc="bob@customer.test")
    assert states(alice, made["id"]) == ["queued"]


def test_who_is_suppressed_from_the_start_is_counted(alice: Actor, tmp_path: Path) -> None:
    with database.transaction():
        suppressions.suppress(alice, "bob@customer.test", "complaint", "feedback_report")
    submit(alice, sending_settings(tmp_path), to=["bob@customer.test", "carl@customer.test"])
    total = stats.read(alice, "provider", 1, {})["total"]
    assert (total["suppressed"], total["reasons"]["suppressed"]) == (1, {"suppressed_complaint": 1})
