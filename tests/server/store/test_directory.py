"""Text is looked for as it is, whatever it means to the database."""

from __future__ import annotations

import pytest

from server.store import directory
from tests.tenants import TENANT_A

pytestmark = pytest.mark.usefixtures("opened")


@pytest.mark.parametrize("text", ["%", "al%e", "a_ice", "\\", "'; DROP TABLE users; --"])
def test_signs_of_the_database_mean_nothing(text: str) -> None:
    assert directory.search(text, 9) == []


def test_users_are_found_with_their_tenant() -> None:
    assert directory.search("ALICE", 9) == [("user", "usr_alice", TENANT_A, "Alice", "alice@example.com")]
    assert directory.search("usr_oscar", 9) == [("user", "usr_oscar", None, "Oscar", "oscar@example.com")]


def test_the_limit_is_per_kind() -> None:
    assert len(directory.search("example.com", 2)) == 2
