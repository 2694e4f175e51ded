"""People who sign in over HTTP, and the mail they get."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.api import conftest as door
from tests.api.appliance import Appliance
from tests.api.client import Client, Reply
from tests.pace import awaited
from tests.server.services.people import PHRASE, mailed

__all__ = ["OVER_HTTP", "PHRASE", "made", "mailed_to", "sign_in", "soon"]


@pytest.fixture
def operator(appliance: Appliance) -> Client:
    """Return a client with an operator's key."""
    return appliance.operator()


OVER_HTTP = (door.alice, door.appliance, door.bob, door.charlie, operator, door.personas)
"""The fixtures `alice, appliance, bob, charlie, operator, personas`, for a module whose people come over HTTP through the real door."""


def made(owner: Client, email: str, role: str = "member") -> str:
    """Make a user with the password of everybody here, and return the id."""
    reply = owner.post("/api/v1/users", {"email": email, "role": role, "password": PHRASE})
    assert reply.status == 201, reply.body
    return str(reply.json["id"])


def sign_in(appliance: Appliance, email: str, password: str = PHRASE) -> Client:
    """Return the client of a user who signed in."""
    reply = appliance.anonymous.post("/admin/v1/session", {"email": email, "password": password})
    assert reply.status == 201, reply.body
    return appliance.client(reply.json["token"])


def mailed_to(email: str) -> str:
    """Return the token in the last mail to somebody."""
    return str([mail for mail in mailed() if mail["to"] == email][-1]["values"]["token"])


def soon(ask: Callable[[], Reply], status: int) -> Reply:
    """Ask until the answer has this status: every process hears of a change soon."""
    return awaited(ask, lambda reply: reply.status == status)
