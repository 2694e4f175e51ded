"""The parent of an activity is the first of what it belongs to."""

from __future__ import annotations

from server.services.suitecrm.parents import PARENTS, parent_of


def test_a_deal_comes_before_a_company_and_that_before_a_contact() -> None:
    everything = {"deal_id": "deal_1", "company_id": "cmp_1", "contact_id": "con_1"}
    for module, name, noun in PARENTS:
        assert parent_of(everything) == (module, name, noun)
        everything[name] = ""
    assert parent_of(everything) is None
