"""The table of providers: every row is complete, and a custom one is made of a source's own parameters."""

from __future__ import annotations

from server.domain.inbound.arrivals import Arrival
from server.domain.inbound.handshakes import AFTER, BEFORE
from server.domain.inbound.methods import Hmac, Token
from server.domain.inbound.schemes import SCHEMES, scheme_of


def test_thirty_and_more_providers_are_known() -> None:
    assert len(SCHEMES) >= 30


def test_every_row_names_what_it_is_verified_with_and_a_handshake_that_exists() -> None:
    for scheme in SCHEMES.values():
        assert scheme.methods
        assert scheme.secret or any(one.required for one in scheme.parameters), scheme.key
        assert not scheme.handshake or (scheme.handshake in BEFORE) is not (scheme.handshake in AFTER), scheme.key


def test_every_place_of_every_row_can_be_read() -> None:
    empty = Arrival("POST", "https://a.example", {}, (), b"")
    for scheme in SCHEMES.values():
        for places in (scheme.event_id, scheme.event_type, scheme.account, *(place for place, _ in scheme.equal)):
            assert not places or empty.text(places) is None
        for method in scheme.methods:
            if isinstance(method, Token):
                assert [empty.every(place) for place in method.places] == [[]] * len(method.places)


def test_a_custom_scheme_is_made_of_parameters() -> None:
    made = scheme_of("hmac", {"header": "X-Sign", "encoding": "base64", "digest": "sha1", "prefix": "s=", "timestamp_header": "X-At"})
    method = made.methods[0]
    assert isinstance(method, Hmac)
    assert (method.place, method.encoding, method.digest, method.prefix, method.signed) == (
        "header:X-Sign",
        "base64",
        "sha1",
        "s=",
        ("{timestamp}.{body}",),
    )
    assert made.event_id == ""
    assert scheme_of("hmac", {"header": "X", "event_id_header": "X-Id"}).event_id == "header:X-Id"
    assert scheme_of("stripe", {}) is SCHEMES["stripe"]
