"""Operators see every setting and no secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.domain.actor import Actor, system_actor
from server.domain.errors import Denied
from server.services import settings
from server.system.settings import load
from server.system.settings_table import KINDS


def test_every_setting_is_listed_with_its_source_and_secrets_are_masked(tmp_path: Path) -> None:
    given = {"mail.system_smtp": "smtps://ada:hidden-words@mail.example.com", "mail.system_from": "a@example.com", "metrics.token": "hidden-token"}
    found = settings.list_all(system_actor(""), load(tmp_path, environ={}, overrides=given))
    assert [one["name"] for one in found] == list(KINDS)
    assert "hidden" not in repr(found)
    named = {one["name"]: one for one in found}
    assert named["mail.system_smtp"]["value"] == "********"
    assert named["server.listen"]["source"] == "default" != named["metrics.token"]["source"]


def test_only_operators_see_them(tmp_path: Path) -> None:
    owner = Actor("user", "usr_1", "ten_1", "live", frozenset({"*"}), "owner")
    with pytest.raises(Denied):
        settings.list_all(owner, load(tmp_path, environ={}))
