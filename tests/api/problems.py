"""What every refusal looks like."""

from __future__ import annotations

import re

from tests.api.client import Reply

MEMBERS = ("type", "title", "status", "detail", "instance", "code", "request_id")
LEAKS = re.compile(r"Traceback|File \"|\.py\b|sqlite3|psycopg|peewee|aiohttp|SELECT ", re.IGNORECASE)


def check_problem(reply: Reply) -> None:
    """Check that a refusal has every member and header, and tells nothing of the inside."""
    if reply.status < 400:
        return
    assert reply.headers["content-type"] == "application/problem+json", reply.body
    problem = reply.json
    assert [name for name in MEMBERS if name not in problem] == []
    assert problem["status"] == reply.status
    assert re.fullmatch(r"[a-z][a-z0-9_]*", problem["code"])
    assert problem["type"] == f"/developers/errors/{problem['code']}"
    assert reply.headers["x-request-id"] == problem["request_id"]
    assert all(set(fault) == {"pointer", "code", "detail"} for fault in problem.get("errors", ()))
    assert not LEAKS.search(reply.body.decode()), reply.body
    check_headers(reply)


def check_headers(reply: Reply) -> None:
    """Check what every answer carries."""
    assert reply.headers["server"] == "Junction"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert reply.headers["x-request-id"]
