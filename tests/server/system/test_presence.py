"""Who works on a data folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.domain.errors import Conflict
from server.system.presence import alone, present


def test_many_may_be_present_and_one_alone(tmp_path: Path) -> None:
    with present(tmp_path), present(tmp_path), pytest.raises(Conflict, match="stop it first"), alone(tmp_path):
        pass
    with alone(tmp_path), pytest.raises(Conflict, match="being moved"), present(tmp_path):
        pass
    with present(tmp_path):
        pass
