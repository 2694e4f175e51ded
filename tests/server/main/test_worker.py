"""The process that delivers, started by itself."""

from __future__ import annotations

import signal
import subprocess
import sys

from tests.pace import until
from tests.server.main import program
from tests.server.main.conftest import Fresh


def test_the_worker_runs_without_a_parent_and_ends_at_sigterm(fresh: Fresh) -> None:
    command = [sys.executable, "-m", "server", "worker", "--data", str(fresh.data)]
    with subprocess.Popen(command, env=program.environment(), stderr=subprocess.PIPE) as process:
        until(lambda: list((fresh.data / "run").glob("*.figures.json")))
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert process.stderr
        assert b"Traceback" not in process.stderr.read()
