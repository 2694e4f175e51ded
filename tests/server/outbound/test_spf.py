"""SPF of what arrives, asked of a real name server."""

from __future__ import annotations

import pytest

from server.outbound import spf
from tests.peers.nsd import NameServer

ZONE = """
@ IN TXT "v=spf1 ip4:192.0.2.0/24 a:host mx -all"
@ IN MX 10 mail
mail IN A 198.51.100.1
mail IN AAAA 2001:db8::25
host IN A 198.51.100.2
soft IN TXT "v=spf1 ~all"
broken IN TXT "v=spf1 nonsense -all"
twice IN TXT "v=spf1 -all"
twice IN TXT "v=spf1 ~all"
nobody IN TXT "v=spf1 include:elsewhere.example -all"
voids IN TXT "v=spf1 a:n1.example.test a:n2.example.test a:n3.example.test -all"
"""


@pytest.fixture
def zone(name_server: NameServer) -> NameServer:
    """Return the server, serving the zone."""
    name_server.serve({"example.test": ZONE.replace("a:host", "a:host.example.test")})
    return name_server


@pytest.mark.criterion("email-13")
def test_a_result_is_that_of_the_published_record(zone: NameServer) -> None:
    for ip, sender, result in (
        ("192.0.2.77", "a@example.test", "pass"),
        ("198.51.100.1", "a@example.test", "pass"),
        ("2001:db8::25", "a@example.test", "pass"),
        ("::ffff:198.51.100.2", "a@example.test", "pass"),
        ("203.0.113.1", "a@example.test", "fail"),
        ("203.0.113.1", "a@soft.example.test", "softfail"),
        ("203.0.113.1", "a@none.example.test", "none"),
        ("203.0.113.1", "a@broken.example.test", "permerror"),
        ("203.0.113.1", "a@twice.example.test", "permerror"),
        ("203.0.113.1", "a@nobody.example.test", "temperror"),
        ("203.0.113.1", "a@voids.example.test", "permerror"),
    ):
        assert (sender, ip, spf.check(ip, "client.invalid", sender)[0]) == (sender, ip, result)
    assert spf.check("192.0.2.1", "example.test", "")[0] == "pass", "a bounce is judged by HELO"


@pytest.mark.parametrize(
    ("ip", "helo", "sender"), [("no address", "h", "a@b.test"), ("192.0.2.1", "", ""), ("192.0.2.1", "\x00", "@"), ("1", "é", "é@é")]
)
def test_nonsense_is_a_result(zone: NameServer, ip: str, helo: str, sender: str) -> None:
    assert spf.check(ip, helo, sender)[0] in {"none", "permerror", "temperror"}
