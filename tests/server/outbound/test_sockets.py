"""A blocking connection goes to a vetted address, or is not made."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from server.outbound import guard, sockets


@pytest.fixture
def port() -> Iterator[int]:
    """Yield a port that listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    guard.install(())


def test_an_allowed_address_is_connected_to(port: int) -> None:
    guard.install([f"localhost:{port}"])
    with sockets.connect("localhost", port, 2) as link:
        assert link.getpeername()[1] == port
        assert link.gettimeout() == 2


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433"])
def test_a_private_address_is_refused_in_whatever_notation(port: int, host: str) -> None:
    guard.install(())
    with pytest.raises(guard.AddressRefused):
        sockets.connect(host, port, 2)


def test_what_does_not_answer_is_an_error() -> None:
    guard.install(["127.0.0.0/8"])
    with pytest.raises(ConnectionRefusedError):
        sockets.connect("127.0.0.1", 9, 2)
