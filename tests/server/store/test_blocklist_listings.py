"""Standings with blocklists: the time of the last change stays until there is another."""

from __future__ import annotations

import pytest

from server.store import blocklist_listings

pytestmark = pytest.mark.usefixtures("opened")


def test_a_standing_remembers_since_when_it_is_so() -> None:
    assert blocklist_listings.put("192.0.2.1", "zen", "clean", "", 1) is None
    assert blocklist_listings.put("192.0.2.1", "zen", "clean", "", 2) == "clean"
    assert blocklist_listings.put("192.0.2.1", "zen", "listed", "why", 3) == "clean"
    (row,) = blocklist_listings.list_all()
    assert (row["state"], row["detail"], row["changed_at"], row["checked_at"]) == ("listed", "why", 3, 3)
    blocklist_listings.put("192.0.2.1", "zen", "listed", "why", 4)
    assert blocklist_listings.list_all()[0]["changed_at"] == 3


def test_what_mail_no_longer_leaves_from_is_forgotten() -> None:
    for subject in ("192.0.2.1", "192.0.2.2"):
        blocklist_listings.put(subject, "zen", "clean", "", 1)
    blocklist_listings.keep_only(["192.0.2.2"])
    assert [row["subject"] for row in blocklist_listings.list_all()] == ["192.0.2.2"]
    blocklist_listings.keep_only([])
    assert blocklist_listings.list_all() == []
