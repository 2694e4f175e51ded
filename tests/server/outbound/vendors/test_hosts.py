"""What may be called: https on the manifest's hosts, and plain http on an address literal that the guard judges."""

from __future__ import annotations

import pytest

from connectors.sdk.errors import NeedsUser
from server.outbound.vendors import hosts


@pytest.mark.parametrize("url", ["https://api.vendor.example/x", "https://API.vendor.example./x", "http://127.0.0.1:8080/x"])
def test_an_address_on_an_allowed_host_passes(url: str) -> None:
    assert hosts.check(url, lambda host: host.lower() in {"api.vendor.example", "127.0.0.1"})


@pytest.mark.parametrize("url", ["https://evil.example", "http://api.vendor.example", "https://a@api.vendor.example", "file:///x", ""])
def test_anything_else_is_refused(url: str) -> None:
    with pytest.raises(NeedsUser) as refused:
        hosts.check(url, lambda host: host == "api.vendor.example")
    assert refused.value.stable_code == "wrong_host"
