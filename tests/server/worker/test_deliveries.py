"""The delivery loop against real receivers: it delivers, keeps its leases, lets go of what is stopped, and ends in good order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from standardwebhooks import Webhook

from server.domain.actor import Actor
from server.outbound.posting import Poster
from server.services import deliveries, events, webhook_stats, webhooks
from server.services.dispatch import Desk
from server.services.webhook_bodies import NewWebhook, WebhookChange
from server.store import database
from server.worker.deliveries import DeliveryLoop
from tests.pace import PATIENCE
from tests.peers.receivers import Behaviour, answering, read_request, receiver

Seen = list[tuple[dict[str, str], bytes]]


@asynccontextmanager
async def delivering(*, lease_ms: int = 30_000, in_flight: int = 10, drain_seconds: float = 2) -> AsyncIterator[DeliveryLoop]:
    """Run a loop within the block, and end it as SIGTERM does."""
    desk = Desk(lease_ms=lease_ms, schedule=(0, 60))
    loop = DeliveryLoop(desk, Poster(timeout_seconds=5), in_flight=in_flight, lease_ms=lease_ms, drain_seconds=drain_seconds)
    task = asyncio.create_task(loop.run())
    try:
        yield loop
    finally:
        loop.stop()
        await task


def webhook(actor: Actor, port: int, name: str = "Orders") -> dict[str, str]:
    body = NewWebhook(name=name, url=f"http://127.0.0.1:{port}/hooks", events=["contact.*"])
    return webhooks.create(actor, body, most=100)


def happen(actor: Actor, count: int = 1) -> None:
    with database.transaction():
        for number in range(count):
            events.publish(actor, "contact.created", f"con_{number}", record={"n": number})


async def eventually(condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.02)


def stats(actor: Actor, webhook_id: str) -> dict[str, int]:
    return dict(webhook_stats.of_webhook(actor, webhook_id))


def hanging(begun: list[float], seconds: float) -> Behaviour:
    """Return a behaviour that answers each request after so many seconds, and notes when one came."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await read_request(reader)
            begun.append(time.monotonic())
            await asyncio.sleep(seconds)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()

    return behave


@pytest.mark.criterion("webhooks-16")
async def test_everything_arrives_once_and_verifies_with_somebody_elses_library(alice: Actor) -> None:
    seen: Seen = []
    async with receiver(answering("200 OK", seen=seen)) as port, delivering() as loop:
        made = webhook(alice, port)
        happen(alice, 100)
        loop.wake()
        await eventually(lambda: stats(alice, made["id"])["delivered"] == 100)
    assert len({headers["webhook-id"] for headers, _ in seen}) == len(seen) == 100
    for headers, body in seen:
        Webhook(made["secret"]).verify(body, headers)


async def test_rows_are_found_although_nobody_wakes(alice: Actor) -> None:
    async with receiver(answering("200 OK")) as port, delivering():
        made = webhook(alice, port)
        happen(alice)
        await eventually(lambda: stats(alice, made["id"])["delivered"] == 1)


async def test_no_more_than_its_share_is_under_way_to_one_webhook(alice: Actor) -> None:
    begun: list[float] = []
    async with receiver(hanging(begun, 1.0)) as port, delivering(in_flight=3) as loop:
        webhook(alice, port)
        happen(alice, 8)
        loop.wake()
        await eventually(lambda: len(begun) == 3)
        await asyncio.sleep(0.5)
        assert len(begun) == 3


async def test_one_that_hangs_holds_up_nobody(alice: Actor) -> None:
    begun: list[float] = []
    async with receiver(hanging(begun, 30)) as dead, receiver(answering("200 OK")) as port, delivering(drain_seconds=0.2) as loop:
        webhook(alice, dead, "Dead")
        made = webhook(alice, port)
        happen(alice, 60)
        loop.wake()
        await eventually(lambda: stats(alice, made["id"])["delivered"] == 60, 10)


@pytest.mark.criterion("webhooks-5")
async def test_a_slow_receiver_under_a_short_lease_gets_one_request_although_another_loop_looks_on_and_much_happens(alice: Actor) -> None:
    begun: list[float] = []
    async with (
        receiver(hanging(begun, 4)) as slow,
        receiver(answering("200 OK")) as port,
        delivering(lease_ms=1500) as first,
        delivering(lease_ms=1500),
    ):
        made, quick = webhook(alice, slow, "Slow"), webhook(alice, port)
        happen(alice)
        first.wake()
        await eventually(lambda: len(begun) == 1)
        for _ in range(30):  # never idle, so that renewing cannot wait for a quiet moment
            happen(alice)
            first.wake()
            await asyncio.sleep(0.1)
        await eventually(lambda: stats(alice, made["id"])["delivered"] >= 1)
        await eventually(lambda: stats(alice, quick["id"])["delivered"] == 31)
        [delivery] = [one for one in deliveries.list_page(alice, made["id"], {}, None, 50)[0] if one["state"] == "delivered"][-1:]
        assert delivery["attempts"] == 1
        await asyncio.sleep(1)
        assert len(begun) <= 31, "each of them once"


