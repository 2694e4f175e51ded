"""Behind proxies: nobody can pass for somebody else by writing a header."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.system.proxies import client_address, client_scheme

TRUSTED = (ip_network("10.0.0.0/8"), ip_network("::1/128"))


@pytest.mark.parametrize(
    ("peer", "header", "client"),
    [
        ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "203.0.113.7, 10.0.0.2", "203.0.113.7"),
        ("10.0.0.1", "1.1.1.1, 203.0.113.7 ,10.0.0.2,10.9.9.9", "203.0.113.7"),
        ("203.0.113.7", "1.1.1.1", "203.0.113.7"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "1.1.1.1, unknown", "10.0.0.1"),
        ("10.0.0.1", "1.1.1.1, <script>, 10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", "203.0.113.7:51234", "203.0.113.7"),
        ("::1", '"[2001:db8::7]:443"', "2001:db8::7"),
        ("::1", "2001:DB8:0::7", "2001:db8::7"),
        ("::ffff:10.0.0.1", "::ffff:203.0.113.7", "203.0.113.7"),
        ("", "203.0.113.7", ""),
    ],
)
def test_the_client_is_the_first_from_the_right_that_is_no_trusted_proxy(peer: str, header: str | None, client: str) -> None:
    assert client_address(peer, header, TRUSTED) == client


def test_without_trusted_proxies_no_header_is_believed() -> None:
    assert client_address("10.0.0.1", "203.0.113.7", ()) == "10.0.0.1"
    assert client_scheme("10.0.0.1", "https", (), "http") == "http"


@given(st.text(), st.ip_addresses(network="203.0.113.0/24"))
def test_whatever_a_client_writes_it_is_seen_by_its_own_address(written: str, own: object) -> None:
    assert client_address("10.0.0.1", f"{written}, {own}", TRUSTED) == str(own)
    assert client_address(str(own), written, TRUSTED) == str(own)


@pytest.mark.parametrize(
    ("peer", "header", "scheme"),
    [
        ("10.0.0.1", "https", "https"),
        ("10.0.0.1", "http, HTTPS ", "https"),
        ("10.0.0.1", "gopher", "http"),
        ("10.0.0.1", None, "http"),
        ("203.0.113.7", "https", "http"),
    ],
)
def test_the_scheme_is_what_a_trusted_proxy_says(peer: str, header: str | None, scheme: str) -> None:
    assert client_scheme(peer, header, TRUSTED, "http") == scheme
