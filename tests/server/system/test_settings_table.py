"""The table of settings: each default holds by its own rule, and each line says enough for an operator."""

from __future__ import annotations

from dataclasses import fields

import pytest

from server.system.settings import Settings
from server.system.settings_table import KINDS, SECTIONS, Server


def test_the_sections_of_the_table_are_those_of_the_value() -> None:
    assert [field.name for field in fields(Settings)][2:] == list(SECTIONS)


@pytest.mark.parametrize("name", KINDS)
def test_every_default_is_one_its_own_kind_accepts(name: str) -> None:
    assert KINDS[name].read(KINDS[name].default) == KINDS[name].default


@pytest.mark.parametrize("name", KINDS)
def test_every_setting_is_explained_in_full_sentences(name: str) -> None:
    assert KINDS[name].about.endswith(".")
    assert len(KINDS[name].about) > len("A setting.")


def test_whatever_holds_a_credential_is_a_secret() -> None:
    words = ("password", "passphrase", "secret", "token", "master_key", "smtp")
    named = {name for name in KINDS if name.split(".")[1].endswith(words) or "secret" in name}
    assert {name for name, kind in KINDS.items() if kind.secret} == named | {"alerts.webhook_url", "email.relay"}


def test_the_body_limit_refuses_ten_megabytes_and_durability_is_relaxed_by_choice_only() -> None:
    assert KINDS["server.body_limit_bytes"].default < 10_000_000
    assert KINDS["database.synchronous"].default == "full"
    assert KINDS["outbound.allow_private"].default == KINDS["server.trusted_proxies"].default == ()


def test_listen_is_split_into_host_and_port() -> None:
    assert (Server(listen="[::1]:8443").host, Server(listen="[::1]:8443").port) == ("::1", 8443)


@pytest.mark.parametrize("entry", ["acme", "acme=MCowBQYDK2VwAyEA", ":MCowBQYDK2VwAyEA", "acme:not base64", "acme:AAAA"])
def test_a_publisher_without_a_key_of_the_right_kind_stops_the_start(entry: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        KINDS["connectors.trusted_publishers"].read([entry])
