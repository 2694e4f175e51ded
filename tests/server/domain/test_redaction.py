"""No secret survives redaction, and what is no secret does."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.keys import mint
from server.domain.redaction import MASK, SENSITIVE, is_sensitive, redact, redact_headers, redact_text, redact_url

PLANTED = "hunter2-planted-here"
KEY = mint("live", "key")
BY_LOOKS = [
    KEY,
    mint("test", "ses"),
    "jct_live_key_cutoff",
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbc=",
    "Bearer abcdef123456",
    "basic dXNlcjpwYXNz",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\nMIIB",
    "sk_" + "live_abcdefghijklmnop",
    "xox" + "b-1234567890-abcdefghij",
    "gh" + "p_abcdefghijklmnopqrstuvwxyz0123456789",
    "AKIA" + "ABCDEFGHIJKLMNOP",
    "AIza" + "A" * 35,
]

names = st.sampled_from(sorted(SENSITIVE))
spellings = st.sampled_from(
    [
        lambda name: name.replace(" ", "_"),
        lambda name: name.replace(" ", "-").upper(),
        lambda name: name.title().replace(" ", ""),
        lambda name: "x-" + name.replace(" ", "-") + ("" if name.endswith("s") else "s"),
        lambda name: "customer." + name.replace(" ", "_") + "_2",
    ]
)
sensitive_names = st.builds(lambda name, spell: str(spell(name)), names, spellings)
plain = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
holding = st.recursive(
    st.tuples(sensitive_names, st.sampled_from([PLANTED, [PLANTED], {"a": PLANTED}, {"value": [{"b": PLANTED}]}])).map(lambda pair: dict([pair]))
    | st.sampled_from(BY_LOOKS)
    | st.sampled_from(BY_LOOKS).map(lambda secret: {secret: 1})
    | sensitive_names.map(lambda name: {"name": name, "value": PLANTED})
    | sensitive_names.map(lambda name: f"see https://example.com/?{name}={PLANTED}&x=1"),
    lambda inner: st.lists(inner | plain, max_size=4) | st.dictionaries(st.text(max_size=6), inner | plain, max_size=4),
    max_leaves=12,
)


@settings(max_examples=400)
@given(holding)
def test_no_planted_secret_survives_in_json(value: Any) -> None:
    text = json.dumps(redact(value))
    assert PLANTED not in text
    assert not [secret for secret in BY_LOOKS if json.dumps(secret)[1:-1] in text]


@settings(max_examples=400)
@given(holding)
def test_redacting_twice_changes_nothing_more_and_the_value_itself_is_left_alone(value: Any) -> None:
    before = json.dumps(value)
    once = redact(value)
    assert redact(once) == once
    assert json.dumps(value) == before


harmless = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["id", "email", "author", "shipping", "company"]), inner)
)


@given(harmless)
def test_what_is_no_secret_comes_through_unchanged(value: Any) -> None:
    assert redact(value) == value


@pytest.mark.parametrize(
    "name",
    [
        "password", "Password", "user_password", "clientSecret", "client-secret", "X-Api-Key", "apiKeys", "APIKey", "access_token", "accesstoken",
        "Authorization", "Proxy-Authorization", "Set-Cookie", "sessionId", "private_key", "recovery_codes", "card_number", "cvc", "iban", "pass",
        "filter[token][eq]", "db.password", "x-goog-api-key", "x-amz-security-token",
    ],
)  # fmt: skip
def test_a_sensitive_name_is_known_in_every_spelling(name: str) -> None:
    assert is_sensitive(name)


@pytest.mark.parametrize(
    "name",
    [
        "id", "email", "author", "company", "discard", "cardinality", "shipping", "pinned", "expand", "postcode", "keyboard", "idempotency-key",
        "webhook-id", "webhook-signature", "status", "address", "code", "key", "content-type", "description", "passenger", "", "123", "日本",
    ],
)  # fmt: skip
def test_a_name_that_only_resembles_a_sensitive_one_is_not(name: str) -> None:
    assert not is_sensitive(name)


def test_an_overlong_name_is_judged_like_any_other() -> None:
    assert is_sensitive("x_" * 5000 + "password")
    assert not is_sensitive("x_" * 5000)


@pytest.mark.parametrize("secret", BY_LOOKS)
def test_a_credential_is_told_by_its_looks_in_the_middle_of_a_sentence(secret: str) -> None:
    masked = redact_text(f"Sent with {secret}, as asked.")
    assert secret not in masked
    assert masked.startswith(f"Sent with {MASK}")


def test_an_absent_credential_is_shown_to_be_absent() -> None:
    assert redact({"password": None, "token": 0}) == {"password": None, "token": MASK}


def test_json_too_deep_to_look_into_is_masked_where_it_gets_too_deep() -> None:
    value: Any = PLANTED
    for _ in range(100_000):
        value = [value]
    assert PLANTED not in repr(redact(value))


def test_headers_lose_their_credentials_and_keep_their_schemes() -> None:
    headers = {
        "Authorization": f"Bearer {PLANTED}",
        "Proxy-Authorization": PLANTED,
        "Cookie": f"session={PLANTED}",
        "X-API-Key": KEY,
        "Content-Type": "application/json",
        "Referer": f"https://example.com/?token={PLANTED}",
        "X-Echo": KEY,
    }
    assert redact_headers(headers) == {
        "Authorization": f"Bearer {MASK}",
        "Proxy-Authorization": MASK,
        "Cookie": MASK,
        "X-API-Key": MASK,
        "Content-Type": "application/json",
        "Referer": f"https://example.com/?token={MASK}",
        "X-Echo": MASK,
    }


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("https://example.com/a?b=c#d", "https://example.com/a?b=c#d"),
        ("/api/v1/contacts?limit=5", "/api/v1/contacts?limit=5"),
        ("https://user:hunter2@example.com/", f"https://{MASK}@example.com/"),
        ("https://example.com/?token=x&a=b", f"https://example.com/?token={MASK}&a=b"),
        ("https://example.com/cb?code=x&state=y", f"https://example.com/cb?code={MASK}&state={MASK}"),
        ("https://example.com/?api%5Fkey=x", f"https://example.com/?api%5Fkey={MASK}"),
        ("https://example.com/#access_token=x&a=b", f"https://example.com/#access_token={MASK}&a=b"),
        (f"https://example.com/{KEY}/x", f"https://example.com/{MASK}/x"),
        (f"https://example.com/%6A{KEY[1:]}/x", f"https://example.com/{MASK}/x"),
        (f"https://example.com/?q=%6A{KEY[1:]}", f"https://example.com/?{MASK}"),
        (f"https://example.com/?{KEY}", f"https://example.com/?{MASK}"),
        ("http://[::1", MASK),
    ],
)
def test_an_address_loses_its_credentials_and_nothing_else(url: str, masked: str) -> None:
    assert redact_url(url) == masked


@given(sensitive_names, st.text(min_size=1, max_size=5))
def test_no_sensitive_parameter_survives_in_an_address(name: str, noise: str) -> None:
    url = f"https://u:{PLANTED}@example.com/?a={quote(noise)}&{quote(name)}={PLANTED}#{quote(name)}={PLANTED}"
    assert PLANTED not in redact_url(url)
    assert PLANTED not in redact_text(f"GET {url} failed")


@given(st.text())
def test_whatever_the_text_redaction_gives_an_answer(text: str) -> None:
    assert redact_url(text) is not None
    assert redact_text(text) is not None
