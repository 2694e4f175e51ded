"""The public address: a difference that matters is told, one that does not is not."""

from __future__ import annotations

import pytest

from app.client.cancellation import Cancellation
from app.client.transport import Transport
from app.shell import addressing
from tests.app.stage import ScriptedApi, listed


@pytest.mark.criterion("desktop-25")
@pytest.mark.parametrize(
    ("said", "used", "told"),
    [
        ("https://crm.example.com", "https://crm.example.com", None),
        ("https://crm.example.com", "https://crm.example.com:443/", None),
        ("http://localhost:8080", "http://127.0.0.1:8080", None),
        ("http://crm.example.com", "https://crm.example.com", "http://crm.example.com"),
        ("https://crm.example.com:8443", "https://crm.example.com", "https://crm.example.com:8443"),
        ("", "https://crm.example.com", None),
    ],
)
def test_the_address_that_is_set_is_compared_with_the_one_that_is_used(said: str, used: str, told: str | None) -> None:
    api = ScriptedApi({"/admin/v1/settings": listed({"name": "server.public_url", "value": said})})
    api.transport = Transport(used)
    assert addressing.mismatch(api, Cancellation()) == told
