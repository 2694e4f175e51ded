"""The table of reasons: what codes lead to is explained."""

from __future__ import annotations

from server.domain.mail import reasons


def test_every_reason_that_a_table_leads_to_is_explained() -> None:
    named = set(reasons.HARD)
    for table in (reasons.BY_STATUS, reasons.BY_CODE, reasons.BY_COMMAND, reasons.BY_CATEGORY):
        named |= set(table.values())
    assert named | set(reasons.CLASSES) <= set(reasons.REASONS)
