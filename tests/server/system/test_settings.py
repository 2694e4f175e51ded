"""Settings: what goes over what, every problem at once, secrets never shown, and a sample that is the table."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest

from server.domain.errors import Unprocessable
from server.system.settings import Settings, load, sample
from server.system.settings_sources import environment_name
from server.system.settings_table import KINDS

SAMPLE = Path(__file__).resolve().parents[3] / "resources" / "settings.sample.toml"


def refusal(data: Path, environ: dict[str, str] | None = None, **overrides: Any) -> Unprocessable:
    """Load, expecting to be refused."""
    with pytest.raises(Unprocessable) as refused:
        load(data, environ or {}, overrides)
    assert refused.value.stable_code == "invalid_settings"
    return refused.value


def write(data: Path, toml: str) -> None:
    """Write the settings file."""
    (data / "junction.toml").write_text(toml, "utf-8")


def test_without_anything_given_the_defaults_hold_and_what_follows_is_filled_in(tmp_path: Path) -> None:
    settings = load(tmp_path, {})
    assert settings.data == tmp_path
    assert (settings.server.listen, settings.server.host, settings.server.port) == ("127.0.0.1:8080", "127.0.0.1", 8080)
    assert settings.server.public_url == "http://127.0.0.1:8080"
    assert settings.database.url == f"sqlite:///{tmp_path}/junction.sqlite3"
    assert settings.queue.url == f"sqlite:///{tmp_path}/queue.sqlite3"
    assert settings.crypto.master_key_file == str(tmp_path / "master.key")
    assert settings.webhooks.retry_schedule[:3] == (0, 5, 300)
    assert settings.source("server.listen") == "default"


def test_each_source_goes_over_the_one_before_it(tmp_path: Path) -> None:
    secret = tmp_path / "threads"
    secret.write_text("5\n")
    write(tmp_path, "[worker]\nthreads = 3\n")
    environ: dict[str, str] = {}
    assert load(tmp_path, environ).worker.threads == 3
    environ["JUNCTION_WORKER__THREADS"] = "4"
    assert load(tmp_path, environ).worker.threads == 4
    environ["JUNCTION_WORKER__THREADS_FILE"] = str(secret)
    settings = load(tmp_path, environ)
    assert (settings.worker.threads, settings.source("worker.threads")) == (5, "JUNCTION_WORKER__THREADS_FILE")
    settings = load(tmp_path, environ, {"worker.threads": 6, "server.listen": None})
    assert (settings.worker.threads, settings.source("worker.threads")) == (6, "command line")
    assert settings.source("server.listen") == "default"


def test_every_problem_is_named_at_once_with_the_near_name(tmp_path: Path) -> None:
    write(
        tmp_path,
        '[server]\nlissten = "x"\napi_processes = "two"\ncommit_window_ms = 3\n[databse]\nurl = ""\n[webhooks]\nretry_schedule = 5\n',
    )
    refused = refusal(
        tmp_path,
        {
            "JUNCTION_SERVER__LISTNE": "x",
            "JUNCTION_DATABASE__COMMIT_WINDOW_MS": "6",
            "JUNCTION_BACKUP__PASSPHRASE_FILE": str(tmp_path / "absent"),
            "JUNCTION_QQQ__ZZZ": "1",
        },
        **{"server.tls": "sometimes"},
    )
    for sentence in (
        "junction.toml: there is no setting server.lissten; did you mean server.listen?",
        "junction.toml: server.api_processes must be a whole number from 1 to 64, not 'two'",
        "junction.toml: there is no setting server.commit_window_ms; did you mean database.commit_window_ms?",
        "junction.toml: there is no section [databse]; did you mean [database]?",
        "junction.toml: webhooks.retry_schedule must be a list of whole numbers",
        "JUNCTION_SERVER__LISTNE: there is no setting server.listne; did you mean JUNCTION_SERVER__LISTEN?",
        "JUNCTION_DATABASE__COMMIT_WINDOW_MS: database.commit_window_ms must be a whole number from 0 to 5, not '6'",
        f"JUNCTION_BACKUP__PASSPHRASE_FILE: {tmp_path / 'absent'} cannot be read",
        "JUNCTION_QQQ__ZZZ: there is no setting qqq.zzz",
        "command line: server.tls must be one of off, self-signed, files, not 'sometimes'",
    ):
        assert sentence in refused.detail
    assert len(refused.faults) == 10
    assert {fault.pointer for fault in refused.faults} >= {"server.lissten", "databse", "database.commit_window_ms"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("server.listen", "8080"),
        ("server.listen", "localhost:99999"),
        ("server.listen", "::1:80"),
        ("server.public_url", "junction.example.com"),
        ("server.public_url", "https://"),
        ("server.trusted_proxies", "10.0.0.1/8"),
        ("server.cors_origins", "app.example.com"),
        ("database.url", "mysql://host/name"),
        ("database.url", "sqlite://"),
        ("queue.url", "amqp://host"),
        ("outbound.allow_private", "localhost"),
        ("outbound.allow_private", "localhost:"),
        ("webhooks.retry_schedule", "5,-1"),
        ("crypto.keyring", "perhaps"),
        ("crypto.master_key", "not base64!"),
        ("branding.name", "a\0b"),
        ("retention.events_days", "1.5"),
        ("retention.events_days", ""),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    refused = refusal(tmp_path, {environment_name(name): value})
    assert [fault.pointer for fault in refused.faults] == [name]


@pytest.mark.parametrize("toml", ["[server]\napi_processes = true", "[crypto]\nkeyring = 1", "[branding]\nname = 1"])
def test_the_file_is_held_to_its_types(tmp_path: Path, toml: str) -> None:
    write(tmp_path, toml)
    assert len(refusal(tmp_path).faults) == 1


def test_a_file_that_is_not_toml_is_refused_with_the_place(tmp_path: Path) -> None:
    write(tmp_path, "[server]\nlisten = 127.0.0.1:8080\n")
    assert "line 2" in refusal(tmp_path).detail
    (tmp_path / "junction.toml").write_bytes(b"\xff\xfe")
    assert "cannot be read" in refusal(tmp_path).detail


def test_a_key_above_every_section_and_a_section_that_is_a_value_are_refused(tmp_path: Path) -> None:
    write(tmp_path, 'listen = "x"\nworker = 4\n')
    detail = refusal(tmp_path).detail
    assert "no section [listen]" in detail
    assert "[worker] must be a section" in detail


def test_own_certificate_files_must_be_named(tmp_path: Path) -> None:
    refused = refusal(tmp_path, {"JUNCTION_SERVER__TLS": "files", "JUNCTION_SERVER__TLS_KEY": "/k"})
    assert [fault.pointer for fault in refused.faults] == ["server.tls_certificate"]


def test_system_mail_needs_a_sender(tmp_path: Path) -> None:
    refused = refusal(tmp_path, {"JUNCTION_MAIL__SYSTEM_SMTP": "smtp://mail.example.com:25"})
    assert [fault.pointer for fault in refused.faults] == ["mail.system_from"]


@pytest.mark.parametrize(
    ("listen", "tls", "url"),
    [
        ("0.0.0.0:80", "off", "http://localhost:80"),
        ("[::]:80", "off", "http://localhost:80"),
        ("[::1]:8443", "self-signed", "https://[::1]:8443"),
        ("crm.example.com:443", "self-signed", "https://crm.example.com:443"),
    ],
)
def test_the_public_address_follows_from_where_it_listens(tmp_path: Path, listen: str, tls: str, url: str) -> None:
    assert load(tmp_path, {}, {"server.listen": listen, "server.tls": tls}).server.public_url == url


def test_a_public_address_that_is_given_holds_without_its_last_slash(tmp_path: Path) -> None:
    settings = load(tmp_path, {}, {"server.public_url": "https://crm.example.com/"})
    assert settings.server.public_url == "https://crm.example.com"


def secrets(settings: Settings) -> str:
    """Return everything that may be printed of the settings."""
    return f"{settings!r} {settings.describe()!r} {settings.mail!r} {settings.database!r}"


def test_no_secret_is_ever_shown_neither_valid_nor_refused(tmp_path: Path) -> None:
    named = [name for name, kind in KINDS.items() if kind.secret]
    assert "crypto.master_key" in named
    values = {
        "mail.system_smtp": "smtp://u:hunter2@h",
        "email.relay": "smtp://u:hunter2@h",
        "alerts.webhook_url": "https://hunter2.example",
        "crypto.master_key": "hunter2=",
    }
    environ = {environment_name(name): values.get(name, "hunter2") for name in named}
    environ |= {"JUNCTION_DATABASE__URL": "postgresql://u:hunter2@h/n", "JUNCTION_MAIL__SYSTEM_FROM": "j@example.com"}
    settings = load(tmp_path, environ)
    assert "hunter2" not in secrets(settings)
    shown = {row.name: row.value for row in settings.describe()}
    assert shown["database.url"] == "postgresql://u:********@h/n"
    assert shown["metrics.token"] == "********"
    assert "hunter2" not in refusal(tmp_path, {"JUNCTION_CRYPTO__MASTER_KEY": "hunter2!"}).detail


def test_every_setting_is_described_with_value_source_and_help(tmp_path: Path) -> None:
    settings = load(tmp_path, {"JUNCTION_OUTBOUND__ALLOW_PRIVATE": "10.0.0.0/8,localhost:1"})
    rows = {row.name: row for row in settings.describe()}
    assert list(rows) == list(KINDS)
    assert rows["outbound.allow_private"].value == "10.0.0.0/8, localhost:1"
    assert rows["outbound.allow_private"].source == "JUNCTION_OUTBOUND__ALLOW_PRIVATE"
    assert rows["crypto.keyring"].value == "false"
    assert rows["metrics.token"].value == ""


def test_settings_cannot_change_once_read(tmp_path: Path) -> None:
    settings = load(tmp_path, {})
    with pytest.raises(FrozenInstanceError):
        settings.server.listen = "0.0.0.0:1"  # type: ignore[misc]


def test_the_sample_file_is_the_one_the_table_generates() -> None:
    assert SAMPLE.read_text("utf-8") == sample()


def test_the_sample_with_every_line_uncommented_is_the_defaults(tmp_path: Path) -> None:
    write(tmp_path, re.sub(r"(?m)^#(?=\w+ = )", "", sample()))
    settings = load(tmp_path, {})
    assert list(settings.sources) == list(KINDS)
    (tmp_path / "junction.toml").unlink()
    assert [row.value for row in settings.describe()] == [row.value for row in load(tmp_path, {}).describe()]
