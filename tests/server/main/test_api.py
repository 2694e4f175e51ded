"""The process that answers HTTP, started by itself."""

from __future__ import annotations

import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from server.store import database
from server.system import settings, tls
from tests.pace import until
from tests.peers.ports import free_port
from tests.server.main import program
from tests.server.main.conftest import Fresh


def free_address() -> str:
    return f"127.0.0.1:{free_port()}"


def certificate(address: str) -> str:
    """Return the certificate that is shown to who connects now."""
    host, _, port = address.rpartition(":")
    return ssl.get_server_certificate((host, int(port)))


@contextmanager
def api(data: Path, address: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run `junction api` within the block, until it answers."""
    command = [sys.executable, "-m", "server", "api", "--data", str(data), "--listen", address]
    with subprocess.Popen(command, env=program.environment(**more), stderr=subprocess.DEVNULL) as process:

        def answers() -> bool:
            with suppress(OSError):
                return bool(certificate(address)) if "JUNCTION_SERVER__TLS" in more else program.get(f"http://{address}/healthz")[0] == 200
            return False

        try:
            until(answers)
            yield process
        finally:
            process.kill()


def test_the_api_runs_without_a_parent_and_ends_at_sigterm(fresh: Fresh) -> None:
    address = free_address()
    with api(fresh.data, address) as process:
        assert program.get(f"http://{address}/readyz")[1] == {"status": "ready", "reasons": [], "warnings": []}
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_a_certificate_that_is_replaced_is_shown_without_a_restart(fresh: Fresh, tmp_path: Path) -> None:
    shown, key, other, foreign = (tmp_path / name for name in ("shown.pem", "shown.key", "other.pem", "other.key"))
    tls.create_self_signed(shown, key, [])
    tls.create_self_signed(other, foreign, [])
    given = {"JUNCTION_SERVER__TLS": "files", "JUNCTION_SERVER__TLS_CERTIFICATE": str(shown), "JUNCTION_SERVER__TLS_KEY": str(key)}
    wanted, address = other.read_text().strip(), free_address()
    with api(fresh.data, address, **given):
        assert certificate(address).strip() == shown.read_text().strip()
        other.replace(shown)
        foreign.replace(key)
        until(lambda: certificate(address).strip() == wanted)


def test_missing_migrations_and_a_missing_key_are_named_reasons(fresh: Fresh) -> None:
    database.open_database(settings.load(fresh.data, {}).database.url)
    database.run("DELETE FROM schema_migration WHERE name = (SELECT MAX(name) FROM schema_migration)")
    database.run("INSERT INTO schema_migration (name, applied) SELECT '0000_other', '2026-01-01' WHERE FALSE")
    address = free_address()
    if database.row("SELECT COUNT(*) FROM schema_migration") == (0,):
        return  # Without a second migration, taking the first away leaves an empty database, which is refused.
    with api(fresh.data, address):
        (fresh.data / "master.key").rename(fresh.data / "kept.key")
        status, told = program.get(f"http://{address}/readyz")
        assert (status, told["reasons"]) == (503, ["migrations_pending", "master_key_missing"])