@pytest.mark.criterion("webhooks-5")
async def test_two_loops_on_one_database_post_nothing_twice(alice: Actor) -> None:
    seen: Seen = []
    async with receiver(answering("200 OK", seen=seen)) as port, delivering() as first, delivering() as second:
        made = [webhook(alice, port, f"W{number}") for number in range(4)]
        for _ in range(5):
            happen(alice, 50)
            first.wake()
            second.wake()
        await eventually(lambda: all(stats(alice, one["id"])["delivered"] == 250 for one in made))
    assert len(seen) == 1000


async def test_a_paused_webhook_gets_nothing_more_after_a_second(alice: Actor) -> None:
    begun: list[float] = []
    async with receiver(hanging(begun, 0.3)) as port, delivering(in_flight=2) as loop:
        made = webhook(alice, port)
        happen(alice, 40)
        loop.wake()
        await eventually(lambda: len(begun) >= 2)
        webhooks.update(alice, made["id"], WebhookChange(active=False))
        paused = time.monotonic()
        await asyncio.sleep(2)
        assert max(begun) < paused + 1
        counts = stats(alice, made["id"])
        assert counts["held"] + counts["delivered"] == counts["accepted"] == 40
        assert counts["held"] > 30


async def test_a_removed_webhook_gets_nothing_more_after_a_second(alice: Actor) -> None:
    begun: list[float] = []
    async with receiver(hanging(begun, 0.3)) as port, delivering(in_flight=2) as loop:
        made = webhook(alice, port)
        happen(alice, 40)
        loop.wake()
        await eventually(lambda: len(begun) >= 2)
        webhooks.remove(alice, made["id"])
        removed = time.monotonic()
        await asyncio.sleep(2)
        assert max(begun) < removed + 1


async def test_ending_finishes_what_is_under_way_and_gives_the_rest_back(alice: Actor) -> None:
    begun: list[float] = []
    async with receiver(hanging(begun, 0.5)) as port:
        async with delivering(in_flight=2) as loop:
            made = webhook(alice, port)
            happen(alice, 20)
            loop.wake()
            await eventually(lambda: len(begun) == 2)
        counts = stats(alice, made["id"])
    assert (counts["delivered"], counts["pending"], len(begun)) == (2, 18, 2)
    leased = database.row("SELECT COUNT(*) FROM deliveries WHERE lease IS NOT NULL")
    assert leased == (0,), "so that another worker takes them at once"


async def test_ending_does_not_wait_for_a_receiver_that_hangs(alice: Actor) -> None:
    begun: list[float] = []
    async with receiver(hanging(begun, 30)) as port:
        async with delivering(drain_seconds=0.5) as loop:
            made = webhook(alice, port)
            happen(alice)
            loop.wake()
            await eventually(lambda: len(begun) == 1)
            started = time.monotonic()
        assert time.monotonic() - started < 20, "the receiver would hang for thirty"
    delivery = deliveries.list_page(alice, made["id"], {}, None, 50)[0][0]
    assert (delivery["state"], delivery["attempts"]) == ("pending", 0)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_a_database_that_fails_for_a_while_loses_no_result(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: Seen = []
    broken = True
    turn = Desk.turn

    def failing(desk: Desk, done: list[object], room: object) -> object:
        if done and broken:
            raise ConnectionError
        return turn(desk, done, room)  # type: ignore[arg-type]

    monkeypatch.setattr(Desk, "turn", failing)
    async with receiver(answering("200 OK", seen=seen)) as port, delivering() as loop:
        made = webhook(alice, port)
        happen(alice, 5)
        loop.wake()
        await eventually(lambda: len(seen) == 5)
        await asyncio.sleep(0.5)
        assert stats(alice, made["id"])["delivered"] == 0
        broken = False
        await eventually(lambda: stats(alice, made["id"])["delivered"] == 5)
    assert len(seen) == 5


@pytest.mark.criterion("webhooks-23")
async def test_an_attempt_is_in_the_log_within_a_second_with_all_that_happened(alice: Actor) -> None:
    seen: Seen = []
    async with receiver(answering("500 Broken\r\nX-Answer: yes", b"no", seen=seen)) as port, delivering() as loop:
        made = webhook(alice, port)

        async def logged(number: int) -> float:
            happen(alice)
            loop.wake()
            await eventually(lambda: len(seen) >= number)
            arrived = time.monotonic()
            await eventually(lambda: stats(alice, made["id"])["failure_count"] >= number)
            return time.monotonic() - arrived

        assert min([await logged(number) for number in (1, 2, 3)]) <= 1
        (*_, delivery), _ = deliveries.list_page(alice, made["id"], {}, None, 9)
        (attempt,), _ = deliveries.list_attempts(alice, made["id"], delivery["id"], None, 9)
    assert (attempt["status"], attempt["address"], attempt["response"]["body"]) == (500, "127.0.0.1", "no")
    assert {"connect_ms", "first_byte_ms"} <= set(attempt["timings"])
    assert attempt["duration_ms"] >= attempt["timings"]["first_byte_ms"]
    assert attempt["request"]["headers"]["webhook-id"] == delivery["event_id"]
    assert attempt["curl"].startswith("curl ")
