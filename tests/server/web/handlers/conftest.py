"""Handlers are tested over HTTP, through the real door: alice and bob of one tenant, charlie of another, and an operator."""

from __future__ import annotations

import pytest

from tests.api.appliance import Appliance
from tests.api.client import Client
from tests.api.conftest import alice, appliance, bob, charlie, personas

__all__ = ["alice", "appliance", "bob", "charlie", "operator", "personas"]


@pytest.fixture
def operator(appliance: Appliance) -> Client:
    """Return a client with an operator's key."""
    return appliance.operator()
