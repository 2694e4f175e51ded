"""Signatures, judged by other people's libraries and by what a forger might send."""

from __future__ import annotations

import base64
import json
import random
import time

import pytest
import standardwebhooks
import svix
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.errors import Unauthenticated, Unprocessable
from server.domain.signing import check_secret, new_secret, secret_bytes, sign, verify

# The vector that all public libraries agree on.
SECRET = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
MOMENT = 1614265330
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

ids = st.text("abcdefghijklmnopqrstuvwxyz0123456789_-", min_size=1, max_size=40)
keys = st.binary(min_size=24, max_size=64)
moments = st.integers(0, 10**12 - 1)


def secret_of(key: bytes) -> str:
    return "whsec_" + base64.b64encode(key).decode()


def headers_of(signature: str = SIGNATURE, message_id: str = ID, timestamp: object = MOMENT) -> dict[str, str]:
    return {"webhook-id": message_id, "webhook-timestamp": str(timestamp), "webhook-signature": signature}


def code_of(secrets: list[str], headers: dict[str, str], body: bytes = BODY, now: int = MOMENT) -> str:
    with pytest.raises(Unauthenticated) as refused:
        verify(secrets, headers, body, now)
    return refused.value.stable_code


@pytest.mark.criterion("webhooks-16")
def test_the_public_vector_is_met_byte_for_byte() -> None:
    assert sign([secret_bytes(SECRET)], ID, MOMENT, BODY) == SIGNATURE
    verify([SECRET], headers_of(), BODY, MOMENT)
    verify(["whsec_" + SECRET], headers_of(), BODY, MOMENT)


@pytest.mark.criterion("webhooks-16")
@pytest.mark.parametrize("library", [standardwebhooks.Webhook, svix.Webhook])
@settings(deadline=None)
@given(keys, ids, st.text(max_size=200))
def test_other_libraries_accept_what_we_sign(library: type, key: bytes, message_id: str, body: str) -> None:
    now = int(time.time())
    content = json.dumps({"text": body}).encode()
    signature = sign([key], message_id, now, content)
    library(secret_of(key)).verify(content, headers_of(signature, message_id, now))


@pytest.mark.criterion("webhooks-16")
@pytest.mark.parametrize("library", [standardwebhooks.Webhook, svix.Webhook])
def test_during_a_rotation_holders_of_either_secret_can_verify(library: type) -> None:
    old, new, now = new_secret(), new_secret(), int(time.time())
    headers = headers_of(sign([secret_bytes(new), secret_bytes(old)], ID, now, BODY), ID, now)
    for secret in (old, new):
        library(secret).verify(BODY, headers)
        verify([secret], headers, BODY, now)
    verify([new_secret(), old], headers, BODY, now)


@given(st.lists(keys, min_size=1, max_size=5), ids, moments, st.binary(max_size=300), st.integers(-300, 300), st.data())
def test_what_was_signed_verifies_with_any_of_the_keys_within_the_tolerance(
    several: list[bytes], message_id: str, moment: int, body: bytes, drift: int, data: st.DataObject
) -> None:
    signature = sign(several, message_id, moment, body)
    verify([secret_of(data.draw(st.sampled_from(several)))], headers_of(signature, message_id, moment), body, moment + drift)


@given(st.lists(keys, min_size=1, max_size=5))
def test_signatures_are_separated_by_exactly_one_space(several: list[bytes]) -> None:
    tokens = sign(several, ID, MOMENT, BODY).split(" ")
    assert len(tokens) == len(several)
    assert all(token.startswith("v1,") and len(token) == 3 + 44 for token in tokens)


@given(keys, st.binary(max_size=100), st.binary(max_size=100))
def test_another_body_does_not_verify(key: bytes, body: bytes, other: bytes) -> None:
    if body != other:
        assert code_of([secret_of(key)], headers_of(sign([key], ID, MOMENT, body)), other) == "signature_mismatch"


@given(keys, keys)
def test_another_secret_does_not_verify(key: bytes, other: bytes) -> None:
    if key != other:
        assert code_of([secret_of(other)], headers_of(sign([key], ID, MOMENT, BODY))) == "signature_mismatch"


