"""Every provider's shipped vectors, good and forged; and whatever else may stand in a header is a refusal, never a fault."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.errors import Unauthenticated
from server.domain.inbound.arrivals import Arrival
from server.domain.inbound.methods import Scheme, Token
from server.domain.inbound.schemes import SCHEMES, scheme_of
from server.domain.inbound.verification import KeyNeeded, addresses, verify
from tests.vectors.inbound import arrival_of, named, trust_of, vectors

ACCEPTED, REFUSED = vectors("accepted"), vectors("refused")
FUZZED = 10_000


@pytest.mark.criterion("webhooks-17", "connectors-9")
@pytest.mark.parametrize("vector", ACCEPTED, ids=named)
def test_what_a_vendor_signed_is_accepted(vector: dict[str, Any]) -> None:
    verify(scheme_of(vector["provider"], vector["parameters"]), arrival_of(vector), trust_of(vector), vector["now"])


@pytest.mark.criterion("webhooks-17", "connectors-9")
@pytest.mark.parametrize("vector", REFUSED, ids=named)
def test_what_was_forged_is_refused(vector: dict[str, Any]) -> None:
    parameters = vector["parameters"] if vector["provider"] != "hmac" else {"header": "X-Acme-Signature", **vector["parameters"]}
    with pytest.raises(Unauthenticated):
        verify(scheme_of(vector["provider"], parameters), arrival_of(vector), trust_of(vector), vector["now"])


@pytest.mark.criterion("webhooks-17", "connectors-9")
def test_every_single_bit_that_is_signed_counts(figure: Any, thorough: bool) -> None:
    flips, kept, step = 0, [], 1 if thorough else 7
    for vector in ACCEPTED:
        arrival, trust, scheme = arrival_of(vector), trust_of(vector), scheme_of(vector["provider"], vector["parameters"])
        changes = [*_changed_headers(scheme, arrival), *_changed_bodies(vector["provider"], scheme, arrival, step)]
        for what, changed in changes:
            flips += 1
            with suppress(Unauthenticated, KeyNeeded):
                verify(scheme, changed, trust, vector["now"])
                kept.append(f"{named(vector)}: {what}")
    assert kept == []
    figure(f"{flips} single bits of bodies, times and signatures changed, all refused")


NOT_SIGNED = {"mailgun": "it signs a time and a token, and not what it tells", "gmail": "its token says who sends, and not what"}
"""Providers with a signature that does not cover the body, by their own design."""


def _changed_bodies(provider: str, scheme: Scheme, arrival: Arrival, step: int) -> Iterator[tuple[str, Arrival]]:
    """Yield the arrival with single bits of its body changed, but for another spelling of the same; `step` 1 is every bit."""
    if provider in NOT_SIGNED or any(isinstance(method, Token) for method in scheme.methods):
        return
    for place, body in _flipped(arrival.body, step):
        changed = replace(arrival, body=body)
        same_form = arrival.is_form and changed.form == arrival.form
        if not same_form and not (scheme.key in ("ses", "s3") and changed.document == arrival.document):
            yield f"bit {place} of the body", changed


def _changed_headers(scheme: Scheme, arrival: Arrival) -> Iterator[tuple[str, Arrival]]:
    """Yield the arrival with every single bit of its signature and its time changed."""
    for method in scheme.methods:
        clock = getattr(method, "clock", None)
        pairs = [one for one in (getattr(method, "pair", ""), clock.pair if clock else "") if one]
        for place in [getattr(method, "place", ""), clock.place if clock else ""]:
            kind, _, name = place.partition(":")
            value = arrival.headers.get(name.lower(), "") if kind == "header" else ""
            whole = [(0, len(value))] if not pairs else [part.span(1) for pair in pairs for part in re.finditer(rf"\b{pair}=([^,]*)", value)]
            good = [span for span in whole if set(value[slice(*span)]) != {"0"}]
            for bit, flipped in _flipped(value.encode("latin-1")):
                if any(start <= bit // 8 < end for start, end in good):
                    yield f"bit {bit} of {name}", replace(arrival, headers={**arrival.headers, name.lower(): flipped.decode("latin-1")})


def _flipped(content: bytes, step: int = 1) -> Iterator[tuple[int, bytes]]:
    for place in range(0, len(content) * 8, step):
        yield place, content[: place // 8] + bytes([content[place // 8] ^ 1 << place % 8]) + content[place // 8 + 1 :]


def test_every_provider_has_good_and_forged_vectors() -> None:
    for kind in (ACCEPTED, REFUSED):
        assert sorted(set(SCHEMES) - {vector["provider"] for vector in kind}) == []


def test_a_key_that_is_not_at_hand_is_asked_for_by_its_address() -> None:
    vector = next(one for one in ACCEPTED if one["provider"] == "ses")
    with pytest.raises(KeyNeeded) as needed:
        verify(SCHEMES["ses"], arrival_of(vector), replace(trust_of(vector), keys=lambda _url, _kind: None), vector["now"])
    assert (needed.value.url, needed.value.kind) == (next(iter(vector["keys"])), "certificate")


def test_a_repeated_signature_has_the_same_mark_and_another_one_another() -> None:
    slack = [one for one in ACCEPTED if one["provider"] == "slack"]
    marks = [verify(SCHEMES["slack"], arrival_of(one), trust_of(one), one["now"]).once for one in (*slack, slack[0])]
    assert marks[0] == marks[2] != marks[1]
    dropbox = next(one for one in ACCEPTED if one["provider"] == "dropbox")
    assert verify(SCHEMES["dropbox"], arrival_of(dropbox), trust_of(dropbox), dropbox["now"]).once is None


def test_an_address_is_tried_with_and_without_its_port() -> None:
    assert addresses("https://a.example/x?y=1", "ports") == ["https://a.example/x?y=1", "https://a.example:443/x?y=1"]
    assert addresses("http://[2001:db8::1]:8080/x", "ports")[1:] == ["http://[2001:db8::1]/x"]
    assert addresses("https://a.example/x?y=a%40b%20c", "decoded") == ["https://a.example/x?y=a%40b%20c", "https://a.example/x?y=a@b%20c"]


values = st.text(st.characters(codec="latin-1"), max_size=60) | st.sampled_from(
    ["t=,v1=", "v0=", "sha256=", ",,,,", "v1=" * 40, "t=1e999,v1=00", "Basic ====", "Bearer a.b.c", "v1,", "0x10", "-1", "\xff", "١٢٣"]
)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(SCHEMES)), st.dictionaries(st.sampled_from(["signature", "timestamp", "other"]), values), st.binary(max_size=200))
def test_no_header_and_no_body_is_more_than_a_refusal(provider: str, given_values: dict[str, str], body: bytes) -> None:
    vector = next(one for one in ACCEPTED if one["provider"] == provider)
    arrival = arrival_of(vector)
    names = {"signature": [name for name in arrival.headers if "sig" in name], "timestamp": [name for name in arrival.headers if "time" in name]}
    headers = {**arrival.headers, **{name: given_values[kind] for kind, all_names in names.items() if kind in given_values for name in all_names}}
    forged = {**vector, "secrets": ["another secret"] if vector["secrets"] else [], "keys": dict.fromkeys(vector["keys"], "another")}
    with pytest.raises((Unauthenticated, KeyNeeded)):
        verify(scheme_of(provider, vector["parameters"]), replace(arrival, headers=headers, body=body), trust_of(forged), vector["now"])


@pytest.mark.criterion("webhooks-17", "connectors-9")
def test_ten_thousand_fuzzed_headers_are_all_refused(figure: Any) -> None:
    chosen = random.Random(2026)
    refused = 0
    for number in range(FUZZED):
        vector = chosen.choice(ACCEPTED)
        forged = {**vector, "secrets": [f"other-secret-{number}"] if vector["secrets"] else [], "keys": dict.fromkeys(vector["keys"], "another")}
        try:
            verify(scheme_of(vector["provider"], vector["parameters"]), _fuzzed(vector, chosen), trust_of(forged), vector["now"])
        except (Unauthenticated, KeyNeeded):
            refused += 1
    assert refused == FUZZED
    figure(f"{refused} of {FUZZED} fuzzed headers refused, none a fault")


def _fuzzed(vector: dict[str, Any], chosen: random.Random) -> Arrival:
    arrival = arrival_of(vector)
    headers = {name: _mangled(value, chosen) for name, value in arrival.headers.items() if chosen.random() > 0.1}
    headers |= {f"x-{chosen.randrange(9)}": _mangled("t=1,v1=ff", chosen)}
    body = arrival.body if chosen.random() > 0.5 else arrival.body[: chosen.randrange(len(arrival.body) + 1)] + chosen.randbytes(3)
    return replace(arrival, headers=headers, body=body)


def _mangled(value: str, chosen: random.Random) -> str:
    place = chosen.randrange(len(value) + 1)
    odd = chosen.choice(["", "\x00", "=", ",", ";", "%", "\ud800", "\u0661", "é", " ", "9" * 400, value, value[::-1], "\t", '"', "{", "v1=,"])
    return chosen.choice([value[:place] + odd + value[place:], odd, value[:place], odd + value, value.swapcase() + odd])
