"""A tenant that lets SuiteCRM's clients in."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.services import legacy


@pytest.fixture
def suite(alice: Actor) -> Actor:
    """Return alice, in whose tenant legacy access is switched on."""
    legacy.put(alice, enabled=True)
    return alice
