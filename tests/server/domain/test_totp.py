"""One-time codes against the vectors of the RFC, and their single use."""

from __future__ import annotations

import base64
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.totp import code, new_secret, plain_recovery_code, provisioning_uri, recovery_codes, verify

SECRET = b"12345678901234567890"
NOW = 1795176000

moments = st.integers(60, 2**40)


@pytest.mark.parametrize(
    ("at_seconds", "expected"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_vectors_of_rfc_6238_come_out_as_printed(at_seconds: int, expected: str) -> None:
    assert code(SECRET, at_seconds, digits=8) == expected
    assert code(SECRET, at_seconds) == expected[-6:]


@given(moments, st.integers(-1, 1))
def test_the_neighbouring_codes_are_taken_for_clocks_that_differ(now: int, shift: int) -> None:
    assert verify(SECRET, code(SECRET, now + shift * 30), now) == now // 30 + shift


@pytest.mark.parametrize("shift", [-2, 2])
def test_codes_further_away_are_refused(shift: int) -> None:
    assert verify(SECRET, code(SECRET, NOW + shift * 30), NOW) is None


@given(moments)
def test_a_code_is_taken_once(now: int) -> None:
    step = verify(SECRET, code(SECRET, now), now)
    assert step is not None
    assert verify(SECRET, code(SECRET, now), now, step) is None
    assert verify(SECRET, code(SECRET, now - 30), now, step) is None


def test_a_code_may_be_typed_with_blanks() -> None:
    text = code(SECRET, NOW)
    assert verify(SECRET, f"{text[:3]} {text[3:]}", NOW) == NOW // 30


@given(st.text().filter(lambda text: not text.replace(" ", "").isdigit()))
def test_whatever_else_is_typed_is_refused(text: str) -> None:
    assert verify(SECRET, text, NOW) is None


def test_the_first_seconds_of_time_work_too() -> None:
    assert verify(SECRET, code(SECRET, 0), 0) == 0


def test_a_new_secret_has_160_bits_and_is_fresh() -> None:
    assert len(new_secret()) == 20
    assert new_secret() != new_secret()


def test_an_authenticator_reads_everything_from_the_address() -> None:
    parts = urlsplit(provisioning_uri("Acme & Co: CRM", "alice+x@example.com", SECRET))
    fields = {name: only for name, (only,) in parse_qs(parts.query).items()}
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert unquote(parts.path) == "/Acme & Co: CRM:alice+x@example.com"
    assert parts.path.count(":") == 1
    assert base64.b32decode(fields["secret"]) == SECRET
    assert (fields["issuer"], fields["algorithm"], fields["digits"], fields["period"]) == ("Acme & Co: CRM", "SHA1", "6", "30")
    assert "+" not in parts.query


def test_recovery_codes_are_ten_and_all_different() -> None:
    codes = recovery_codes()
    assert len(set(codes)) == 10
    assert all(len(text) == 11 and text[5] == "-" for text in codes)


@pytest.mark.parametrize("typed", ["4k7mq-x2v9d", "4K7MQX2V9D", " 4k7mq x2v9d ", "4k7mq--x2v9d"])
def test_a_recovery_code_is_read_however_it_is_typed(typed: str) -> None:
    assert plain_recovery_code(typed) == "4k7mqx2v9d"


def test_letters_that_look_like_digits_are_put_right() -> None:
    assert plain_recovery_code("O1Il0-oL1i0") == "0111001110"
