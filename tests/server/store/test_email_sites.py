"""What the DNS said of a domain is remembered until it is too old."""

from __future__ import annotations

import pytest

from server.store import email_sites
from server.store.email_sites import KnownSite


@pytest.mark.usefixtures("opened")
def test_a_domain_is_known_until_it_is_pruned() -> None:
    email_sites.put(KnownSite("customer.test", "google", ["aspmx.l.google.com"], None, 100))
    email_sites.put(KnownSite("customer.test", "yahoo", ["mx.yahoodns.net"], None, 200))
    assert email_sites.find("customer.test") == KnownSite("customer.test", "yahoo", ["mx.yahoodns.net"], None, 200)
    assert email_sites.prune(150) == 0
    assert email_sites.prune(201) == 1
    assert email_sites.find("customer.test") is None
