"""Sending domains: the records shown are the records that verify, checked against a real name server."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import dkim as dkimpy
import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict, Denied, Missing, Stale, Unprocessable
from server.outbound import dns
from server.services.email import domains, signing
from server.services.email.domains import NewSendingDomain, SendingDomainChange
from server.system import clock
from server.system.settings import Settings
from tests.pace import quickest
from tests.peers.nsd import NameServer
from tests.server.services.email.zones import DOMAIN, pasted

OURS = """
out IN A 198.51.100.7
returns IN A 127.0.0.1
links IN A 127.0.0.1
"""
REVERSE = "7 IN PTR out.mail.test."
LISTS = {
    "zen.spamhaus.org": "2.0.0.127 IN A 127.0.0.2\n",
    "dbl.spamhaus.org": "test IN A 127.0.1.2\n",
    "multi.surbl.org": "test IN A 127.0.0.254\n",
}


def served(name_server: NameServer, lines: str) -> None:
    """Serve the domain's zone with our own and the blocklists'."""
    zones = {DOMAIN: lines, "test": "", "mail.test": OURS, "100.51.198.in-addr.arpa": REVERSE, **LISTS}
    name_server.serve(zones)


def added(actor: Actor, name: str = DOMAIN) -> dict[str, Any]:
    return domains.create(actor, NewSendingDomain(name=name, tracking=f"links.{name}"), most=9)


def states(found: dict[str, Any]) -> dict[str, str]:
    return {finding["check"]: finding["state"] for finding in found["findings"]}


@pytest.mark.criterion("email-14")
def test_pasting_every_record_that_is_shown_verifies_the_domain(alice: Actor, settings: Settings, name_server: NameServer) -> None:
    domain_id = added(alice)["id"]
    served(name_server, "@ IN MX 10 out.mail.test.")
    empty = domains.check(alice, domain_id, settings)
    assert (empty["status"], empty["sendable"]) == ("pending", False)
    assert {name for name, state in states(empty).items() if state == "failed"} == {
        "ownership", "dkim", "spf", "dmarc", "return_path", "tracking",
    }  # fmt: skip
    served(name_server, pasted(empty, "@ IN MX 10 out.mail.test."))
    assert quickest(lambda: domains.check(alice, domain_id, settings), 5) < 5
    found = domains.check(alice, domain_id, settings)
    assert states(found) == {
        "ownership": "ok", "dkim": "ok", "spf": "ok", "dmarc": "warning", "mx": "ok", "ptr": "ok", "return_path": "ok", "tracking": "ok",
        "mta_sts": "failed", "tls_rpt": "ok", "bimi": "warning", "tlsa": "optional", "blocklists": "ok", "key_age": "ok",
    }  # fmt: skip
    assert (found["status"], found["sendable"]) == ("verified", True)
    assert {key["state"] for key in found["dkim"]} == {"active"}
    assert {key["algorithm"] for key in found["dkim"]} == {"rsa-sha256", "ed25519-sha256"}


def test_a_finding_says_what_to_paste_word_for_word(alice: Actor, settings: Settings, name_server: NameServer) -> None:
    domain_id = added(alice)["id"]
    served(name_server, '@ IN TXT "v=spf1 include:other.test -all"')
    found = domains.check(alice, domain_id, settings)
    records = {finding["check"]: [(one["type"], one["name"], one["value"]) for one in finding["records"]] for finding in found["findings"]}
    assert records["spf"] == [("TXT", DOMAIN, "v=spf1 include:other.test ip4:198.51.100.7 -all")]
    assert records["dmarc"] == [("TXT", f"_dmarc.{DOMAIN}", "v=DMARC1; p=none; rua=mailto:reports@mail.test")]
    assert records["return_path"] == [("CNAME", f"bounce.{DOMAIN}", "returns.mail.test")]
    assert records["tls_rpt"] == [("TXT", f"_smtp._tls.{DOMAIN}", "v=TLSRPTv1; rua=mailto:reports@mail.test")]


def test_a_name_server_that_is_away_changes_nothing(impatient: None, alice: Actor, settings: Settings, name_server: NameServer) -> None:
    domain_id = added(alice)["id"]
    served(name_server, pasted(domains.check(alice, domain_id, settings)))
    assert domains.check(alice, domain_id, settings)["sendable"]
    name_server.stop()
    found = domains.check(alice, domain_id, settings)
    assert found["sendable"]
    assert found["status"] == "verified"
    assert states(found)["ownership"] == states(found)["dkim"] == "unknown"


@pytest.mark.criterion("email-15")
def test_what_another_tenant_sends_from_is_not_verified_for_anybody_else(
    alice: Actor, charlie: Actor, settings: Settings, name_server: NameServer
) -> None:
    first, second, below = added(alice), added(charlie), added(charlie, f"shop.{DOMAIN}")
    assert first["ownership"]["value"] != second["ownership"]["value"]
    names = "\n".join(pasted(one) for one in (first, second, below))
    served(name_server, names)
    assert domains.check(alice, first["id"], settings)["sendable"]
    for domain in (second, below):
        found = domains.check(charlie, domain["id"], settings)
        assert not found["sendable"]
        assert next(one for one in found["findings"] if one["check"] == "ownership")["state"] == "failed"
    assert not signing.is_verified(charlie.tenant_id, "live", f"shop.{DOMAIN}")


def test_a_domain_is_added_once_in_one_spelling(alice: Actor, charlie: Actor) -> None:
    assert added(alice, "Example.Test.")["name"] == DOMAIN
    with pytest.raises(Conflict) as caught:
        added(alice)
    assert caught.value.stable_code == "domain_exists"
    assert added(charlie)["name"] == DOMAIN
    with pytest.raises(Conflict) as caught:
        domains.create(alice, NewSendingDomain(name="other.test"), most=1)
    assert caught.value.stable_code == "too_many_domains"


def test_names_have_to_lie_below_the_domain(alice: Actor) -> None:
    for fields in ({"return_path": "bounce.other.test"}, {"tracking": DOMAIN}):
        with pytest.raises(Unprocessable) as caught:
            domains.create(alice, NewSendingDomain(name=DOMAIN, **fields), most=9)
        assert caught.value.stable_code == "invalid_domain"
    found = added(alice)
    changed = domains.update(alice, found["id"], SendingDomainChange(tracking=None, return_path=f"b.{DOMAIN}"), version=1)
    assert (changed["tracking"], changed["return_path"], changed["version"]) == (None, f"b.{DOMAIN}", 2)
    with pytest.raises(Stale):
        domains.update(alice, found["id"], SendingDomainChange(tracking=None), version=1)


def test_rotation_makes_keys_under_new_selectors_once(alice: Actor) -> None:
    found = added(alice)
    with pytest.raises(Conflict) as caught:
        domains.rotate(alice, found["id"])
    assert caught.value.stable_code == "rotation_under_way"
    assert len({key["selector"] for key in found["dkim"]}) == 2


def test_nobody_but_the_tenant_sees_or_changes_a_domain(alice: Actor, bob: Actor, charlie: Actor, settings: Settings) -> None:
    domain_id = added(alice)["id"]
    assert domains.get(bob, domain_id)["id"] == domain_id
    assert [one["id"] for one in domains.list_page(bob, None, 10)[0]] == [domain_id]
    assert domains.list_page(charlie, None, 10) == ([], None)
    for act in (domains.get, domains.remove, domains.rotate):
        with pytest.raises(Missing):
            act(charlie, domain_id)
    for act in (domains.remove, domains.rotate):
        with pytest.raises(Denied):
            act(bob, domain_id)
    domains.remove(alice, domain_id, version=1)
    with pytest.raises(Missing):
        domains.check(alice, domain_id, settings)


@pytest.mark.criterion("email-12")
def test_a_rotation_leaves_no_mail_unsigned_or_unverifiable(alice: Actor, settings: Settings, name_server: NameServer) -> None:
    def published(name: bytes, timeout: int = 5) -> bytes | None:
        return next((text.encode() for text in dns.look_anew(name.decode().rstrip("."), "TXT").texts), None)

    def verified() -> set[str]:
        message = signing.sign(alice.tenant_id, "live", DOMAIN, b"From: a@example.test\r\n\r\nHello\r\n")
        verifier = dkimpy.DKIM(message)
        assert verifier.verify(0, published)
        assert verifier.verify(1, published)
        return {line.split(b"s=")[1].split(b";")[0].decode() for line in message.split(b"\r\n") if line.startswith(b"\ts=")}

    start = clock.now_ms() - 300 * 86_400_000  # verifiers refuse signatures of times to come
    with clock.frozen(start) as held:
        domain_id = added(alice)["id"]
        served(name_server, pasted(domains.get(alice, domain_id)))
        old = {key["selector"] for key in domains.check(alice, domain_id, settings)["dkim"]}
        assert verified() == old
        made = domains.rotate(alice, domain_id)
        assert verified() == old
        served(name_server, pasted(made))
        seen: list[set[str]] = []
        for minutes in (0, 10, 20, 20):
            held.advance(minutes * 60_000)
            domains.check(alice, domain_id, settings)
            seen.append(verified())
        new = {key["selector"] for key in made["dkim"]} - old
        assert seen == [old, old, new, new]
        assert {key["selector"] for key in domains.get(alice, domain_id)["dkim"] if key["state"] == "retiring"} == old
        held.advance(8 * 86_400_000)
        last = domains.check(alice, domain_id, settings)
        assert {key["selector"] for key in last["dkim"] if key["state"] == "retired"} == old
        served(name_server, pasted(last))
        assert verified() == new
        held.advance(181 * 86_400_000)
        assert states(domains.check(alice, domain_id, settings))["key_age"] == "warning"


@pytest.mark.criterion("email-12")
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_ten_thousand_mails_across_a_switch_are_signed_with_published_keys(
    alice: Actor, settings: Settings, name_server: NameServer, thorough: bool
) -> None:
    with clock.frozen(clock.now_ms() - 30 * 86_400_000) as held:
        domain_id = added(alice)["id"]
        texts: dict[str, str] = {}

        def publish() -> None:
            found = domains.get(alice, domain_id)
            served(name_server, pasted(found))
            texts.update({key["record"]["name"]: key["record"]["value"] for key in found["dkim"]})

        publish()
        domains.check(alice, domain_id, settings)

        def published(name: bytes, timeout: int = 5) -> bytes:
            return texts[name.decode().rstrip(".")].encode()

        acts: dict[int, Callable[[], object]] = {
            2000: lambda: domains.rotate(alice, domain_id),
            3000: publish,
            4000: lambda: domains.check(alice, domain_id, settings),
            5000: lambda: held.advance(20 * 60_000),
            6000: lambda: domains.check(alice, domain_id, settings),
        }
        used = []
        for number in range(10_000):
            acts.get(number, lambda: None)()
            message = signing.sign(alice.tenant_id, "live", DOMAIN, b"From: a@example.test\r\n\r\nHello\r\n")
            selectors = re.findall(rb"\ts=(\w+);", message)
            assert len(selectors) == 2
            assert all(f"{selector.decode()}._domainkey.{DOMAIN}" in texts for selector in selectors)
            used.append(selectors[0])
            if thorough or number % 100 == 0:
                verifier = dkimpy.DKIM(message)
                assert verifier.verify(0, published)
                assert verifier.verify(1, published)
        assert len(set(used)) == 2
        assert used.index(used[-1]) == 6000
