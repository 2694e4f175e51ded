"""A lot is held once more against what may have changed; what cannot go now goes back into its lane."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from server.domain.actor import Actor
from server.domain.mail.zone import Answer
from server.outbound import dns
from server.services.email import suppressions, warmups
from server.services.email.courier import Courier
from server.services.email.desk import MailDesk, Room
from server.services.email.sending import LotSender
from server.services.email.settling import Outcome
from server.services.email.suppressions import NewSuppression
from server.services.email.warmups import NewWarmup
from server.store import database
from server.system import clock
from tests.mailing import sending_settings, states, submit, verified


class Taking:
    """Stands for connections: takes every message, and remembers by which transports it might have gone."""

    def __init__(self) -> None:
        self.offered: list[tuple[str, ...]] = []
        self.bodies: list[bytes] = []

    def bring(self, _attempt: Any, body: bytes, transports: tuple[str, ...], settle: Any) -> None:
        self.offered.append(transports)
        self.bodies.append(body)
        settle(Outcome(accepted=True, source=transports[0], code=250, text="fine"))


@pytest.fixture(autouse=True)
def _world(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    verified(alice.tenant_id, "example.com")
    zone = {"company.test": Answer("found", ("1 aspmx.l.google.com",)), "customer.test": Answer("found", ("1 customer.test",))}
    monkeypatch.setattr(dns, "lookup", lambda name, _kind: zone.get(name, Answer("no_name")))


def run(folder: Path, desk: MailDesk, courier: Taking) -> int:
    """Bring what is due, and return how many lots that were."""
    lots = desk.take(Room(6, 6))
    for lot in lots:
        LotSender(lot, cast("Courier", courier), desk, sending_settings(folder)).run(lambda: False)
    return len(lots)


def test_a_domain_that_turns_out_to_be_a_providers_waits_for_that_ones_turn(alice: Actor, tmp_path: Path) -> None:
    made, desk, courier = submit(alice, sending_settings(tmp_path), to=["bob@company.test"]), MailDesk(lease_ms=60_000), Taking()
    assert desk.take(Room(0, 6)) == []
    run(tmp_path, desk, courier)
    assert (states(alice, made["id"]), courier.offered) == (["queued"], [])
    (lot,) = desk.take(Room(6, 6))
    assert lot.site == "google"


@pytest.mark.criterion("email-7")
def test_what_is_over_the_days_share_waits_for_the_next_day(alice: Actor, tmp_path: Path) -> None:
    warmups.create(alice, NewWarmup(source="direct"))
    settings, desk, courier = sending_settings(tmp_path), MailDesk(lease_ms=60_000), Taking()
    for number in range(6):
        submit(alice, settings, to=[f"p{number}-{one}@customer.test" for one in range(10)])
    while run(tmp_path, desk, courier):
        desk = MailDesk(lease_ms=60_000)  # as after a restart: the day's share is counted on
    assert len(courier.offered) == 50
    waiting = database.rows("SELECT due_at, state FROM email_recipients WHERE finished_at IS NULL")
    assert {row[0] for row in waiting} == {warmups.next_day(clock.now_ms())}
    assert [row[1] for row in waiting] == ["queued"] * 10


@pytest.mark.criterion("email-25")
def test_what_was_suppressed_since_is_not_sent(alice: Actor, tmp_path: Path) -> None:
    made, courier = submit(alice, sending_settings(tmp_path)), Taking()
    suppressions.create(alice, NewSuppression(value="customer.test"))
    run(tmp_path, MailDesk(lease_ms=60_000), courier)
    assert (states(alice, made["id"]), courier.offered) == (["suppressed"], [])


def test_a_message_whose_content_is_gone_ends_with_that_reason(alice: Actor, tmp_path: Path) -> None:
    made = submit(alice, sending_settings(tmp_path))
    database.run("DELETE FROM email_contents")
    run(tmp_path, MailDesk(lease_ms=60_000), Taking())
    assert states(alice, made["id"]) == ["bounced"]


def test_what_breaks_is_put_back_and_does_not_come_round_at_once(alice: Actor, tmp_path: Path) -> None:
    class Broken(Taking):
        def bring(self, *_: Any) -> None:
            raise OSError("no more sockets")

    made, desk = submit(alice, sending_settings(tmp_path)), MailDesk(lease_ms=60_000)
    with pytest.raises(OSError, match="sockets"):
        run(tmp_path, desk, Broken())
    assert states(alice, made["id"]) == ["queued"]
    assert desk.take(Room(6, 6)) == []


@pytest.mark.criterion("email-26")
def test_each_recipient_of_a_broadcast_is_brought_a_way_to_unsubscribe_of_its_own(alice: Actor, tmp_path: Path) -> None:
    courier = Taking()
    submit(alice, sending_settings(tmp_path), stream="broadcast", to=["bob@customer.test", "carol@customer.test"])
    submit(alice, sending_settings(tmp_path), to=["dora@customer.test"])
    while run(tmp_path, MailDesk(lease_ms=60_000), courier):
        pass
    named = [line for body in courier.bodies for line in body.splitlines() if line.startswith(b"List-Unsubscribe: <http")]
    assert (len(courier.bodies), len(named), len(set(named))) == (3, 2, 2)
