"""Tiers are read by name at every new credential, and replaced while serving."""

from __future__ import annotations

from server.store import tiers
from tests.tenants import TIERS


def tier(name: str, limits: str = "[]", version: int = 1) -> dict[str, object]:
    return {"name": name, "price": "9.00", "limits": limits, "costs": "[]", "version": version, "created_at": version, "updated_at": version}


def test_a_tier_is_found_by_name(opened: str) -> None:
    assert tiers.find("standard") == (TIERS["standard"], "[]")
    assert (tiers.find("none"), tiers.find_whole("none")) == (None, None)


def test_putting_a_tier_again_replaces_it_and_keeps_when_it_was_made(opened: str) -> None:
    tiers.put(tier("gold"))
    tiers.put(tier("gold", '[{"requests": 5, "period": "day"}]', 2))
    found = tiers.find_whole("gold")
    assert found == {**tier("gold", '[{"requests": 5, "period": "day"}]', 2), "created_at": 1}


def test_pages_go_on_behind_a_name(opened: str) -> None:
    assert [row["name"] for row in tiers.page("", 1)] == ["standard"]
    assert [row["name"] for row in tiers.page("standard", 10)] == ["unlimited"]


def test_a_tier_tells_who_uses_it_and_can_be_deleted(opened: str) -> None:
    assert (tiers.users_of("standard"), tiers.users_of("unlimited")) == (2, 0)
    tiers.delete("unlimited")
    assert tiers.find("unlimited") is None
