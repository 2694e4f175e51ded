"""What an import changed is noted once per record, and not over what somebody else did in between."""

from __future__ import annotations

import pytest

from server.store import database, import_changes
from server.store.import_changes import Change
from tests.tenants import TENANT_A, TENANT_B

pytestmark = pytest.mark.usefixtures("opened")
MINE = (TENANT_A, "live", "imp_1")


def note(*changes: Change) -> None:
    """Note changes in one transaction."""
    with database.transaction():
        import_changes.note(*MINE, changes, 1)


def test_a_record_that_is_changed_again_keeps_what_it_was_before_the_first_time() -> None:
    note(Change("con_1", "contact", 2, 5, {"email": "a"}), Change("con_1", "contact", 3, 6, {"email": "b"}), Change("con_2", "contact", 4, 1, None))
    note(Change("con_1", "contact", 9, 7, {"email": "c"}))
    found = import_changes.page(*MINE, None, "", 10)
    assert [(one["record_id"], one["line"], one["act"], one["version"], one["former"]) for one in found] == [
        ("con_1", 2, "updated", 7, {"email": "a"}),
        ("con_2", 4, "created", 1, None),
    ]


def test_a_change_behind_somebody_elses_leaves_the_version_that_shows_it() -> None:
    note(Change("con_1", "contact", 2, 5, {}))
    note(Change("con_1", "contact", 3, 7, {}))
    assert import_changes.page(*MINE, None, "", 10)[0]["version"] == 5


def test_a_change_is_concluded_once_and_others_see_nothing_of_it() -> None:
    note(*(Change(f"con_{number}", "contact", number, 1, None) for number in range(250)))
    assert import_changes.count_left(*MINE) == 250
    assert len(import_changes.left(*MINE, "con_5", 10)) == 10
    with database.transaction():
        assert import_changes.conclude(*MINE, "con_5", "kept", "why")
        assert not import_changes.conclude(*MINE, "con_5", "deleted", None)
    assert [(one["record_id"], one["reason"]) for one in import_changes.page(*MINE, "kept", "", 10)] == [("con_5", "why")]
    assert import_changes.count_left(*MINE) == 249
    for other in ((TENANT_B, "live", "imp_1"), (TENANT_A, "test", "imp_1"), (TENANT_A, "live", "imp_2")):
        assert not import_changes.any_of(*other)
        assert import_changes.page(*other, None, "", 10) == import_changes.left(*other, "", 10) == []
