"""Each examination says what is wrong, and how to mend it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from server.services import audit_chain, doctor, seals, setup, vaults
from server.services.doctor import Examination, Finding
from server.store import database, health
from server.system import clock, settings, tls
from server.system.crypto import Vault
from server.system.settings import Settings


@pytest.fixture
def appliance(tmp_path: Path) -> Iterator[Settings]:
    found = settings.load(tmp_path / "data", {})
    setup.first_start(found, "operator@example.com")
    seals.ensure_canary()
    yield found
    database.close()


def one(name: str, found: Settings) -> Finding:
    return next(finding for finding in doctor.examine(found) if finding.name == name)


def test_a_healthy_appliance_lacks_only_what_people_have_to_do(appliance: Settings) -> None:
    assert {found.name: found.state for found in doctor.examine(appliance) if found.state != "ok"} == {
        "recovery code": "wrong",
        "system mail": "note",
        "virus scanner": "note",
    }


def test_everything_wrong_says_how_to_mend_it(appliance: Settings) -> None:
    appliance.data.chmod(0o755)
    found = one("data folder", appliance)
    assert (found.state, found.mend) == ("wrong", f"chmod 700 {appliance.data}")


def test_a_key_that_others_may_read_is_found(appliance: Settings) -> None:
    Path(appliance.crypto.master_key_file).chmod(0o644)
    assert one("master key", appliance).state == "wrong"
    assert "chmod 600" in one("data folder", appliance).mend


def test_a_master_key_of_other_rows_is_found(appliance: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "EXAMINATIONS", (Examination("sealed secrets", doctor._canary),))
    vaults.install(Vault({1: bytes(32)}, 1))
    assert one("sealed secrets", appliance).state == "wrong"


@pytest.mark.criterion("api-25")
def test_a_change_to_the_audit_trail_is_found(appliance: Settings) -> None:
    audit_chain.seal_new()
    assert one("audit trail", appliance).state == "ok"
    database.execute("DROP TRIGGER audit_unchanging")
    database.execute("UPDATE audit SET actor_id = 'somebody else' WHERE sequence = 1")
    found = one("audit trail", appliance)
    assert (found.state, "changed at 1" in found.says) == ("wrong", True)


def test_a_database_that_does_not_answer_is_one_finding(appliance: Settings) -> None:
    database.close()
    database.open_database(f"sqlite:///{appliance.data}/none/at/all.sqlite3")
    found = doctor.examine(appliance)
    assert next(finding for finding in found if finding.name == "database").state == "wrong"
    assert "every delivery" not in {finding.name for finding in found}


def test_a_damaged_file_is_found_and_the_way_back_is_named(appliance: Settings) -> None:
    database.close()
    path = appliance.folder.database
    for part in ("-wal", "-shm"):
        path.with_name(path.name + part).unlink(missing_ok=True)
    path.write_bytes(b"no database" * 1000)
    found = one("database", appliance)
    assert (found.state, "restore" in found.mend) == ("wrong", True)


def test_missing_migrations_are_named(appliance: Settings) -> None:
    database.run("DELETE FROM schema_migration")
    found = one("migrations", appliance)
    assert (found.state, found.mend) == ("wrong", "junction migrate")


def test_a_delivery_in_no_known_state_breaks_the_promise(appliance: Settings) -> None:
    sql = (
        "INSERT INTO deliveries (id, tenant_id, mode, webhook_id, event_id, event_type, state, due_at, created_at)"
        " VALUES (?, 't', 'live', ?, 'evt_none', 'x', ?, 0, 0)"
    )
    database.run(sql, ("dlv_1", "whk_1", "pending"))
    assert "1 have lost their event" in one("every delivery", appliance).says
    database.run(sql, ("dlv_2", "whk_2", "lost"))
    assert "1 in no known state" in one("every delivery", appliance).says


def test_a_full_disk_is_found(appliance: Settings) -> None:
    full = replace(appliance, storage=replace(appliance.storage, minimum_free_bytes=2**60))
    assert one("disk", full).state == "wrong"


def test_an_ended_certificate_is_found(appliance: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    encrypted = replace(appliance, server=replace(appliance.server, tls="self-signed"))
    assert one("certificate", encrypted).state == "ok"
    appliance.folder.tls_certificate.parent.mkdir()
    appliance.folder.tls_certificate.write_text("x")
    for days, state in ((-1, "wrong"), (3, "note"), (300, "ok")):
        monkeypatch.setattr(tls, "days_left", lambda _path, days=days: days)
        assert one("certificate", encrypted).state == state


def test_a_clock_that_was_set_back_is_found(appliance: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now_ms()
    monkeypatch.setattr(health, "newest_event_at", lambda: now + 3_600_000)
    assert "ahead of it" in one("clock", appliance).says
    monkeypatch.setattr(clock, "now_ms", lambda: 0)
    assert "1970" in one("clock", appliance).says


def test_a_mail_server_is_reached_or_named(appliance: Settings) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        port = listener.getsockname()[1]
        mailing = replace(appliance, mail=replace(appliance.mail, system_smtp=f"smtp://127.0.0.1:{port}"))
        assert one("system mail", mailing).state == "ok"
    assert "cannot be reached" in one("system mail", mailing).says


def test_the_caller_may_add_examinations(appliance: Settings) -> None:
    assert doctor.examine(appliance, [Examination("queue", lambda _settings: ("ok", "answers", ""))])[-1] == Finding("queue", "ok", "answers")
