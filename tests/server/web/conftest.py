"""What is tested through the real door asks for the appliance of the API's tests."""

from __future__ import annotations

from tests.api.conftest import alice, appliance, bob, charlie, personas

__all__ = ["alice", "appliance", "bob", "charlie", "personas"]
