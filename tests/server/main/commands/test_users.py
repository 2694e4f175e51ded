"""`junction user`."""

from __future__ import annotations

from server.services import passwords
from server.store import database
from server.store.users import find_by_email
from server.system import settings
from tests.server.main import program
from tests.server.main.conftest import OPERATOR, Fresh

PASSWORD = "seven green kettles whistle"


def test_a_user_is_made_with_the_password_of_a_file(fresh: Fresh) -> None:
    program.answer("tenant", "create", "Acme", data=fresh.data)
    (fresh.data.parent / "password").write_text(PASSWORD + "\n")
    words = ("user", "create", "--tenant", "Acme", "--email", "Alice@Example.com", "--role", "owner", "--password-file")
    made = program.answer(*words, str(fresh.data.parent / "password"), data=fresh.data)
    assert (made["email"], made["role"], made["status"]) == ("alice@example.com", "owner", "active")
    database.open_database(settings.load(fresh.data, {}).database.url)
    row = find_by_email("alice@example.com")
    assert row is not None
    assert passwords.verify(row["password_hash"], PASSWORD)
    done = program.run(*words, str(fresh.data.parent / "password"), data=fresh.data)
    assert done.stderr == "junction: There is a user with this address already.\n"


def test_an_operator_gets_a_password_that_has_to_be_changed(fresh: Fresh) -> None:
    given = program.answer("user", "reset-password", OPERATOR, data=fresh.data)["one_time_password"]
    database.open_database(settings.load(fresh.data, {}).database.url)
    row = find_by_email(OPERATOR)
    assert row is not None
    assert row["must_change_password"] == 1
    assert passwords.verify(row["password_hash"], given)
    assert program.run("user", "reset-password", "nobody@example.com", data=fresh.data).returncode == 1
