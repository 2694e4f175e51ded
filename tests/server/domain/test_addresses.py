"""The address guard's rules, case by case."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.addresses import (
    FORBIDDEN_V4,
    FORBIDDEN_V6,
    check_url,
    is_forbidden,
    literal_address,
    parse_allowed,
)
from server.domain.errors import Unprocessable

pytestmark = pytest.mark.criterion("webhooks-18")

EDGES = [str(edge) for text in (*FORBIDDEN_V4, *FORBIDDEN_V6) for edge in (ip_network(text)[0], ip_network(text)[-1])]
WELL_KNOWN = """
127.0.0.1 127.1.2.3 10.1.2.3 172.16.0.1 172.31.255.254 192.168.1.1 169.254.169.254 169.254.170.2 100.100.100.200
100.64.0.1 0.0.0.0 0.1.2.3 255.255.255.255 224.0.0.1 239.255.255.250 240.0.0.1 192.0.0.192 198.18.0.1 203.0.113.9
::1 :: fe80::1 fe80::1%eth0 fc00::1 fd00:ec2::254 ff02::1 fec0::1 2001:db8::1 2001::1 2001:10::1 2001:20::1
2002:7f00:1:: 2002:0808:0808::1 3fff::1 5f00::1 100::1 64:ff9b:1::1 64:ff9b:1:0808:8:800::
::127.0.0.1 ::10.0.0.1 ::ffff:127.0.0.1 ::ffff:169.254.169.254 ::ffff:10.0.0.1 ::ffff:8.8.8.8 ::ffff:0:127.0.0.1
64:ff9b::127.0.0.1 64:ff9b::10.0.0.1 64:ff9b::169.254.169.254 64:ff9b::192.168.0.1 64:ff9b::0.0.0.0
""".split()  # noqa: SIM905 - a table to read
PUBLIC = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 169.253.255.255 169.255.0.0
172.15.255.255 172.32.0.0 191.255.255.255 192.0.1.0 192.0.3.0 192.88.98.255 192.88.100.0 192.167.255.255 192.169.0.0
198.17.255.255 198.20.0.0 198.51.99.255 198.51.101.0 203.0.112.255 203.0.114.0 223.255.255.255 1.0.0.0
2606:4700:4700::1111 2001:200:: 2001:4860:4860::8888 2001:db7:ffff:: 2001:db9:: 2003:: 3ffe:: 3fff:1000:: 2a00::1 5eff:: 5f01::
101:: 100:0:0:1:: fbff:: 64:ff9b::8.8.8.8 64:ff9b::1.1.1.1
""".split()  # noqa: SIM905 - a table to read


@pytest.mark.parametrize("text", EDGES)
def test_the_first_and_the_last_address_of_each_special_range_are_forbidden(text: str) -> None:
    assert is_forbidden(ip_address(text))


