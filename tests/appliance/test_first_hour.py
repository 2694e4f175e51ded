"""Somebody's first hour on a real screen with a real appliance: its certificate, its claim, first tenant and key, second factor, deliveries."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from app.client import trust
from tests.app.screen import needs_a_screen, screen
from tests.pace import PATIENCE
from tests.peers.ports import free_port

PUBLIC = "https://crm.example.com"


@contextmanager
def receiver() -> Iterator[str]:
    """Run somebody who takes webhooks within the block; yield the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/hooks"
    server.shutdown()
    server.server_close()
    thread.join()


@contextmanager
def new_appliance(folder: Path) -> Iterator[dict[str, Any]]:
    """Run an appliance that nobody has claimed, with a certificate of its own making; yield its greeting."""
    place = f"127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "server", "serve", "--data", str(folder), "--json", "--listen", place]
    settings = {"SERVER__TLS": "self-signed", "SERVER__PUBLIC_URL": PUBLIC, "OUTBOUND__ALLOW_PRIVATE": "127.0.0.0/8"}
    environ = {**os.environ, **{f"JUNCTION_{name}": value for name, value in settings.items()}}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environ, start_new_session=True) as child:
        assert child.stdout is not None
        try:
            yield {**json.loads(child.stdout.readline()), "url": f"https://{place}"}
        finally:
            os.killpg(child.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def hour(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what came to light in the first hour, and everything that it has left behind."""
    folder = tmp_path_factory.mktemp("hour")
    home = folder / "console"
    home.mkdir()
    with screen() as display, new_appliance(folder / "appliance") as greeting, receiver() as address:
        environ = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
        command = [sys.executable, "-m", "tests.appliance.first_hour"]
        password = greeting["prepared"]["first"]["one_time_password"]
        given = {"url": greeting["url"], "password": password, "receiver": address, "folder": str(home)}
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ) as console:
            printed, said = console.communicate(f"{json.dumps(given)}\n", timeout=PATIENCE * 4)
        assert console.returncode == 0, said
        shown = trust.shown_by(greeting["url"])
    found = json.loads(printed.splitlines()[-1])
    left = {path.name: path.read_text(encoding="utf-8", errors="replace") for path in home.rglob("*") if path.is_file()}
    return {**found, "left": {**left, "standard error": said, "arguments": " ".join(found["arguments"])}, "shown": shown}


@needs_a_screen
@pytest.mark.criterion("desktop-10")
def test_the_certificate_is_shown_as_it_is_before_anything_is_sent(hour: dict[str, Any]) -> None:
    assert trust.grouped(hour["shown"]) in hour["told"]["fingerprint"]
    assert json.loads(hour["left"]["console.json"])["profiles"][0]["fingerprint"] == hour["shown"]


@needs_a_screen
def test_a_new_appliance_is_claimed_and_has_a_tenant_and_a_key(hour: dict[str, Any]) -> None:
    assert hour["told"]["focus"], "the new password is typed where the cursor is"
    assert hour["told"]["first steps"] == "Done"


@needs_a_screen
@pytest.mark.criterion("desktop-12")
@pytest.mark.parametrize("name", ["API key", "webhook secret"])
def test_a_secret_is_there_once(hour: dict[str, Any], name: str) -> None:
    assert hour["secrets"][name]
    assert not hour["told"][f"{name} is left by Escape"]
    assert hour["told"][f"{name} after it was left"] == ""


@needs_a_screen
@pytest.mark.criterion("desktop-14")
def test_a_delivery_is_seen_and_all_that_match_are_sent_again(hour: dict[str, Any]) -> None:
    assert hour["told"]["delivery"] == "delivered"
    assert hour["told"]["replay counts"] == "1 thing matches."
    assert hour["told"]["replay did"] == "1 done, 0 refused, 0 left."


@needs_a_screen
@pytest.mark.criterion("desktop-13")
def test_on_production_what_takes_something_away_says_what_it_hits_and_is_taken_back(hour: dict[str, Any]) -> None:
    told = hour["told"]
    assert told["disable affects"] == "Affected: deliveries waiting: 0 · held: 0 · dead letters: 0."
    assert told["revoke affects"] == "Affected: requests kept in the log: 0."
    assert not told["disable before its name is typed"]
    assert not told["revoke before its name is typed"]
    assert told["undone"] == "active"
    assert told["keys after one was nearly revoked"] == 1


@needs_a_screen
@pytest.mark.criterion("desktop-25")
def test_an_address_that_is_not_the_one_it_is_reached_by_is_told_until_it_is_dismissed(hour: dict[str, Any]) -> None:
    assert PUBLIC in hour["told"]["address"]
    assert "127.0.0.1" in hour["told"]["address"]
    assert hour["told"]["banners"] == []


@needs_a_screen
@pytest.mark.criterion("desktop-11")
def test_no_secret_of_that_hour_is_in_what_it_left_behind_or_in_sight(hour: dict[str, Any]) -> None:
    assert {"console.json", "vault.json", "last-report.txt"} <= set(hour["left"])
    assert "refused" in hour["left"]["last-report.txt"]
    found = [f"{name} in {place}" for name, secret in hour["secrets"].items() for place, text in hour["left"].items() if secret in text]
    found += [f"{name} in sight" for name, secret in hour["secrets"].items() if any(secret in text for text in hour["seen"])]
    assert found == []
