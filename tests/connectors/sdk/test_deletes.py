"""How deletes become known, and how many absence may cause."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.sdk.deletes import ArchivedList, DeletedEndpoint, InBand, Never, SnapshotDiff, WebhookOnly, apart, guard_of
from connectors.sdk.pager import Whole
from connectors.sdk.resource import Resource


@pytest.mark.parametrize(
    ("strategy", "row", "gone"),
    [
        (InBand("deleted"), {"deleted": True}, True),
        (InBand("deleted"), {"deleted": "1"}, True),
        (InBand("deleted"), {"deleted": "0"}, False),
        (InBand("deleted"), {"deleted": False}, False),
        (InBand("deleted"), {}, False),
        (InBand("status", ("cancelled",)), {"status": "cancelled"}, True),
        (InBand("status", ("cancelled",)), {"status": "confirmed"}, False),
    ],
)
def test_a_row_says_of_itself_that_it_is_deleted(strategy: InBand, row: dict[str, Any], *, gone: bool) -> None:
    assert strategy.marks(row) is gone


@pytest.mark.criterion("connectors-15")
def test_a_resource_without_a_delete_strategy_cannot_be_declared() -> None:
    with pytest.raises(TypeError, match="deletes"):
        Resource(name="rows", list="/rows", pager=Whole())  # type: ignore[call-arg]


def test_never_wants_its_reason() -> None:
    with pytest.raises(ValueError, match="reason"):
        Never("no")


@pytest.mark.parametrize(("gone", "known", "may"), [(10, 20, True), (11, 20, False), (20, 100, True), (21, 100, False), (0, 0, True)])
def test_the_guard_asks_a_person_beyond_ten_rows_or_a_fifth(gone: int, known: int, *, may: bool) -> None:
    guard = guard_of(SnapshotDiff())
    assert guard is not None
    assert guard.allows(gone, known) is may


def test_only_strategies_of_absence_have_a_guard() -> None:
    assert guard_of(WebhookOnly(("x.deleted",))) is not None
    assert guard_of(InBand("deleted")) is None
    assert guard_of(ArchivedList({"archived": "true"})) is None


def test_deletes_that_are_read_apart_are_known() -> None:
    archive, endpoint = ArchivedList({"status": "archived"}), DeletedEndpoint("/deleted", "rows")
    assert [apart(one) for one in (archive, endpoint, SnapshotDiff(archive=archive), SnapshotDiff(), InBand("x"))] == [
        archive,
        endpoint,
        archive,
        None,
        None,
    ]
