"""Opening an appliance, and looking whether its parts fit together."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.domain.errors import Conflict, Missing
from server.main import appliance
from server.store import database, schema
from server.system import settings
from tests.server.main.conftest import Fresh


def test_a_folder_without_a_key_holds_no_appliance(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="'junction init' makes a new appliance"):
        appliance.open_appliance(settings.load(tmp_path, {}))


def test_an_empty_database_holds_no_appliance_either(fresh: Fresh) -> None:
    found = settings.load(fresh.data, {"JUNCTION_DATABASE__URL": f"sqlite:///{fresh.data}/other.sqlite3"})
    appliance.open_appliance(found)
    with pytest.raises(Missing, match="is empty"):
        appliance.check_appliance(found)


def test_a_database_that_lacks_migrations_passes_only_where_that_is_expected(fresh: Fresh, monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings.load(fresh.data, {})
    appliance.open_appliance(found)
    monkeypatch.setattr(schema, "known", lambda: [*database_names(), "9999_next"])
    with pytest.raises(Conflict, match=r"lacks 9999_next; run 'junction migrate'"):
        appliance.check_appliance(found)
    appliance.check_appliance(found, behind=True)


def database_names() -> list[str]:
    return [row[0] for row in database.rows("SELECT name FROM schema_migration ORDER BY name")]
