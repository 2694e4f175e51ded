"""Each kind of cursor opens a run from what was kept, and closes it before the moment the run began."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.sdk.cursor import HOUR_MS, ClosedWindow, DeltaToken, EventLog, ModifiedSince, Snapshot
from connectors.sdk.request import Request, Response

NOON = 1_795_176_000_000
LIST = Request("GET", "/rows", {"sort": "id"})
DATED = Response(200, {"date": "Fri, 20 Nov 2026 11:50:00 GMT"}, b"{}")


def test_a_snapshot_lists_everything_every_time() -> None:
    run = Snapshot().open({"since": 1}, NOON)
    assert (run["full"], Snapshot().ask(LIST, run), Snapshot().close(run)) == (True, LIST, None)


def test_the_next_run_starts_before_this_one_began_by_the_vendors_clock() -> None:
    kind = ModifiedSince("since", overlap=60, settle=30)
    run = kind.open(None, NOON)
    assert kind.ask(LIST, run) == LIST
    kind.note(run, DATED)
    kind.note(run, Response(200, {"date": "Fri, 20 Nov 2026 11:59:00 GMT"}, b"{}"))
    assert kind.close(run) == {"since": NOON - 600_000 - 90_000}


def test_a_run_without_a_date_keeps_our_clock() -> None:
    kind = ModifiedSince("since")
    run = kind.open({"since": NOON - 5_000}, NOON)
    kind.note(run, Response(200))
    assert kind.close(run) == {"since": NOON - 5_000}, "it never goes back"


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        (ModifiedSince("since"), LIST.q(since="2026-11-20T12:00:00Z")),
        (ModifiedSince("If-Modified-Since", "header", "http"), replace(LIST, headers={"If-Modified-Since": "Fri, 20 Nov 2026 12:00:00 GMT"})),
        (ModifiedSince(format="seconds", ask_with=lambda request, moment: request.q(query=f"updated>{moment}")), LIST.q(query="updated>1795176000")),
    ],
)  # fmt: skip
def test_a_moment_is_asked_for_in_the_vendors_way(kind: ModifiedSince, asked: Request) -> None:
    assert kind.ask(LIST, kind.open({"since": NOON}, NOON + 1)) == asked


def test_a_closed_window_never_opens_again_while_the_run_reads() -> None:
    kind = ClosedWindow(format="ms", window=lambda request, since, until: request.q(since=since, until=until))
    run = kind.open({"since": 5}, NOON)
    assert kind.ask(LIST, run).params == {"sort": "id", "since": "5", "until": str(NOON)}
    kind.note(run, Response(200, {"date": "Fri, 20 Nov 2026 12:10:00 GMT"}))
    assert run["began"] == NOON, "their clock is ahead: what we asked for stays the end"
    earlier = kind.open(None, NOON)
    kind.note(earlier, DATED)
    assert earlier["began"] == NOON - 600_000, "their clock is behind: what they changed since is left to the next run"


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        (DeltaToken("nextSyncToken", "syncToken"), LIST.q(syncToken="https://x.example/t")),
        (DeltaToken("@odata\\.deltaLink", is_url=True), Request("GET", "https://x.example/t")),
    ],
)
def test_a_delta_token_is_sent_as_the_vendor_wants_it(kind: DeltaToken, asked: Request) -> None:
    assert kind.ask(LIST, kind.open({"token": "https://x.example/t"}, NOON)) == asked
    assert kind.open(None, NOON)["full"]


def test_the_last_page_has_the_new_token_and_without_one_everything_is_listed_again() -> None:
    kind = DeltaToken("nextSyncToken", "syncToken")
    run = kind.open({"token": "a"}, NOON)
    kind.note(run, Response(200, {}, b'{"nextPageToken": "p"}'))
    assert kind.close(run) is None
    kind.note(run, Response(200, {}, b'{"nextSyncToken": "b"}'))
    assert kind.close(run) == {"token": "b"}


def test_a_log_that_does_not_reach_back_far_enough_means_a_listing() -> None:
    kind = EventLog("/events", "data", ("customer.updated",), max_age_hours=24)
    assert kind.open({"since": NOON - 25 * HOUR_MS}, NOON)["full"]
    run = kind.open({"since": NOON - 23 * HOUR_MS}, NOON)
    asked: dict[str, str | int | tuple[str, ...]] = {"created[gte]": str((NOON - 23 * HOUR_MS) // 1000), "types[]": ("customer.updated",)}
    assert kind.ask(LIST, run) == Request("GET", "/events", asked)
    assert kind.close(run) == {"since": NOON - 60_000}
