"""What tenants chose about mail that is disowned: one row of a tenant and mode, the last one counts."""

from __future__ import annotations

from server.store import email_inbound_policies as store


def test_the_last_choice_of_a_tenant_counts_and_no_other_tenant_has_it(opened: str) -> None:
    assert opened
    assert store.find("tnt_1", "live") is None
    store.put("tnt_1", "live", '{"on_reject":"refuse"}', 1)
    store.put("tnt_1", "live", '{"on_reject":"accept"}', 2)
    assert store.find("tnt_1", "live") == ('{"on_reject":"accept"}', 2)
    assert (store.find("tnt_1", "test"), store.find("tnt_2", "live")) == (None, None)
