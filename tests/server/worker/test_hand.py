"""What the loop may have in hand: limits per webhook, room kept for quick ones, and leases that end."""

from __future__ import annotations

from server.outbound.posting import Reply
from server.services.concluding import Done, Work, concluded
from server.services.receivers import Receiver
from server.store.deliveries import Taken
from server.worker.hand import FAST_ROOM, SLOW_ROOM, Hand


def work(number: int, webhook: str = "whk_a", version: int = 1, concurrency: int | None = None) -> Work:
    receiver = Receiver(webhook, version, "http://x.example/", {}, (), {}, "http://x.example/", (0, 5), None, concurrency=concurrency)
    return Work(Taken(f"dlv_{webhook}_{number}", "ten", "live", webhook, f"evt_{number}", "contact.created", 0, 0, number), receiver, b"{}")


def works(count: int, webhook: str = "whk_a") -> list[Work]:
    return [work(number, webhook) for number in range(count)]


def ended(one: Work, status: int | None = 200, total_ms: float = 5.0) -> Done:
    headers = {"webhook-id": one.delivery.event_id, "webhook-timestamp": "1", "webhook-signature": "v1,"}
    return concluded(one, 0, headers, Reply(status, None if status else "timeout", None, total_ms))


def hand() -> Hand:
    return Hand(in_flight=10, lease_seconds=30)


def test_no_more_than_its_share_of_a_webhook_is_posted_at_once() -> None:
    mine = hand()
    mine.add(works(25), 0)
    begun = mine.begin(0)
    assert len(begun) == 10
    assert mine.begin(0) == []
    mine.free([ended(begun[0])])
    assert len(mine.begin(0)) == 1


def test_a_webhook_may_choose_how_many_it_gets_at_once() -> None:
    mine = hand()
    mine.add([work(number, concurrency=2) for number in range(9)], 0)
    assert len(mine.begin(0)) == 2
    assert mine.room([], 0).of["whk_a"] == 0
    mine.add([work(9, version=2)], 0)
    assert len(mine.begin(0)) == 8, "the choice was taken back"


def test_webhooks_take_turns_when_only_some_posts_may_begin() -> None:
    mine = hand()
    mine.add([*works(3, "whk_a"), *works(3, "whk_b"), *works(3, "whk_c")], 0)
    assert [(one.receiver.id, one.delivery.created_at) for one in mine.begin(0, 4)] == [("whk_a", 0), ("whk_b", 0), ("whk_c", 0), ("whk_a", 1)]
    assert [(one.receiver.id, one.delivery.created_at) for one in mine.begin(0, 3)] == [("whk_b", 1), ("whk_c", 1), ("whk_a", 2)]


def test_webhooks_are_filled_up_together_once_one_of_them_has_little_left() -> None:
    mine = hand()
    mine.add([*works(40, "whk_a"), *works(25, "whk_b")], 0)
    mine.begin(0)
    room = mine.room([], 0)
    assert (room.of["whk_a"], room.of["whk_b"]) == (0, 0), "both have more waiting than is posted at once"
    mine.add(works(20, "whk_c"), 0)
    mine.begin(0)
    room = mine.room([], 0)
    assert (room.of["whk_a"], room.of["whk_b"], room.of["whk_c"]) == (0, 15, 20)


def test_a_post_counts_until_its_result_is_written() -> None:
    mine = hand()
    mine.add(works(10), 0)
    begun = mine.begin(0)
    assert mine.posting == 10
    mine.free([ended(one) for one in begun])
    assert (mine.posting, len(mine)) == (0, 0)


def test_a_quick_webhook_may_have_more_waiting_than_it_posts() -> None:
    assert hand().room([], 0).of_fast > 10


def test_a_webhook_whose_attempt_failed_gets_no_waiting_room() -> None:
    mine = hand()
    mine.add(works(1), 0)
    mine.free([ended(mine.begin(0)[0], status=500)])
    assert "whk_a" in mine.room([], 0).slow_ones
    assert mine.room([], 0).of_slow == 10


def test_a_webhook_that_hangs_is_noticed_while_it_does_and_forgiven_when_it_answers() -> None:
    mine = hand()
    mine.add(works(30), 0)
    begun = mine.begin(0)
    assert "whk_a" not in mine.room([], 0.5).slow_ones
    assert "whk_a" in mine.room([], 1.5).slow_ones
    assert len(mine.drop_waiting({"whk_a"})) == 20, "what waited for it goes back to the rows"
    mine.free([ended(begun[0])])
    assert "whk_a" not in mine.slow


def test_slow_webhooks_never_use_the_room_of_the_others() -> None:
    mine = hand()
    for number in range(300):
        mine.add(works(10, f"whk_{number:03}"), 0)
    mine.begin(0)
    room = mine.room([], 2)
    assert len(room.slow_ones) == 300
    assert room.slow == 0, "three thousand are more than all slow ones may have"
    assert 0 <= room.fast <= FAST_ROOM
    fewer = hand()
    for number in range(100):
        fewer.add(works(10, f"whk_{number:03}"), 0)
    fewer.begin(0)
    assert fewer.room([], 2).fast == FAST_ROOM
    assert fewer.room([], 2).slow == SLOW_ROOM - 1000


def test_what_has_ended_leaves_room_before_it_is_settled() -> None:
    mine = hand()
    mine.add(works(10), 0)
    mine.slow.add("whk_a")
    begun = mine.begin(0)
    assert mine.room([], 0).of["whk_a"] == 0
    assert mine.room([ended(one) for one in begun[:4]], 0).of["whk_a"] == 4


def test_leases_of_everything_in_hand_are_due_for_renewal_after_a_third() -> None:
    mine = hand()
    mine.add(works(25), 0)
    mine.begin(0)
    assert mine.lease_ending(9) == []
    ending = mine.lease_ending(11)
    assert len(ending) == 25, "posting and waiting alike"
    mine.renewed(ending, 11)
    assert mine.lease_ending(20) == []


def test_a_work_whose_lease_ran_out_is_not_posted() -> None:
    mine = hand()
    mine.add(works(12), 0)
    mine.begin(0)
    mine.free([ended(one) for one in works(10)])
    assert mine.begin(29.5) == []
    assert len(mine) == 0


def test_what_is_not_open_any_more_is_dropped() -> None:
    mine = hand()
    mine.add(works(15, "whk_a") + works(15, "whk_b"), 0)
    mine.begin(0)
    assert mine.open_versions() == {"whk_a": 1, "whk_b": 1}
    dropped = mine.drop_waiting({"whk_b"})
    assert {one.receiver.id for one in dropped} == {"whk_a"}
    assert mine.open_versions() == {"whk_b": 1}
