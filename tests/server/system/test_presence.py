"""Who works on a data folder, and who did until it was killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from server.domain.errors import Conflict
from server.system.presence import alone, gone, new_lease, present


def test_many_may_be_present_and_one_alone(tmp_path: Path) -> None:
    with present(tmp_path), present(tmp_path), pytest.raises(Conflict, match="stop it first"), alone(tmp_path):
        pass
    with alone(tmp_path), pytest.raises(Conflict, match="being moved"), present(tmp_path):
        pass
    with present(tmp_path):
        pass


def test_what_a_process_leased_is_told_from_the_rest_once_it_was_killed(tmp_path: Path) -> None:
    with present(tmp_path):
        ours, theirs, other = new_lease(), _lease_of_a_killed_process(tmp_path), _lease_of_a_killed_process(tmp_path)
        left = list(gone(tmp_path))
        assert sorted(left) == sorted(lease.partition(".")[0] for lease in (theirs, other))
        assert ours.partition(".")[0] not in left
        assert list(gone(tmp_path)) == [], "they are told of once"
    assert new_lease().count(".") == 0
    assert list(gone(tmp_path)) == [], "one that ended in order left nothing"


_PROCESS = """
import pathlib, sys
from server.system.presence import new_lease, present
with present(pathlib.Path(sys.argv[1])):
    print(new_lease(), flush=True)
    sys.stdin.read()
"""


def _lease_of_a_killed_process(folder: Path) -> str:
    with subprocess.Popen([sys.executable, "-c", _PROCESS, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lease = process.stdout.readline().strip()
        process.kill()
    return lease