@pytest.mark.parametrize("text", WELL_KNOWN)
def test_addresses_that_attackers_ask_for_are_forbidden(text: str) -> None:
    assert is_forbidden(ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses_and_the_neighbours_of_special_ranges_are_not(text: str) -> None:
    assert not is_forbidden(ip_address(text))


@given(st.ip_addresses())
def test_every_address_is_judged_as_the_published_list_says(address: IPv4Address | IPv6Address) -> None:
    judged = address
    if address in ip_network("64:ff9b::/96"):
        judged = IPv4Address(int(address) % 2**32)
    networks = FORBIDDEN_V4 if judged.version == 4 else FORBIDDEN_V6
    assert is_forbidden(address) == any(judged in ip_network(text) for text in networks)


@given(st.ip_addresses(v=4))
def test_an_address_of_nat64_is_judged_by_what_it_embeds(address: IPv4Address) -> None:
    assert is_forbidden(IPv6Address(f"64:ff9b::{address}")) == is_forbidden(address)


@given(st.ip_addresses(v=4))
def test_mapped_and_6to4_addresses_are_always_forbidden(address: IPv4Address) -> None:
    assert is_forbidden(IPv6Address(f"::ffff:{address}"))
    assert is_forbidden(IPv6Address(0x2002 << 112 | int(address) << 80))


LITERALS = [
    ("127.0.0.1", "127.0.0.1"),
    ("127.0.0.1.", "127.0.0.1"),
    ("127.1", "127.0.0.1"),
    ("127.0.1", "127.0.0.1"),
    ("127.65535", "127.0.255.255"),
    ("127.1.65535", "127.1.255.255"),
    ("127.16777215", "127.255.255.255"),
    ("2130706433", "127.0.0.1"),
    ("4294967295", "255.255.255.255"),
    ("0", "0.0.0.0"),  # noqa: S104 - an address to refuse, not to listen on
    ("0x", "0.0.0.0"),  # noqa: S104
    ("0x7f000001", "127.0.0.1"),
    ("0X7F000001", "127.0.0.1"),
    ("0x7f.0x0.0x0.0x1", "127.0.0.1"),
    ("0x7f.1", "127.0.0.1"),
    ("017700000001", "127.0.0.1"),
    ("0177.0.0.1", "127.0.0.1"),
    ("00000177.0.0.1", "127.0.0.1"),
    ("0177.0x0.0.1", "127.0.0.1"),
    ("0xa9.254.0251.254", "169.254.169.254"),
    ("2852039166", "169.254.169.254"),
    ("0xa9fea9fe", "169.254.169.254"),
    ("10.0.0.010", "10.0.0.8"),
    ("127\u30020\u30020\u30021", "127.0.0.1"),
    ("127\uff0e0\uff0e0\uff0e1", "127.0.0.1"),
    ("127\uff610\uff610\uff611", "127.0.0.1"),
    ("127.0.0.1\u3002", "127.0.0.1"),
    ("\uff11\uff12\uff17.0.0.1", "127.0.0.1"),
    ("\u2460\u2461\u2466.0.0.1", "127.0.0.1"),
    ("[::1]", "::1"),
    ("::1", "::1"),
    ("[::]", "::"),
    ("[0:0:0:0:0:0:0:1]", "::1"),
    ("[::ffff:127.0.0.1]", "::ffff:127.0.0.1"),
    ("[::ffff:7f00:1]", "::ffff:127.0.0.1"),
    ("[64:ff9b::7f00:1]", "64:ff9b::127.0.0.1"),
    ("fe80::1%eth0", "fe80::1"),
    ("[fe80::1%25eth0]", "fe80::1"),
    ("[FE80::1]", "fe80::1"),
]


@pytest.mark.parametrize(("host", "address"), LITERALS)
def test_an_address_is_recognised_in_every_disguise(host: str, address: str) -> None:
    assert literal_address(host) == ip_address(address)


@pytest.mark.parametrize(
    "host",
    [
        "", ".", "example.com", "localhost", "256.1.1.1", "1.256.1.1", "1.2.3.256", "1.2.65536", "1.16777216", "4294967296",
        "1.2.3.4.5", "1..2", ".1.2.3", "08", "0xg", "1.2.3.4..", "-1", "+1", "1_0", "1.2.3.a", "[", "[]", ":", ":::", "[::1", "g::1",
        "1.2.3.4:80", "9" * 81, "0x7f.0.0.1.example.com", " 127.0.0.1",
    ],
)  # fmt: skip
def test_a_host_that_is_no_address_is_left_to_be_a_name(host: str) -> None:
    assert literal_address(host) in {None, ip_address("::1") if host == "[::1" else None}


@given(st.ip_addresses(v=4))
def test_all_spellings_of_an_address_are_that_address(address: IPv4Address) -> None:
    number = int(address)
    high, low = number >> 24, number & 0xFFFFFF
    spellings = [str(number), hex(number), f"0{number:o}", f"{high}.{low}", f"{high:#x}.{low}", f"0{high:o}.{low:#x}", f"{address}."]
    assert {literal_address(spelling) for spelling in spellings} == {address}


@given(st.text(max_size=100) | st.text("0123456789abcdefx.:[]%\u3002", max_size=60))
def test_reading_a_host_never_fails(host: str) -> None:
    assert literal_address(host) is None or host


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://example.com/hook", ("https", "example.com", 443)),
        ("http://example.com", ("http", "example.com", 80)),
        ("HTTPS://Example.COM:8443/a?b=c#d", ("https", "example.com", 8443)),
        ("https://example.com./", ("https", "example.com", 443)),
        ("https://example.com:/", ("https", "example.com", 443)),
        ("https://a_b.example.com/", ("https", "a_b.example.com", 443)),
        ("https://b\u00fccher.example/", ("https", "xn--bcher-kva.example", 443)),
        ("https://example\u3002com/", ("https", "example.com", 443)),
        ("http://localhost:9000/x@y", ("http", "localhost", 9000)),
        ("http://0x7f.1/", ("http", "127.0.0.1", 80)),
        ("http://2130706433:81/", ("http", "127.0.0.1", 81)),
        ("http://[::1]:8080/", ("http", "::1", 8080)),
        ("http://[fe80::1%25eth0]/", ("http", "fe80::1", 80)),
        ("https://example.com/" + "a" * 2028, ("https", "example.com", 443)),
    ],
)
def test_a_proper_address_is_taken_apart(url: str, parts: tuple[str, str, int]) -> None:
    assert check_url(url) == parts


