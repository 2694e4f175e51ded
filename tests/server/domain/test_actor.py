"""The one value that says who acts."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from server.domain.actor import system_actor


def test_the_appliance_acts_inside_one_tenant_and_mode() -> None:
    actor = system_actor("ten_1", "test")
    assert (actor.kind, actor.tenant_id, actor.mode) == ("system", "ten_1", "test")
    assert system_actor("ten_1").mode == "live"


def test_nobody_changes_an_actor_on_its_way_down() -> None:
    with pytest.raises(FrozenInstanceError):
        system_actor("ten_1").tenant_id = "ten_2"  # type: ignore[misc]
