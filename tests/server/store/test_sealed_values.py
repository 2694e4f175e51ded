"""Sealed values as rows: one for each field of a record, and what an import replaced beside it for as long as that can be undone."""

from __future__ import annotations

from server.store import database, retention, sealed_values
from server.store.sealed_values import Place

A, B = ("ten_a", "live"), ("ten_b", "live")
FIRST: Place = ("contacts", "con_1", "pan")
SECOND: Place = ("contacts", "con_1", "iban")


def values(import_id: str = "") -> dict[str, bytes]:
    return sealed_values.of_record(*A, *FIRST[:2], import_id)


def test_a_field_has_one_value_until_it_is_removed(opened: str) -> None:
    with database.transaction():
        for place, sealed in ((FIRST, b"old"), (FIRST, b"new"), (SECOND, b"second")):
            sealed_values.put(*A, place, sealed)
        sealed_values.put(*B, FIRST, b"elsewhere")
    assert values() == {"pan": b"new", "iban": b"second"}
    with database.transaction():
        sealed_values.remove(*A, FIRST)
    assert values() == {"iban": b"second"}
    with database.transaction():
        sealed_values.remove_field(*A, "contacts", "iban")
    assert values() == {}
    assert sealed_values.everywhere((), 10) == [((*B, *FIRST, ""), b"elsewhere")]


def test_what_an_import_found_first_is_kept_for_it_until_its_time_is_up(opened: str) -> None:
    with database.transaction():
        for sealed in (b"before", b"between", b"after"):
            sealed_values.put(*A, FIRST, sealed)
            sealed_values.keep_former(*A, *FIRST[:2], "imp_1", at_ms=1_000)
    assert (values(), values("imp_1"), values("imp_2")) == ({"pan": b"after"}, {"pan": b"before"}, {})
    rule = retention.RULES["sealed_values"]
    with database.transaction():
        assert [retention.remove(rule, moment, 10) for moment in (1_000, 1_001)] == [0, 1]
    assert (values(), values("imp_1")) == ({"pan": b"after"}, {})


def test_a_walk_sees_every_value_once(opened: str) -> None:
    with database.transaction():
        for number in range(7):
            sealed_values.put(*A, ("contacts", f"con_{number}", "pan"), b"%d" % number)
    found: list[bytes] = []
    place: tuple[str, ...] = ()
    while page := sealed_values.everywhere(place, 3):
        found += [sealed for _, sealed in page]
        place = page[-1][0]
    assert found == [b"%d" % number for number in range(7)]


def test_what_is_revealed_is_counted_for_each_caller_and_minute(opened: str) -> None:
    def count(actor_id: str, minute: int, fields: int) -> int:
        with database.transaction():
            return sealed_values.count_revealed("ten_a", "live", actor_id, minute, fields)

    assert [count("key_1", 7, 2), count("key_1", 7, 3), count("key_2", 7, 1), count("key_1", 8, 1)] == [2, 5, 1, 1]
