"""The transport's way to mock vendors: what would leave for a vendor's host is answered in memory, and nothing leaves for anybody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from server.outbound.vendors.transport import Transport
from server.outbound.vendors.values import Request, Response, refusal
from server.system import clock
from tests.vendors.messages import Call
from tests.vendors.vendor import MockVendor

Reach = Callable[[MockVendor], MockVendor]


@pytest.fixture
def reach(monkeypatch: pytest.MonkeyPatch) -> Reach:
    """Return what puts a mock vendor behind the addresses of its hosts, for every connector in this process."""
    vendors: list[MockVendor] = []

    def exchange(_transport: Transport, request: Request) -> Response:
        sent = _prepared(request)
        vendor = next((one for one in vendors if sent.host in hosts(one)), None)
        if vendor is None:
            raise refusal("host_unreachable", f"{sent.host} could not be reached.")
        answer = vendor.whole(sent)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Response(answer.status, headers, answer.body, request.url, clock.now_ms())

    def put(vendor: MockVendor) -> MockVendor:
        vendors.append(vendor)
        return vendor

    monkeypatch.setattr(Transport, "_exchange", exchange)
    return put


def hosts(vendor: MockVendor) -> set[str]:
    """Return the hosts that a mock vendor answers for: its own, and those of its identity provider."""
    facts = vendor.identity.facts
    named = {url.split("/")[2] for url in (facts.authorize, facts.token, facts.revoke) if "://" in url}
    return {vendor.personality.host, *named}


def _prepared(request: Request) -> Call:
    pairs = [(name, str(one)) for name, value in request.params.items() for one in (value if isinstance(value, tuple) else (value,))]
    data = request.body if request.body is not None else request.form
    sent = requests.Request(request.method, request.url, params=pairs, json=request.json, data=data, headers=dict(request.headers)).prepare()
    body = sent.body.encode() if isinstance(sent.body, str) else sent.body or b""
    return Call(request.method, str(sent.url), {name.lower(): value for name, value in sent.headers.items()}, body)
