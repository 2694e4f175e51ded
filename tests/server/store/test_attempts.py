"""Attempts: written in batches, read per delivery, each number once."""

from __future__ import annotations

from typing import Any

from server.store import attempts, database
from tests.tenants import TENANT_A, TENANT_B


def attempt(number: int, delivery_id: str = "dlv_1", error: str | None = None) -> tuple[Any, ...]:
    return (
        f"att_{delivery_id}_{number}",
        TENANT_A,
        "live",
        "whk_1",
        delivery_id,
        number,
        1000 + number,
        1.5,
        None,
        "192.0.2.1",
        200,
        error,
        "{}",
        None,
    )


def insert(*many: tuple[Any, ...]) -> None:
    with database.transaction():
        attempts.insert_many(list(many))


def numbers(delivery_id: str = "dlv_1", tenant_id: str = TENANT_A, after: int = 0, limit: int = 50) -> list[int]:
    return [row["number"] for row in attempts.of_delivery(tenant_id, "live", "whk_1", delivery_id, after, limit)]


def test_attempts_are_read_in_order_and_page_by_page(opened: str) -> None:
    insert(attempt(2), attempt(1), attempt(3), attempt(1, "dlv_2"))
    assert numbers() == [1, 2, 3]
    assert numbers(limit=2) == [1, 2]
    assert numbers(after=2) == [3]


def test_a_number_that_is_there_already_stays_as_it_was(opened: str) -> None:
    insert(attempt(1))
    insert(attempt(1, error="late"), attempt(2))
    assert [row["error"] for row in attempts.of_delivery(TENANT_A, "live", "whk_1", "dlv_1", 0, 9)] == [None, None]


def test_another_tenant_sees_none(opened: str) -> None:
    insert(attempt(1))
    assert numbers(tenant_id=TENANT_B) == []


def test_odd_text_in_an_answer_is_kept(opened: str) -> None:
    odd = "quotes \" ' \\ and \u2028 and \ufffd and emoji \U0001f600"
    insert((*attempt(1)[:13], odd))
    assert attempts.of_delivery(TENANT_A, "live", "whk_1", "dlv_1", 0, 9)[0]["response"] == odd
