"""Providers by heart: each can be told apart, and is spoken to over TLS."""

from __future__ import annotations

from server.domain.mail.presets import BY_DOMAIN, BY_EXCHANGER, BY_KEY, PRESETS, of_exchanger


def test_every_server_of_every_provider_is_encrypted() -> None:
    for preset in PRESETS:
        for server in filter(None, (preset.smtp, preset.imap, preset.pop3)):
            assert server.security in {"tls", "starttls"}, preset.key
            assert server.port != 25
    assert len(BY_KEY) == len(PRESETS) >= 20


def test_a_provider_is_found_by_domain_or_exchanger() -> None:
    assert BY_DOMAIN["gmail.com"].key == "google"
    found = of_exchanger("firm-test.mail.protection.outlook.com.")
    assert found is not None
    assert found.key == "microsoft365"
    assert of_exchanger("mx.notgoogle.com") is None
    assert set(BY_EXCHANGER.values()) <= set(BY_KEY)


def test_who_takes_tokens_says_where_they_are_renewed() -> None:
    assert all(preset.token_url for preset in PRESETS if "xoauth2" in preset.auth)
