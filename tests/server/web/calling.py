"""Calling a handler as the pipeline does, without a socket: route, parameters and body come from the route table."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import orjson
from aiohttp.test_utils import make_mocked_request

from server.domain.actor import Actor
from server.system.settings import Settings
from server.web import bodies, table
from server.web.calls import Call
from server.web.routes import RouteTable


@dataclass
class Answered:
    """What came back: status, headers and the body's JSON."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    json: Any = None


@cache
def routes() -> RouteTable:
    """Return the route table."""
    return table.build()


def called(actor: Actor, method: str, target: str, document: Any = None, **headers: str) -> Answered:
    """Call an operation under /api/v1; a handler's errors come out as they are. Header names are given with underscores."""
    path, _, query = target.partition("?")
    found = routes().find("/api/v1" + path)
    assert found is not None, target
    route, names = found[0][method]
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    request = make_mocked_request(method, "/api/v1" + target)
    settings: Any = Settings
    call = Call(route, actor, dict(zip(names, found[1], strict=True)), parse_qsl(query, keep_blank_values=True), sent, "req_1", request, settings)
    call.document = {} if document is None else document
    if route.body is not None:
        call.body = bodies.validate(route.body, call.document)
    answer = route.handler(call)
    return Answered(answer.status, answer.headers, orjson.loads(answer.body) if answer.body else None)
