"""A rehearsal knows what earlier rows came to, by everything that they can be found by."""

from __future__ import annotations

from contextlib import closing

from server.services.importing.rehearsal import Rehearsal


def test_rows_about_the_same_record_add_up() -> None:
    with closing(Rehearsal()) as rehearsal:
        rehearsal.remember(["email a", "external_ids.shop 7"], {"email": "a", "phone": "1", "address": {"city": "K"}})
        rehearsal.remember(["email a"], {"email": "a", "phone": None, "address": {"country": "DE"}})
        merged = {"email": "a", "phone": None, "address": {"city": "K", "country": "DE"}}
        assert list(rehearsal.earlier(["external_ids.shop 7"])) == [merged]
        assert list(rehearsal.earlier(["email a", "external_ids.shop 7"])) == [merged]
        assert list(rehearsal.earlier(["email b"])) == []


def test_rows_that_nothing_tells_apart_are_not_kept() -> None:
    with closing(Rehearsal()) as rehearsal:
        rehearsal.remember([], {"name": "A"})
        assert list(rehearsal.earlier([])) == []


def test_something_happens_for_the_first_time_once() -> None:
    with closing(Rehearsal()) as rehearsal:
        assert [rehearsal.first_time("company Acme") for _ in range(2)] == [True, False]
