"""Acting on all that match: counting first, a report for each, and stopping."""

from __future__ import annotations

from typing import Any

import pytest

from app.client import bulk
from app.client.api import Call
from app.client.bulk import Deed
from app.client.cancellation import Cancellation
from app.client.errors import Conflicting, Problem, Unreachable
from tests.app.stage import ScriptedApi, listed

ROWS = [{"id": f"con_{place}"} for place in range(10)]
DELETE = Deed("DELETE", "/contacts/{id}")


def paged(call: Call) -> dict[str, Any]:
    start = int(call.query.get("cursor") or 0)
    return listed(*ROWS[start : start + 4], cursor=str(start + 4) if start + 4 < len(ROWS) else None)


@pytest.mark.criterion("desktop-14")
def test_the_dry_run_counts_beyond_the_page_and_only_what_the_act_fits() -> None:
    found = bulk.select(ScriptedApi({"/contacts": paged}), "/contacts", {}, lambda row: row["id"] != "con_3", Cancellation())
    assert [row["id"] for row in found.rows] == [f"con_{place}" for place in range(10) if place != 3]


@pytest.mark.criterion("desktop-14")
def test_the_dry_run_says_when_there_is_more_than_the_cap() -> None:
    found = bulk.select(ScriptedApi({"/contacts": paged}), "/contacts", {}, lambda _: True, Cancellation(), cap=6)
    assert (len(found.rows), found.more) == (6, True)


@pytest.mark.criterion("desktop-14")
def test_a_refusal_is_reported_with_its_reason_and_the_others_are_done() -> None:
    api = ScriptedApi({"/contacts/con_1": Conflicting(Problem(409, detail="In use."))})
    seen: list[int] = []
    report = bulk.carry_out(api, DELETE, ROWS[:3], seen.append, Cancellation())
    assert (report.done, report.refused, report.left) == ([ROWS[0], ROWS[2]], [(ROWS[1], "In use.")], [])
    assert seen == [1, 2, 3]


@pytest.mark.criterion("desktop-14")
def test_what_was_stopped_leaves_the_rest_alone() -> None:
    cancellation = Cancellation()

    def stop(_: Call) -> dict[str, Any]:
        cancellation.say()
        return {}

    api = ScriptedApi({"/contacts/con_1": stop})
    api.send = stopping(api, cancellation)  # type: ignore[method-assign]
    report = bulk.carry_out(api, DELETE, ROWS[:5], lambda _: None, cancellation)
    assert (report.done, report.left, report.silence) == (ROWS[:2], ROWS[2:5], "")


def stopping(api: ScriptedApi, cancellation: Cancellation) -> Any:
    send = ScriptedApi.send

    def checked(call: Call, given: Cancellation | None = None) -> Any:
        cancellation.check()
        return send(api, call, given)

    return checked


def test_when_nobody_answers_the_rest_is_left_the_one_in_doubt_among_it() -> None:
    report = bulk.carry_out(ScriptedApi({"/contacts/con_1": Unreachable("gone")}), DELETE, ROWS[:4], lambda _: None, Cancellation())
    assert (report.done, report.refused, report.left, report.silence) == ([ROWS[0]], [], ROWS[1:4], "gone")


@pytest.mark.criterion("desktop-15")
def test_what_is_done_again_after_silence_carries_the_same_keys() -> None:
    api = ScriptedApi({"/contacts/con_1/restore": Unreachable("gone")})
    deed = Deed("POST", "/contacts/{id}/restore", {"choice": "remote"})
    first = bulk.carry_out(api, deed, ROWS[:2], lambda _: None, Cancellation())
    api.answers.clear()
    first.take(bulk.carry_out(api, deed, first.left, lambda _: None, Cancellation()))
    assert (first.done, first.left, first.silence) == (ROWS[:2], [], "")
    keys = [call.headers["Idempotency-Key"] for call in api.calls]
    assert len(set(keys)) == 2
    assert keys[1] == keys[2]
    assert all(call.body == {"choice": "remote"} for call in api.calls)


@pytest.mark.criterion("desktop-14")
def test_ten_thousand_deliveries_are_sent_again_by_one_act() -> None:
    api = ScriptedApi()
    rows = [{"id": f"dlv_{place}", "webhook_id": "whk_1"} for place in range(bulk.CAP)]
    seen: list[int] = []
    report = bulk.carry_out(api, Deed("POST", "/webhooks/{webhook_id}/deliveries/{id}/replay"), rows, seen.append, Cancellation())
    assert (len(report.done), seen[-1], len({call.path for call in api.calls})) == (10_000, 10_000, 10_000)
