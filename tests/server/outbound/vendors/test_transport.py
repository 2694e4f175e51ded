"""Calls of vendors keep their bounds: hosts, addresses, redirects, time, size, and what is written of them."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from connectors.sdk.errors import ConnectorError, Later, NeedsUser, VendorBug
from connectors.sdk.request import Request, Response
from server.outbound import guard
from server.outbound.vendors import transport as module
from server.outbound.vendors.transport import Transport
from tests.pace import quickest

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
Serve = Callable[..., str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Yield what answers every connection with the same bytes, piece by piece, and returns its address."""
    guard.install(["127.0.0.0/8"])
    opened: list[socket.socket] = []
    asked.clear()

    def start(*pieces: bytes, pause: float = 0.0) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        opened.append(listener)

        def answer() -> None:
            while True:
                try:
                    peer, _ = listener.accept()
                except OSError:
                    return
                with closing(peer):
                    asked.append(peer.recv(65_536))
                    try:
                        for piece in pieces:
                            peer.sendall(piece)
                            time.sleep(pause)
                    except OSError:
                        continue

        threading.Thread(target=answer, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for listener in opened:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
    guard.install(())


asked: list[bytes] = []


def sent(url: str, *, allowed: str = "127.0.0.1", deadline: float = 5.0, headers: dict[str, str] | None = None) -> Response:
    transport = Transport(lambda host: host == allowed, deadline_seconds=deadline)
    try:
        return transport.send(Request("GET", url, {"q": "1"}, headers=headers or {}))
    finally:
        transport.close()


def code_of(refused: pytest.ExceptionInfo[ConnectorError]) -> str:
    return refused.value.stable_code


def test_an_answer_comes_back_with_its_headers_in_lower_case(serve: Serve) -> None:
    response = sent(serve(HEAD + b"X-Left: 3\r\nContent-Length: 2\r\n\r\n", b"{}"))
    assert (response.status, response.headers["x-left"], response.document) == (200, "3", {})


@pytest.mark.criterion("connectors-8")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed_so_no_secret_leaves(serve: Serve, status: int) -> None:
    elsewhere = serve(HEAD + b"Content-Length: 2\r\n\r\n{}")
    here = serve(f"HTTP/1.1 {status} Away\r\nLocation: {elsewhere}/steal\r\nContent-Length: 0\r\n\r\n".encode())
    with pytest.raises(NeedsUser) as refused:
        sent(here, headers={"Authorization": "Bearer planted-secret"})
    assert code_of(refused) == "wrong_host"
    assert len(asked) == 1, "the other host heard nothing"


@pytest.mark.criterion("connectors-8")
@pytest.mark.parametrize(
    "url", ["https://other.example/x", "http://vendor.example/x", "https://user@vendor.example/x", "ftp://vendor.example/x", "https://[broken"]
)
def test_only_hosts_of_the_manifest_are_called_and_only_by_https(url: str) -> None:
    with pytest.raises(NeedsUser) as refused:
        sent(url, allowed="vendor.example")
    assert code_of(refused) == "wrong_host"


@pytest.mark.criterion("connectors-8")
@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x", "https://169.254.169.254/x", "https://10.0.0.1/x", "https://[::1]/x"])
def test_a_private_address_is_refused_although_the_manifest_has_it(url: str) -> None:
    guard.install(())
    with pytest.raises(NeedsUser) as refused:
        Transport(lambda _: True).send(Request("GET", url, headers={"Authorization": "Bearer planted-secret"}))
    assert code_of(refused) == "wrong_host"


@pytest.mark.parametrize(
    "pieces", [[HEAD], [HEAD, *[b"X-%d: 1\r\n" % number for number in range(90)]], [HEAD + b"Content-Length: 90\r\n\r\n", *[b"x"] * 90]]
)
def test_a_vendor_that_drips_costs_no_more_than_the_deadline(serve: Serve, pieces: list[bytes]) -> None:
    url = serve(*pieces, pause=0.05 if len(pieces) > 1 else 3.0)

    def ask() -> None:
        with pytest.raises(Later) as refused:
            sent(url, deadline=0.5)
        assert code_of(refused) == "answer_lost"

    assert quickest(ask, 1.5) < 1.5


def test_an_answer_that_breaks_off_is_lost(serve: Serve) -> None:
    with pytest.raises(Later) as refused:
        sent(serve(HEAD + b"Content-Length: 90\r\n\r\n", b"{"))
    assert code_of(refused) == "answer_lost"


def test_a_body_that_grows_beyond_the_bound_is_not_read_to_its_end(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST", 100_000)
    packed = gzip.compress(b"0" * 5_000_000)
    with pytest.raises(VendorBug) as refused:
        sent(serve(HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed), packed))
    assert code_of(refused) == "answer_too_large"


@pytest.mark.criterion("connectors-3")
@pytest.mark.parametrize("url", ["http://127.0.0.1:1/x", "https://no-such-host.invalid/x"])
def test_a_host_that_cannot_be_reached_is_said_to_be_so_at_once(serve: Serve, url: str) -> None:
    def ask() -> None:
        with pytest.raises(Later) as refused:
            Transport(lambda _: True).send(Request("POST", url))
        assert code_of(refused) == "host_unreachable"

    assert quickest(ask, 4) < 4


@pytest.mark.criterion("connectors-7")
def test_the_line_that_is_logged_of_a_call_holds_no_secret(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    url = serve(HEAD + b"Content-Length: 2\r\n\r\n{}")
    Transport(lambda _: True, {"installation_id": "ins_1"}).send(
        Request("GET", f"{url}/collect?api_secret=planted-one", {"key": "planted-two"}, headers={"Authorization": "Bearer planted-three"})
    )
    assert "vendor_call" in caplog.text
    assert "planted" not in caplog.text
