"""The address guard as everything that opens a connection uses it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

import pytest

from server.domain.errors import Unprocessable
from server.outbound import guard


@pytest.fixture(autouse=True)
def nothing_allowed() -> Iterator[None]:
    guard.install(())
    yield
    guard.install(())


@pytest.mark.criterion("webhooks-18")
@pytest.mark.parametrize("url", ["http://127.0.0.1/", "https://[::1]/", "http://0x7f.1/", "http://localhost/", "http://169.254.169.254/latest"])
def test_a_url_that_leads_inside_is_refused_when_it_is_saved(url: str) -> None:
    with pytest.raises(guard.AddressRefused) as refused:
        guard.vet_url(url)
    assert refused.value.stable_code == guard.REFUSED


def test_a_name_that_does_not_resolve_now_may_be_saved() -> None:
    guard.vet_url("https://nowhere.invalid/hooks")


def test_a_url_that_is_none_is_refused() -> None:
    with pytest.raises(Unprocessable):
        guard.vet_url("ftp://example.com/")


@pytest.mark.criterion("webhooks-18")
def test_one_special_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in ("203.0.114.1", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(guard.AddressRefused):
        guard.vet_url("https://mixed.example/")


@pytest.mark.parametrize(
    ("allowed", "host", "port", "open_"),
    [
        ("10.0.0.0/8", "10.1.2.3", 80, True),
        ("10.0.0.0/8", "192.168.1.1", 80, False),
        ("10.1.2.3:9000", "10.1.2.3", 9000, True),
        ("10.1.2.3:9000", "10.1.2.3", 80, False),
    ],
)
def test_a_setting_opens_what_it_names_and_nothing_else(allowed: str, host: str, port: int, open_: bool) -> None:
    guard.install([allowed])
    if open_:
        guard.vet(host, port, [ip_address(host)])
    else:
        with pytest.raises(guard.AddressRefused):
            guard.vet(host, port, [ip_address(host)])


def test_what_a_setting_opened_is_closed_by_the_next_one() -> None:
    guard.install(["127.0.0.0/8"])
    guard.vet_literal("127.0.0.1", 80)
    guard.install(())
    with pytest.raises(guard.AddressRefused):
        guard.vet_literal("127.0.0.1", 80)


def test_a_broken_setting_is_named() -> None:
    with pytest.raises(ValueError, match="no such thing"):
        guard.install(["no such thing"])
