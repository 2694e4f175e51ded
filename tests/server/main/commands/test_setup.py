"""`init`, `migrate` and `check`."""

from __future__ import annotations

from pathlib import Path

from tests.server.main import program
from tests.server.main.conftest import OPERATOR, Fresh


def test_init_makes_an_appliance_once(fresh: Fresh) -> None:
    assert fresh.told["operator_email"] == OPERATOR
    assert fresh.told["one_time_password"]
    done = program.run("init", "--operator-email", OPERATOR, data=fresh.data)
    assert (done.returncode, done.stderr) == (1, f"junction: There is an appliance in {fresh.data} already.\n")


def test_init_takes_a_chosen_password_and_refuses_a_weak_one(tmp_path: Path) -> None:
    (tmp_path / "weak").write_text("password1234")
    refused = program.run("init", "--operator-email", OPERATOR, "--operator-password-file", str(tmp_path / "weak"), data=tmp_path / "data")
    assert refused.returncode == 1
    assert not (tmp_path / "data" / "master.key").exists()
    (tmp_path / "good").write_text("seven green kettles whistle")
    made = program.answer("init", "--operator-email", OPERATOR, "--operator-password-file", str(tmp_path / "good"), data=tmp_path / "data")
    assert made["one_time_password"] is None


def test_migrate_says_that_nothing_is_left(fresh: Fresh) -> None:
    assert program.answer("migrate", data=fresh.data) == {"applied": []}


def test_check_masks_secrets_and_says_where_settings_came_from(fresh: Fresh) -> None:
    (fresh.data / "junction.toml").write_text('[branding]\nname = "Brand"\n')
    secret = "whsec_very_secret_value"
    rows = program.answer("check", data=fresh.data, JUNCTION_ALERTS__WEBHOOK_SECRET=secret)
    found = {row["name"]: (row["value"], row["source"]) for row in rows}
    assert found["branding.name"] == ("Brand", "junction.toml")
    assert found["alerts.webhook_secret"] == ("********", "JUNCTION_ALERTS__WEBHOOK_SECRET")
    assert found["server.listen"][1] == "default"
    assert secret not in program.run("check", data=fresh.data, JUNCTION_ALERTS__WEBHOOK_SECRET=secret).stdout


def test_a_data_folder_that_is_a_file_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = program.run("init", "--operator-email", OPERATOR, data=tmp_path / "file")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
