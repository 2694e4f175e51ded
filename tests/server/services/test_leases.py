"""What a process had in hand when it was killed is taken up by the next at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.domain.actor import Actor
from server.services import leases
from server.system import presence
from tests.mailing import sending_settings
from tests.server.services.test_dispatch import PLENTY, desk, happen, webhook


def test_what_a_killed_process_had_in_hand_is_due_at_once(alice: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = sending_settings(tmp_path)
    webhook(alice)
    happen(alice)
    with presence.present(settings.folder.run):
        (held,) = desk().turn([], PLENTY)
        leases.end_left_behind(settings)
        assert desk().turn([], PLENTY) == [], "a process that lives keeps what it has"
        process = presence.new_lease().partition(".")[0]
    monkeypatch.setattr(presence, "gone", lambda _folder: iter([process]))
    leases.end_left_behind(settings)
    assert [one.delivery.id for one in desk().turn([], PLENTY)] == [held.delivery.id]
