"""The first answer to an Idempotency-Key is given again byte for byte, for brief writes and for long work alike."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from aiohttp.test_utils import make_mocked_request

from server.domain.actor import Actor
from server.domain.errors import Conflict, Invalid, JunctionError, Unprocessable
from server.store import database
from server.web import idempotency
from server.web.calls import Answer, Call
from server.web.execution import Execution
from server.web.routes import Route, Runs

RUNS = pytest.mark.parametrize("runs", [Runs.WRITE, Runs.WORK])


@pytest_asyncio.fixture
async def execution(opened: str) -> AsyncIterator[Execution]:
    """Yield what runs work on the opened database."""
    found = Execution(threads=4, window_ms=1)
    yield found
    await found.close()


class Asker:
    """Sends one request again and again, and counts how often its handler ran."""

    def __init__(self, execution: Execution, actor: Actor, runs: Runs) -> None:
        self.execution, self.actor, self.runs, self.ran = execution, actor, runs, 0

    def handler(self, _call: Call) -> Answer:
        self.ran += 1
        with database.transaction():
            database.execute("INSERT INTO marks (name, value) VALUES (?, '')", (f"work {self.ran}",))
        return Answer(b'{"secret": "\xc3\xa4", "number": %d}' % self.ran, 201, {"Location": "/x"}, "application/json; charset=utf-8")

    async def ask(
        self,
        key: str = "k",
        raw: bytes = b"{}",
        path: str = "/api/v1/contacts",
        actor: Actor | None = None,
        handler: Callable[[Call], Answer] | None = None,
    ) -> Answer:
        route = Route("POST", "/api/v1/contacts", self.handler, "create_contact", summary="", tag="", runs=self.runs)
        request = make_mocked_request("POST", path)
        nothing: Any = None
        call = Call(route, actor or self.actor, {}, (), {}, "req_1", request, nothing)
        return await idempotency.run(self.execution, call, key, raw, handler or self.handler)


def rows() -> int:
    found = database.row("SELECT COUNT(*) FROM marks")
    return int(found[0]) if found else 0


@RUNS
async def test_the_first_answer_is_given_again_byte_for_byte(execution: Execution, alice: Actor, runs: Runs) -> None:
    asker = Asker(execution, alice, runs)
    first, again = await asker.ask(), await asker.ask()
    assert (again.body, again.status, again.content_type) == (first.body, 201, first.content_type)
    assert again.headers == {"Location": "/x", "Idempotency-Replayed": "true"}
    assert "Idempotency-Replayed" not in first.headers
    assert (asker.ran, rows()) == (1, 1)
    assert (await asker.ask('"k"')).body == first.body, "a key may come in quotes"


@RUNS
@pytest.mark.parametrize("other", ["body", "path", "caller"])
async def test_another_request_under_the_same_key_is_refused(execution: Execution, alice: Actor, runs: Runs, other: str) -> None:
    asker = Asker(execution, alice, runs)
    await asker.ask()
    others: dict[str, dict[str, Any]] = {
        "body": {"raw": b"[]"},
        "path": {"path": "/api/v1/deals"},
        "caller": {"actor": replace(alice, id="key_2")},
    }
    with pytest.raises(Unprocessable) as refused:
        await asker.ask(**others[other])
    assert refused.value.stable_code == "idempotency_key_reused"
    assert asker.ran == 1


@RUNS
async def test_another_tenant_and_mode_have_their_own_keys(execution: Execution, alice: Actor, charlie: Actor, runs: Runs) -> None:
    asker = Asker(execution, alice, runs)
    for actor in (alice, charlie, replace(alice, mode="test")):
        await asker.ask(actor=actor)
    assert asker.ran == 3


@RUNS
async def test_a_request_that_failed_may_be_sent_again(execution: Execution, alice: Actor, runs: Runs) -> None:
    asker = Asker(execution, alice, runs)

    def fail(call: Call) -> Answer:
        with database.transaction():
            asker.handler(call)
            raise Conflict("not now")

    with pytest.raises(Conflict, match="not now"):
        await asker.ask(handler=fail)
    assert rows() == 0
    assert (await asker.ask()).status == 201
    assert rows() == 1


@pytest.mark.parametrize("key", ["", '""', '"a', 'a"', "a" * 256, "a\tb", "a\x00"])
async def test_a_key_that_is_none_is_refused(execution: Execution, alice: Actor, key: str) -> None:
    asker = Asker(execution, alice, Runs.WRITE)
    with pytest.raises(Invalid) as refused:
        await asker.ask(key)
    assert (refused.value.stable_code, asker.ran) == ("invalid_idempotency_key", 0)


async def test_while_long_work_runs_its_key_is_in_use(execution: Execution, alice: Actor) -> None:
    asker = Asker(execution, alice, Runs.WORK)
    began, go_on = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(call: Call) -> Answer:
        loop.call_soon_threadsafe(began.set)
        asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result(10)
        return asker.handler(call)

    working = asyncio.create_task(asker.ask(handler=slow))
    await began.wait()
    with pytest.raises(Conflict) as refused:
        await asker.ask()
    assert (refused.value.stable_code, refused.value.retry_after) == ("idempotency_key_in_use", 1)
    go_on.set()
    first = await working
    assert (await asker.ask()).body == first.body
    assert asker.ran == 1


@RUNS
async def test_of_fifty_at_once_one_does_the_work(execution: Execution, alice: Actor, runs: Runs) -> None:
    asker = Asker(execution, alice, runs)
    outcomes = await asyncio.gather(*(asker.ask() for _ in range(50)), return_exceptions=True)
    answers = [one for one in outcomes if isinstance(one, Answer)]
    assert {one.stable_code for one in outcomes if isinstance(one, JunctionError)} <= {"idempotency_key_in_use"}
    assert len(answers) + sum(isinstance(one, JunctionError) for one in outcomes) == 50
    assert len(answers) == 50 or runs is Runs.WORK
    assert {one.body for one in answers} == {(await asker.ask()).body}
    assert (asker.ran, rows()) == (1, 1)
