"""`junction listen`: events of a real appliance arrive signed at a real receiver, and nothing is skipped between runs."""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest
import standardwebhooks

from server.domain.errors import Later, Unauthenticated
from server.domain.signing import new_secret
from server.main import command_line
from server.main.commands.listening import Listener, line_of
from server.outbound.tunnel import Event, Outcome, Tunnel
from tests.api import conftest as door
from tests.api.appliance import Appliance, Persona
from tests.pace import PATIENCE, until
from tests.peers.listener import Listener as Receiver

appliance, personas, alice = door.appliance, door.personas, door.alice


class Stopped(Exception):
    """Ends a listener, which listens until it is interrupted."""


class Running:
    """A listener in a thread; what it posted is told in `told`."""

    def __init__(self, appliance: Appliance, persona: Persona, url: str, secret: str, consumer: str | None = None) -> None:
        self.told: list[tuple[Event, Outcome]] = []
        self.said: list[str] = []
        self.stopping = False
        self.tunnel = Tunnel(appliance.url, persona.key)
        self.listener = Listener(self.tunnel, url, secret, self._tell, consumer, self._sleep)
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _tell(self, event: Event, outcome: Outcome) -> None:
        self.told.append((event, outcome))
        if self.stopping:
            raise Stopped

    def _sleep(self, _seconds: float) -> None:
        if self.stopping:
            raise Stopped
        time.sleep(0.05)

    def _run(self) -> None:
        try:
            self.listener.run("contact.*", self.said.append)
        except Stopped:
            self.tunnel.close()

    def until(self, count: int) -> None:
        """Wait until so many posts were told of."""
        until(lambda: len(self.told) >= count, why=lambda: self.said)


@pytest.fixture
def started(appliance: Appliance, alice: Persona, listener: Receiver) -> Iterator[Any]:
    """Return a function that starts a listener, and end all of them by one more event."""
    all_of_them: list[Running] = []

    def start(consumer: str | None = None) -> Running:
        running = Running(appliance, alice, listener.url, SECRET, consumer)
        all_of_them.append(running)
        until(lambda: running.listener._place is not None, why=lambda: running.said)
        return running

    yield start
    stop(alice, *all_of_them)


SECRET = new_secret()


def stop(alice: Persona, *running: Running) -> None:
    for one in running:
        one.stopping = True
    alice.client.made("contacts", first_name="last")
    for one in running:
        one.thread.join(PATIENCE)


@pytest.mark.criterion("webhooks-24")
def test_events_arrive_signed_as_webhooks_are(started: Any, alice: Persona, listener: Receiver) -> None:
    running = started()
    made = [alice.client.made("contacts", first_name=f"n{number}")["id"] for number in range(3)]
    running.until(3)
    for headers, body in listener.posts:
        standardwebhooks.Webhook(SECRET).verify(body, dict(headers))
    assert [json.loads(body)["data"]["id"] for _, body in listener.posts] == made
    assert [outcome.status for _, outcome in running.told] == [204, 204, 204]


def test_a_consumer_skips_nothing_between_two_runs_and_posts_again_until_it_is_taken(started: Any, alice: Persona, listener: Receiver) -> None:
    alice.client.made("contacts", first_name="before")
    first = started("mine")
    alice.client.made("contacts", first_name="one")
    first.until(1)
    stop(alice, first)
    alice.client.made("contacts", first_name="while away")
    listener.posts.clear()
    listener.status = 503
    second = started("mine")
    second.until(3)
    assert {outcome.status for _, outcome in second.told} == {503}
    listener.status = 204
    second.until(len(second.told) + 2)
    taken = [json.loads(event.body)["data"]["record"]["first_name"] for event, outcome in second.told if outcome.status == 204]
    assert taken == ["last", "while away"]


def test_a_receiver_that_is_away_is_told_and_the_next_event_goes_on(started: Any, alice: Persona) -> None:
    running = started()
    running.listener._url = "http://127.0.0.1:9/"
    alice.client.made("contacts", first_name="one")
    alice.client.made("contacts", first_name="two")
    running.until(2)
    assert [outcome.error for _, outcome in running.told] == ["ConnectionError", "ConnectionError"]


def test_an_appliance_that_is_away_is_tried_again_and_a_bad_key_is_not() -> None:
    tries: list[str] = []

    def sleep(_seconds: float) -> None:
        if len(tries) > 2:
            raise Stopped

    with pytest.raises(Stopped):
        Listener(Tunnel("http://127.0.0.1:9", "k"), "http://127.0.0.1:9/", SECRET, lambda _event, _outcome: None, sleep=sleep).run(None, tries.append)
    assert "cannot be reached" in tries[0]


def test_a_bad_key_ends_it_with_one_clear_line(appliance: Appliance, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["listen", "--key", "jct_live_wrong", "--forward", "http://127.0.0.1:9/", "--server", appliance.url, "--data", str(tmp_path)]
    assert command_line.main(words) == 1
    assert "junction:" in capsys.readouterr().err.splitlines()[-1]
    with pytest.raises(SystemExit) as refused:
        command_line.main([*words[:4], "ftp://x", *words[5:]])
    assert refused.value.code == 2


def test_ctrl_c_ends_it_in_peace(appliance: Appliance, alice: Persona, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("server.main.commands.listening.Listener.run", interrupted)
    words = ["listen", "--key", alice.key, "--forward", "http://127.0.0.1:9/", "--server", appliance.url, "--json", "--data", str(tmp_path)]
    with redirect_stdout(io.StringIO()):
        assert command_line.main(words) == 0


def test_a_line_says_what_was_posted_and_what_came_back() -> None:
    line = line_of(Event("p", "contact.created", "evt_1", b"{}"), Outcome(204, None, 12.3))
    assert line.endswith("contact.created  evt_1  ->  204  in 12 ms")


def test_refusals_are_told_as_they_are_meant(appliance: Appliance, alice: Persona) -> None:
    with pytest.raises(Unauthenticated):
        Tunnel(appliance.url, "jct_live_wrong").newest()
    with pytest.raises(Later):
        Tunnel("http://127.0.0.1:9", "k").newest()
