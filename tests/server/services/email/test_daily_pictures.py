"""What a daily report is made of: findings as they are known, lists one by one, and of reports the sources that never failed before."""

from __future__ import annotations

import orjson

from server.domain.actor import Actor
from server.services.email import daily_pictures, reports
from server.store import blocklist_listings, database, email_throttles, sending_domains
from server.system import clock
from tests.server.domain.mail.report_texts import AGGREGATE, TLS
from tests.server.services.email.test_signing import have
from tests.tenants import TENANT_A, TENANT_B

DAY = 86_400_000
FINDINGS = [
    {"check": "spf", "known": "failed", "state": "unknown", "detail": "The name servers took too long.", "found": []},
    {"check": "mx", "known": None, "state": "unknown", "detail": "Nobody knows.", "found": []},
    {"check": "blocklists", "known": "failed", "state": "failed", "detail": "Listed.", "found": ["dbl.spamhaus.org listed", "multi.surbl.org clean"]},
]


def test_a_picture_shows_what_is_known_and_how_each_list_stands(alice: Actor) -> None:
    have(TENANT_A, "example.test")
    with database.transaction():
        (row,) = sending_domains.of_tenant(TENANT_A, "live")
        sending_domains.update(TENANT_A, "live", {**row, "findings": orjson.dumps(FINDINGS).decode()}, 1)
        blocklist_listings.put("198.51.100.7", "zen.spamhaus.org", "clean", "Well.", 1)
        email_throttles.change(TENANT_A, "live", "google", {"paused_until": 5, "reply": "421 slow down"}, 1)
        email_throttles.change(TENANT_A, "live", "yahoo", {"messages": 5}, 1)
    found = daily_pictures.take(TENANT_A)
    assert set(found.domains["example.test"]["known"]) == {"spf", "blocklists"}
    assert found.listings == {
        "example.test": {"dbl.spamhaus.org": "listed", "multi.surbl.org": "clean"},
        "198.51.100.7": {"zen.spamhaus.org": "clean"},
    }
    assert found.sites == {"google": [5, "421 slow down"]}
    other = daily_pictures.take(TENANT_B)
    assert (other.domains, other.listings, other.sites) == ({}, {}, {}), "who sends from no domain is told of no address"


def test_a_source_is_new_once_and_one_of_tls_says_why(alice: Actor) -> None:
    have(TENANT_A, "example.test")
    with clock.frozen(1_795_250_000_000) as held:
        reports.receive(alice, AGGREGATE)
        reports.receive(alice, TLS)
        begin = clock.now_ms()
        found = daily_pictures.happened(TENANT_A, begin - DAY, begin + 1)
        assert sorted((one.what, one.values["source"], one.values["count"]) for one in found) == [
            ("dmarc_source", "203.0.113.9", 3),
            ("tls_source", "Receiver", 10),
        ]
        assert any(one.detail.startswith("certificate-expired") for one in found)
        assert daily_pictures.happened(TENANT_A, begin + 1, begin + DAY) == []
        held.advance(DAY)
        reports.receive(alice, AGGREGATE.replace(b"r-1", b"r-2").replace(b"203.0.113.9", b"203.0.113.77"))
        (change,) = daily_pictures.happened(TENANT_A, begin + 1, begin + 2 * DAY)
        assert change.values["source"] == "203.0.113.77"
        assert daily_pictures.happened(TENANT_B, begin - DAY, begin + 2 * DAY) == []