@pytest.mark.parametrize(
    "url",
    [
        "", "example.com", "//example.com/", "/path", "ftp://example.com/", "file:///etc/passwd",
        "gopher://example.com/", "javascript:alert(1)",
        "http:", "http:/", "http://", "http:///path", "http:example.com", "http://:80/", "http://?x", "http://#x", "http://./", "http://../",
        "http://user@example.com/", "http://user:pass@example.com/", "http://@example.com/", "http://example.com@127.0.0.1/", "http://a@b@c/",
        "http://example.com\uff20127.0.0.1/",
        "http://example.com:0/", "http://example.com:65536/", "http://example.com:-1/", "http://example.com:+80/", "http://example.com:8o/",
        "http://example.com:80:80/", "http://example.com:\uff18\uff10/",
        "http://example.com/\n", "http://exa\tmple.com/", "http://example.com/\0", "\x01http://example.com/", " http://example.com/",
        "http://example.com/a b", "http://exam\u00adple.com/", "http://example.com/\u200b",
        "http://example.com\\@127.0.0.1/", "http:\\\\example.com/",
        "http://example.com/\ud800", "http://\ud800.com/", "http://a..b/", "http://.example.com/", "http://" + "a" * 64 + ".com/",
        "http://%31%32%37.0.0.1/", "http://example.com%2f@x/", "http://exa<mple.com/", "http://a,b/", "http://a'b/", "http://a*b/",
        "http://256.256.256.256/", "http://1.2.3.4.5/", "http://4294967296/", "http://08.0.0.1/", "http://example.1/", "http://example.0x1/",
        "http://[::1", "http://::1/", "http://[]/", "http://[1.2.3.4]/", "http://[v1.a]/", "http://[::1]x/", "http://[::g]/",
        "https://example.com/" + "a" * 2029,
    ],
)  # fmt: skip
def test_an_address_that_parsers_could_read_differently_is_refused(url: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        check_url(url)
    assert refused.value.stable_code == "webhook_address_refused"


@given(st.text(max_size=60) | st.text("htp:/[]@.%\\0123456789abx ", max_size=40).map("http://".__add__))
def test_any_text_is_either_taken_apart_or_refused(url: str) -> None:
    try:
        scheme, host, port = check_url(url)
    except Unprocessable:
        return
    assert scheme in {"http", "https"}
    assert host
    assert host.isascii()
    assert 1 <= port <= 65535


@pytest.mark.parametrize("host", [host for host, _ in LITERALS])
def test_a_disguised_private_address_is_forbidden_once_taken_apart(host: str) -> None:
    if ":" in host and not host.startswith("["):
        host = f"[{host}]"
    _, plain, _ = check_url(f"http://{host}/")
    assert is_forbidden(ip_address(plain))


OPENED = ["10.0.0.0/8", "127.0.0.1", "::1", "fd00::/8", "receiver.internal:9000", "192.168.1.5:8080", "[fe80::1]:443", "172.16.5.4/16"]


@pytest.mark.parametrize(
    ("host", "port", "address", "opened"),
    [
        ("any.example", 80, "10.200.0.1", True),
        ("any.example", 1, "127.0.0.1", True),
        ("any.example", 80, "127.0.0.2", False),
        ("any.example", 80, "::1", True),
        ("any.example", 80, "fd12::1", True),
        ("any.example", 80, "fc00::1", False),
        ("receiver.internal", 9000, "192.168.9.9", True),
        ("Receiver.Internal.", 9000, "192.168.9.9", True),
        ("receiver.internal", 9001, "192.168.9.9", False),
        ("other.internal", 9000, "192.168.9.9", False),
        ("192.168.1.5", 8080, "192.168.1.5", True),
        ("alias.example", 8080, "192.168.1.5", True),
        ("192.168.1.5", 8081, "192.168.1.5", False),
        ("[fe80::1]", 443, "fe80::1", True),
        ("any.example", 80, "172.16.0.1", True),
        ("any.example", 80, "172.17.0.1", False),
        ("any.example", 80, "::ffff:10.0.0.1", False),
    ],
)
def test_only_what_the_operator_named_is_opened(host: str, port: int, address: str, opened: bool) -> None:
    assert parse_allowed(OPENED).permits(host, port, ip_address(address)) is opened


@given(st.ip_addresses(), st.integers(1, 65535))
def test_by_default_nothing_is_opened(address: IPv4Address | IPv6Address, port: int) -> None:
    assert not parse_allowed([]).permits("localhost", port, address)


@pytest.mark.parametrize(
    "entry",
    [
        "",
        "localhost",
        "localhost:",
        "localhost:0",
        "localhost:65536",
        "localhost:http",
        ":80",
        "10.0.0.0/33",
        "http://a:80",
        "a b:80",
        "*:80",
        "a:-1",
    ],
)
def test_an_entry_that_opens_nothing_is_named(entry: str) -> None:
    with pytest.raises(ValueError, match="is not a CIDR") as refused:
        parse_allowed(["127.0.0.1", entry])
    assert f"'{entry}'" in str(refused.value)
