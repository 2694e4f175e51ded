"""The mock vendor on a real socket: what is true in memory is true over HTTP, and broken answers are really broken."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest
import requests

from tests.vendors.fixtures import MakeVendor, Serve
from tests.vendors.serving import Server

CONTACTS = "/crm/v3/objects/contacts"


@pytest.fixture
def server(mock_vendor: MakeVendor, serve: Serve) -> Server:
    return serve(mock_vendor("hubspot"))


def get(server: Server, url: str) -> requests.Response:
    access, _ = server.vendor.identity.grant()
    return requests.get(url, headers={"Authorization": f"Bearer {access}"}, timeout=0.5)


def test_the_main_host_and_every_other_host_are_reached(server: Server) -> None:
    server.vendor.seed("contacts", 2)
    assert [row["id"] for row in get(server, server.url + CONTACTS).json()["results"]] == ["1", "2"]
    assert get(server, server.at(f"https://api.hubapi.com{CONTACTS}?limit=1")).json()["paging"] == {"next": {"after": "1"}}
    assert get(server, server.at("https://app.hubspot.com/oauth/authorize")).status_code == 400
    assert [call.host for call in server.vendor.calls] == ["api.hubapi.com", "api.hubapi.com", "app.hubspot.com"]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("reset_mid_body", (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)),
        ("lost_answer", (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)),
        ("truncated_json", requests.exceptions.JSONDecodeError),
    ],
)
def test_a_broken_answer_breaks_the_client(server: Server, fault: str, error: type[Exception]) -> None:
    server.vendor.seed("contacts", 5)
    server.vendor.faults.play(fault)
    with pytest.raises(error):
        get(server, server.url + CONTACTS).json()
    assert get(server, server.url + CONTACTS).status_code == 200


def test_a_slow_drip_outlasts_every_single_read(server: Server) -> None:
    server.vendor.faults.play("slow_drip")
    access, _ = server.vendor.identity.grant()
    with requests.get(server.url + CONTACTS, headers={"Authorization": f"Bearer {access}"}, timeout=0.5, stream=True) as answer:
        drops = answer.iter_content(1)
        assert [next(drops) for _ in range(3)] == [b"{", b'"', b"r"]


def test_a_process_of_its_own_serves_until_it_is_told_to_end() -> None:
    command = [sys.executable, "-m", "tests.vendors", "hubspot", "--seed", "contacts=3", "--token", "secret"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        answer = requests.get(url + CONTACTS, headers={"Authorization": "Bearer secret"}, timeout=5)
        requests.get(url + CONTACTS + "?limit=101", headers={"Authorization": "Bearer secret"}, timeout=5)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=10)
    assert len(answer.json()["results"]) == 3
    assert "101 is greater than the maximum of 100" in errors
