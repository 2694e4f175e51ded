"""A connector's generator is driven to its end: requests answered, errors thrown in where they belong, waits and unknown outcomes kept out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from connectors.sdk.errors import CursorExpired, Later, Missing, NeedsUser, Refused
from connectors.sdk.request import Request, Response
from connectors.sdk.values import Context, Steps
from server.outbound import catalogue
from server.outbound.vendors.driving import Driver, Paused, Unknown
from server.outbound.vendors.retrying import ANSWER_LOST
from server.outbound.vendors.transport import Transport
from server.system import clock

FOLDER = Path(__file__).parents[2] / "services" / "syncing" / "tiny"
GET, POST = Request("GET", "/a"), Request("POST", "/a")


@dataclass
class Calls:
    """A gate, an identity and a transport in one, that write down what happens to them."""

    answers: list[Any]
    renews: bool = True
    said: list[str] = field(default_factory=list)

    def send(self, request: Request) -> Response:
        self.said.append(f"send {request.url}")
        found = self.answers.pop(0)
        if isinstance(found, Exception):
            raise found
        return found if isinstance(found, Response) else Response(found, {}, b"{}", received_ms=clock.now_ms())

    def enter(self, _: Request) -> None:
        self.said.append("enter")

    def leave(self) -> None:
        self.said.append("leave")

    def observe(self, response: Response) -> None:
        self.said.append(f"observe {response.status}")

    def refused(self, error: Later) -> None:
        self.said.append(f"refused {error.stable_code}")

    def answered(self) -> None:
        self.said.append("answered")

    def sign(self, request: Request) -> Request:
        return request

    def hide(self, text: str) -> str:
        return text.replace("planted", "[redacted]")

    def renew(self) -> bool:
        self.said.append("renew")
        return self.renews


Make = Callable[..., tuple[Driver, Calls]]


@pytest.fixture
def drive() -> Iterator[Make]:
    catalogue.mount([FOLDER])

    def make(*answers: Any, **options: Any) -> tuple[Driver, Calls]:
        connector = catalogue.connector("tiny").bind(Context({"address": "https://v.example"}))
        calls = Calls(list(answers), **options)
        transport: Transport = calls  # type: ignore[assignment]
        return Driver(connector, transport, calls, calls, sleep=lambda seconds: calls.said.append(f"sleep {seconds:g}"), jitter=lambda: 0.5), calls

    yield make
    catalogue.mount([])


def steps(*requests: Request) -> Steps[str]:
    for request in requests:
        response = yield request
        yield f"{response.status}"


def test_answers_are_handed_in_and_everything_else_is_handed_on(drive: Make) -> None:
    driver, calls = drive(200, 204)
    assert list(driver.run(steps(GET, GET))) == ["200", "204"]
    assert calls.said == [
        "enter",
        "send https://v.example/a",
        "leave",
        "observe 200",
        "answered",
        "enter",
        "send https://v.example/a",
        "leave",
        "observe 204",
        "answered",
    ]


def test_an_error_is_thrown_in_where_the_request_stands(drive: Make) -> None:
    def forgiving() -> Steps[str]:
        try:
            yield GET
        except (Missing, CursorExpired) as error:
            yield error.stable_code

    assert list(drive(404)[0].run(forgiving())) == ["remote_missing"]
    assert list(drive(410)[0].run(forgiving())) == ["cursor_expired"]


def test_a_short_wait_is_waited_and_a_long_one_gives_the_run_up(drive: Make) -> None:
    driver, calls = drive(Response(429, {"retry-after": "2"}, b"{}"), 200)
    assert list(driver.run(steps(GET))) == ["200"]
    assert "sleep 2" in calls.said
    driver, calls = drive(Response(429, {"retry-after": "90"}, b"{}"))
    with pytest.raises(Paused) as paused:
        list(driver.run(steps(GET)))
    assert paused.value.after == 90


def test_a_refused_token_is_renewed_once(drive: Make) -> None:
    driver, calls = drive(401, 200)
    assert list(driver.run(steps(GET))) == ["200"]
    assert calls.said.count("renew") == 1
    driver, calls = drive(401, 401)
    with pytest.raises(NeedsUser):
        list(driver.run(steps(GET)))
    driver, calls = drive(401, renews=False)
    with pytest.raises(NeedsUser):
        list(driver.run(steps(GET)))


@pytest.mark.parametrize("answer", [500, Later("lost", code=ANSWER_LOST)])
def test_a_write_whose_outcome_is_unknown_is_not_sent_again(drive: Make, answer: Any) -> None:
    driver, calls = drive(answer)
    with pytest.raises(Unknown):
        list(driver.run(steps(POST)))
    assert calls.said.count("send https://v.example/a") == 1


def test_who_is_waited_for_tries_nothing_twice(drive: Make) -> None:
    driver, calls = drive(503)
    driver.patient = False
    with pytest.raises(Paused):
        list(driver.run(steps(GET)))
    assert [said for said in calls.said if said.startswith("sleep")] == []


@pytest.mark.parametrize(("ahead", "told"), [(0, 0), (1, 0), (-600, -600), (7200, 7200)])
def test_the_vendors_clock_is_compared_with_ours(drive: Make, ahead: int, told: int) -> None:
    from email.utils import formatdate

    now = clock.now_ms()
    driver, _ = drive(Response(200, {"date": formatdate(now / 1000 + ahead, usegmt=True)}, b"{}", received_ms=now))
    list(driver.run(steps(GET)))
    assert driver.skew_seconds == pytest.approx(told, abs=1)


@pytest.mark.criterion("connectors-7")
def test_a_vendor_that_repeats_our_secret_is_not_quoted(drive: Make) -> None:
    driver, _ = drive(Response(422, {}, b'{"message": "bad key planted"}'))
    with pytest.raises(Refused) as refused:
        list(driver.run(steps(POST)))
    assert "planted" not in f"{refused.value.detail} {refused.value!r}"


def test_a_part_that_only_asks_returns_what_it_found(drive: Make) -> None:
    driver, _ = drive(Response(200, {}, b'{"id": "7", "mail": "a@b.example"}'))
    assert driver.ask(driver.connector.get_record("people", "7")).id == "7"
