"""MTA-STS towards others: fetched once, kept as long as it says, and no way round it by cutting it off."""

from __future__ import annotations

import pytest

from server.domain.errors import Later, Skip
from server.domain.mail import mta_sts
from server.outbound import fetching
from server.services.email import transport_policies
from server.system import clock
from tests.peers.nsd import NameServer

pytestmark = [pytest.mark.usefixtures("opened"), pytest.mark.criterion("email-17")]
DAY_MS = 86_400_000
TEXT = "version: STSv1\nmode: enforce\nmx: mail.example.test\nmax_age: 604800\n"


class Host:
    """What answers at the policy's address."""

    def __init__(self) -> None:
        self.text: str | None = TEXT
        self.asked: list[str] = []

    def fetch(self, url: str) -> bytes:
        self.asked.append(url)
        if self.text is None:
            raise Later("It is away.", code="fetch_failed")
        return self.text.encode()


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Host:
    """Stand in for HTTPS to a name of the public net, which no test reaches."""
    found = Host()
    monkeypatch.setattr(fetching, "fetch", found.fetch)
    return found


def announce(name_server: NameServer, policy_id: str | None) -> None:
    name_server.serve({"example.test": f'_mta-sts IN TXT "v=STSv1; id={policy_id};"' if policy_id else ""})


def test_a_policy_is_fetched_once_and_kept(name_server: NameServer, host: Host) -> None:
    announce(name_server, "1")
    with clock.frozen(1_795_000_000_000) as held:
        found = transport_policies.policy_for("example.test")
        assert found is not None
        assert (found.enforcement, mta_sts.covers(found, "mail.example.test"), mta_sts.covers(found, "evil.test")) == ("enforce", True, False)
        for _ in range(5):
            held.advance(2 * 3_600_000)
            assert transport_policies.policy_for("example.test") == found
    assert host.asked == ["https://mta-sts.example.test/.well-known/mta-sts.txt"]


def test_a_new_id_brings_the_new_policy(name_server: NameServer, host: Host) -> None:
    announce(name_server, "1")
    with clock.frozen(1_795_000_000_000) as held:
        transport_policies.policy_for("example.test")
        host.text = TEXT.replace("enforce", "testing")
        announce(name_server, "2")
        held.advance(2 * 3_600_000)
        found = transport_policies.policy_for("example.test")
        assert found is not None
        assert (found.enforcement, len(host.asked)) == ("testing", 2)


def test_cutting_off_record_and_host_takes_no_policy_away_before_its_time(impatient: None, name_server: NameServer, host: Host) -> None:
    announce(name_server, "1")
    with clock.frozen(1_795_000_000_000) as held:
        found = transport_policies.policy_for("example.test")
        announce(name_server, None)
        held.advance(DAY_MS)
        assert transport_policies.policy_for("example.test") == found
        host.text = None
        announce(name_server, "2")
        held.advance(DAY_MS)
        assert transport_policies.policy_for("example.test") == found
        name_server.stop()
        held.advance(DAY_MS)
        assert transport_policies.policy_for("example.test") == found
        held.advance(5 * DAY_MS)
        assert transport_policies.policy_for("example.test") is None


def test_a_domain_without_policy_is_asked_once_an_hour_and_a_broken_one_sooner(name_server: NameServer, host: Host) -> None:
    announce(name_server, None)
    assert transport_policies.policy_for("example.test") is None
    assert host.asked == []
    announce(name_server, "1")
    host.text = "nonsense"
    with clock.frozen(clock.now_ms() + transport_policies.LOOK_AGAIN_MS) as held:
        assert transport_policies.policy_for("example.test") is None
        assert transport_policies.policy_for("example.test") is None
        assert len(host.asked) == 1
        host.text = TEXT
        held.advance(transport_policies.RETRY_MS)
        assert transport_policies.policy_for("example.test") is not None


def test_a_policy_at_a_private_address_is_not_fetched(name_server: NameServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(url: str) -> bytes:
        raise Skip(f"{url} is off limits.", code="webhook_address_refused")

    monkeypatch.setattr(fetching, "fetch", refuse)
    assert transport_policies.fetch("example.test") == (None, "https://mta-sts.example.test/.well-known/mta-sts.txt is off limits.")
