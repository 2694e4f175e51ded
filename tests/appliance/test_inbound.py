"""What vendors send, through the running appliance: answered means committed, killed means nothing lost and nothing twice."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from threading import Event, Thread
from typing import Any, Self

import pytest

from tests.appliance.stage import Stage, kill, receiving
from tests.pace import best, until

SECRET = "whsec_a_secret_of_stripes_own_making"


class Vendor:
    """Threads that send signed messages as fast as they are let, and again what was not answered with a success, as vendors do."""

    def __init__(self, stage: Stage, path: str, count: int) -> None:
        self.answered: list[str] = []
        self.sent_again = 0
        self._stage, self._path = stage, path
        self._ended = Event()
        self._threads = [Thread(target=self._send, args=(number,)) for number in range(count)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _send(self, number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._stage.port, timeout=10)
        turn = 0
        while not self._ended.wait(0.005):
            event_id = f"evt_{number}_{turn}"
            try:
                status = _post(connection, self._path, event_id)
            except (OSError, http.client.HTTPException):
                connection.close()
                self.sent_again += 1
                time.sleep(0.02)
                continue
            assert status == 200
            self.answered.append(event_id)
            turn += 1
        connection.close()


def _post(connection: http.client.HTTPConnection, path: str, event_id: str) -> int:
    body = b'{"id": "%b", "type": "charge.succeeded"}' % event_id.encode()
    now = int(time.time())
    signature = hmac.new(SECRET.encode(), b"%d.%b" % (now, body), hashlib.sha256).hexdigest()
    connection.request("POST", path, body, {"Stripe-Signature": f"t={now},v1={signature}", "Content-Type": "application/json"})
    response = connection.getresponse()
    response.read()
    return response.status


@pytest.mark.criterion("connectors-10")
@pytest.mark.timeout(300)
def test_killing_everything_loses_no_answered_message_and_processes_each_once(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "JUNCTION_INBOUND__PER_SOURCE_PER_SECOND=100000")
    with receiving() as receiver:
        with stage.serving():
            stage.webhooks(receiver, {"events": ["inbound.received"]})
            made: dict[str, Any] = stage.call("POST", "/api/v1/inbound/sources", {"name": "Shop", "provider": "stripe", "secret": SECRET})
        with Vendor(stage, made["path"], 3) as vendor:
            for _ in range(2):
                with stage.serving() as served:
                    time.sleep(random.uniform(0.5, 2))
                    kill(served)
        with stage.serving():
            until(_processed(stage), 120, lambda: stage.rows("SELECT state, COUNT(*) FROM inbound_messages GROUP BY state"))
            until(lambda: stage.owed() == 0)
        counts = receiver.counts()
    kept = [row[0] for row in stage.rows("SELECT event_id FROM inbound_messages")]
    assert len(vendor.answered) > 20
    assert set(vendor.answered) <= set(kept)
    assert len(kept) == len(set(kept)), "a message that was sent again is kept once"
    events = stage.rows("SELECT object_id, COUNT(*) FROM events WHERE type = 'inbound.received' GROUP BY object_id")
    assert len(events) == len(kept)
    assert {count for _, count in events} == {1}
    assert "_forged" not in counts
    assert len(counts["events"]) == len(kept)


def _processed(stage: Stage) -> Callable[[], bool]:
    return lambda: not stage.rows("SELECT 1 FROM inbound_messages WHERE state <> 'processed' LIMIT 1")


@pytest.mark.criterion("connectors-10")
@pytest.mark.timeout(120)
def test_two_hundred_messages_a_second_are_acknowledged_at_once(tmp_path: Path, figure: Callable[[str], None]) -> None:
    stage = Stage(tmp_path, "JUNCTION_INBOUND__PER_SOURCE_PER_SECOND=100000")
    with stage.serving():
        made: dict[str, Any] = stage.call("POST", "/api/v1/inbound/sources", {"name": "Shop", "provider": "stripe", "secret": SECRET})
        firsts = count(0, 1000)
        late = best(lambda: sorted(_paced(stage, made["path"], 200, 5, next(firsts)))[990], 0.25)
        until(_processed(stage), 120)
    figure(f"p99 {late * 1000:.0f} ms of 1,000 messages")
    assert len(stage.rows("SELECT 1 FROM inbound_messages")) == next(firsts)
    assert late <= 0.25


def _paced(stage: Stage, path: str, rate: int, seconds: int, start: int) -> list[float]:
    """Send messages at a rate, each at its moment whatever became of the others, and return how long each waited for its answer."""
    waits: list[float] = []
    began = time.monotonic() + 0.5

    def send(first: int, step: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", stage.port, timeout=10)
        for number in range(first, rate * seconds, step):
            due = began + number / rate
            time.sleep(max(due - time.monotonic(), 0))
            assert _post(connection, path, f"evt_{start + number}") == 200
            waits.append(time.monotonic() - due)
        connection.close()

    with ThreadPoolExecutor(20) as pool:
        for done in [pool.submit(send, first, 20) for first in range(20)]:
            done.result()
    return waits
