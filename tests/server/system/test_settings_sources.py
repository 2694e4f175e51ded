"""Sources of settings: each is read in its own way and laid over the one before, and nothing is refused before the end."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING

import pytest

from server.system.settings_sources import Gathering, environment_name, setting_name
from server.system.settings_table import KINDS

if TYPE_CHECKING:
    from pathlib import Path


def taken(environ: dict[str, str]) -> Gathering:
    """Return what an environment gives."""
    gathering = Gathering()
    gathering.take_environment(environ)
    return gathering


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("server.trusted_proxies", "10.0.0.0/8, ::1/128", (ip_network("10.0.0.0/8"), ip_network("::1/128"))),
        ("server.cors_origins", "https://a.example,https://b.example", ("https://a.example", "https://b.example")),
        ("outbound.allow_private", "127.0.0.0/8,localhost:9000,[::1]:80", ("127.0.0.0/8", "localhost:9000", "[::1]:80")),
        ("webhooks.retry_schedule", "0,1,2", (0, 1, 2)),
        ("alerts.mail_to", "", ()),
        ("crypto.keyring", "Yes", True),
        ("crypto.keyring", "off", False),
        ("server.body_limit_bytes", "2048", 2048),
        ("crypto.master_key_file", "/run/keys", "/run/keys"),
        ("metrics.token", " spaced ", " spaced "),
    ],
)
def test_the_environment_is_read_as_the_settings_kind(name: str, text: str, value: object) -> None:
    assert taken({environment_name(name): text}).values == {name: value}


def test_a_secret_file_loses_one_newline_at_its_end_and_nothing_else(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    for content in ("  two words \n", "  two words \r\n", "  two words "):
        secret.write_bytes(content.encode())
        assert taken({"JUNCTION_METRICS__TOKEN_FILE": str(secret)}).values == {"metrics.token": "  two words "}


def test_names_without_a_double_underscore_belong_to_the_tools() -> None:
    gathering = taken({"JUNCTION_DATA": "x", "JUNCTION_REQUIRE_ALL": "1", "OTHER__NAME": "y"})
    assert (gathering.values, gathering.problems) == ({}, [])


def test_environment_names_and_setting_names_are_one_to_one() -> None:
    assert [setting_name(environment_name(name)) for name in KINDS] == list(KINDS)


def test_a_file_gives_its_values_and_one_that_is_not_there_gives_none(tmp_path: Path) -> None:
    gathering = Gathering()
    gathering.take_file(tmp_path / "absent.toml")
    assert (gathering.values, gathering.problems) == ({}, [])
    (tmp_path / "junction.toml").write_text("[worker]\nthreads = 3\n")
    gathering.take_file(tmp_path / "junction.toml")
    assert (gathering.values, gathering.sources) == ({"worker.threads": 3}, {"worker.threads": "junction.toml"})


def test_what_is_refused_keeps_what_was_given_before_and_goes_on() -> None:
    gathering = taken({"JUNCTION_WORKER__THREADS": "3", "JUNCTION_SERVER__LISTEN": "nowhere"})
    gathering.take_overrides({"worker.threads": "many", "branding.name": "Acme", "server.listen": None})
    assert gathering.values == {"worker.threads": 3, "branding.name": "Acme"}
    assert [problem.pointer for problem in gathering.problems] == ["server.listen", "worker.threads"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("JUNCTION_SERVER__LISTNE", "JUNCTION_SERVER__LISTEN"),
        ("JUNCTION_SERVER__COMMIT_WINDOW_MS", "JUNCTION_DATABASE__COMMIT_WINDOW_MS"),
        ("JUNCTION_DATABSE__URL", "JUNCTION_DATABASE__URL"),
        ("JUNCTION_QQQ__ZZZ", None),
    ],
)
def test_the_near_name_is_suggested_as_it_would_be_written_there(name: str, meant: str | None) -> None:
    (problem,) = taken({name: "1"}).problems
    assert problem.detail.endswith(f"did you mean {meant}?" if meant else setting_name(name))