@pytest.mark.criterion("webhooks-17")
@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "signature_missing"),
        ({"webhook-id": ID, "webhook-timestamp": str(MOMENT)}, "signature_missing"),
        ({"webhook-id": ID, "webhook-signature": SIGNATURE}, "signature_missing"),
        (headers_of(message_id=""), "signature_malformed"),
        (headers_of(message_id="msg.1"), "signature_malformed"),
        (headers_of(message_id="msg 1"), "signature_malformed"),
        (headers_of(message_id="ms\u0121"), "signature_malformed"),
        (headers_of(message_id="m" * 257), "signature_malformed"),
        (headers_of(timestamp=""), "signature_malformed"),
        (headers_of(timestamp="1614265330.0"), "signature_malformed"),
        (headers_of(timestamp="-1614265330"), "signature_malformed"),
        (headers_of(timestamp="+1614265330"), "signature_malformed"),
        (headers_of(timestamp="01614265330"), "signature_malformed"),
        (headers_of(timestamp=" 1614265330"), "signature_malformed"),
        (headers_of(timestamp="1614265330\n"), "signature_malformed"),
        (headers_of(timestamp="1e9"), "signature_malformed"),
        (headers_of(timestamp="NaN"), "signature_malformed"),
        (headers_of(timestamp="9" * 5000), "signature_malformed"),
        (headers_of(timestamp="\u0661"), "signature_malformed"),
        (headers_of(timestamp=MOMENT - 301), "signature_expired"),
        (headers_of(timestamp=MOMENT + 301), "signature_expired"),
        (headers_of(timestamp=MOMENT - 1), "signature_mismatch"),
        (headers_of(message_id=ID + "x"), "signature_mismatch"),
        (headers_of(""), "signature_malformed"),
        (headers_of("v1"), "signature_malformed"),
        (headers_of("v1,"), "signature_malformed"),
        (headers_of(",abc="), "signature_malformed"),
        (headers_of(SIGNATURE[3:]), "signature_malformed"),
        (headers_of(SIGNATURE + "  " + SIGNATURE), "signature_malformed"),
        (headers_of(SIGNATURE + " "), "signature_malformed"),
        (headers_of(SIGNATURE + " nocomma"), "signature_malformed"),
        (headers_of(SIGNATURE + ",v1"), "signature_malformed"),
        (headers_of("v1,\u00e9"), "signature_malformed"),
        (headers_of(" ".join([SIGNATURE] * 33)), "signature_malformed"),
        (headers_of("v1a" + SIGNATURE[2:]), "signature_mismatch"),
        (headers_of("v2" + SIGNATURE[2:]), "signature_mismatch"),
        (headers_of(SIGNATURE[:-1]), "signature_mismatch"),
        (headers_of(SIGNATURE + "="), "signature_mismatch"),
        (headers_of(SIGNATURE.lower()), "signature_mismatch"),
    ],
)
def test_each_way_of_getting_it_wrong_is_refused_by_name(headers: dict[str, str], code: str) -> None:
    assert code_of([SECRET], headers) == code


def test_tokens_of_other_versions_beside_a_good_one_do_no_harm() -> None:
    verify([SECRET], headers_of("v1a,AAAA " + SIGNATURE), BODY, MOMENT)


def test_header_names_are_read_in_any_case() -> None:
    verify([SECRET], {name.title(): value for name, value in headers_of().items()}, BODY, MOMENT)


@pytest.mark.parametrize("secrets", [[], [""], ["whsec_"], ["whsec_*"], [SECRET, "whsec_A"]])
def test_without_a_usable_secret_nothing_verifies(secrets: list[str]) -> None:
    assert code_of(secrets, headers_of()) == "signature_secret_invalid"


anything = st.text(max_size=80) | st.sampled_from([ID, str(MOMENT), SIGNATURE])
names = st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature", "Webhook-Id"]) | st.text(max_size=9)


@pytest.mark.criterion("webhooks-17")
@given(st.dictionaries(names, anything), st.lists(st.just(SECRET) | st.text(max_size=40), max_size=3))
def test_no_header_or_secret_however_odd_gets_anything_but_a_refusal(headers: dict[str, str], secrets: list[str]) -> None:
    with pytest.raises(Unauthenticated):
        verify(secrets, headers, b"a body that nobody signed", MOMENT)


@pytest.mark.criterion("webhooks-17")
def test_ten_thousand_slightly_damaged_headers_are_all_refused() -> None:
    chance = random.Random(17)
    for _ in range(10_000):
        headers = headers_of()
        name = chance.choice(sorted(headers))
        cut = sorted(chance.choices(range(len(headers[name]) + 1), k=2))
        noise = "".join(chance.choices("v1a,.=+/ 09\t\n\0\u00e9\u0661\ud800", k=chance.randrange(4)))
        damaged = headers[name][: cut[0]] + noise + headers[name][cut[1] :]
        if damaged != headers[name]:
            with pytest.raises(Unauthenticated):
                verify([SECRET], headers | {name: damaged}, BODY, MOMENT)


def test_a_new_secret_is_fresh_and_passes_its_own_check() -> None:
    secret = new_secret()
    assert check_secret(secret) == secret
    assert len(secret_bytes(secret)) == 32
    assert secret != new_secret()


@given(keys)
def test_a_chosen_secret_of_24_to_64_bytes_is_taken_with_or_without_its_prefix(key: bytes) -> None:
    assert check_secret(secret_of(key)) == secret_of(key)
    assert check_secret(secret_of(key).removeprefix("whsec_")) == secret_of(key)
    assert secret_bytes(secret_of(key)) == key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "whsec_",
        secret_of(b"x" * 23),
        secret_of(b"x" * 65),
        "whsec_" + "é" * 40,
        "whsec_" + "A" * 33,
        "whsec_" + "A" * 41 + "B==",
        secret_of(b"x" * 32).rstrip("="),
        secret_of(b"\xff" * 32).replace("/", "_"),
        secret_of(b"x" * 32) + "\n",
        "whsec_whsec_" + SECRET,
    ],
)
def test_a_chosen_secret_that_is_short_long_or_not_base64_is_refused(text: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        check_secret(text)
    assert refused.value.stable_code == "invalid_secret"


@pytest.mark.parametrize(("several", "message_id"), [([], ID), ([b"k" * 24], "evt.1"), ([b"k" * 24], ""), ([b"k" * 24], "a b")])
def test_what_could_not_be_verified_is_not_signed(several: list[bytes], message_id: str) -> None:
    with pytest.raises(ValueError, match="needs a key"):
        sign(several, message_id, MOMENT, BODY)
