"""How fields say where they live."""

from __future__ import annotations

from server.services.suitecrm.declaration import at, custom, custom_path, to


def test_a_field_knows_its_label_and_whether_it_is_a_moment() -> None:
    assert at("date_entered", "datetime", "created_at").is_moment
    assert not at("name", "name", "name").is_moment
    assert custom("account_type").label == "Account Type"


def test_only_what_lies_in_a_custom_field_says_so() -> None:
    assert custom_path(custom("rating")) == ("custom", "rating")
    assert custom_path(at("name", "name", "name")) is None
    assert custom_path(to("account_id", "Accounts", "company", "company_id")) is None
