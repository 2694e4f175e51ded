"""Logs: one line per event, carrying what the doors bound, and no secret whatever its disguise."""

from __future__ import annotations

import asyncio
import contextvars
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from server.system import clock, logs

KEY = "jct_live_3kF9aQz7LmN2"
WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def lines(captured: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Return what was logged as JSON."""
    out, err = captured.readouterr()
    assert out == ""
    return [json.loads(line) for line in err.splitlines()]


def test_a_line_is_one_json_object_that_begins_with_time_level_and_event(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", "auto")
    with clock.frozen(1_795_176_000_123):
        logs.get_logger("server.test").info("contact created", id="con_1", tries=2)
    (line,) = lines(capsys)
    assert list(line.items()) == [
        ("time", "2026-11-20T12:00:00.123Z"),
        ("level", "info"),
        ("event", "contact created"),
        ("source", "server.test"),
        ("id", "con_1"),
        ("tries", 2),
    ]


def test_a_logger_made_before_the_configuration_follows_it(capsys: pytest.CaptureFixture[str]) -> None:
    log = logs.get_logger()
    logs.configure("info", "json")
    log.info("now")
    assert [line["event"] for line in lines(capsys)] == ["now"]


def test_lines_below_the_level_are_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("warning", "json")
    log = logs.get_logger()
    log.info("no")
    log.warning("yes")
    logging.getLogger("library").info("no")
    logging.getLogger("library").error("yes")
    assert [line["event"] for line in lines(capsys)] == ["yes", "yes"]


def test_what_is_bound_at_a_door_is_on_every_line_and_gone_behind_it(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", "json")
    log = logs.get_logger()
    with logs.cleared():
        logs.bind(request_id="r1")
        logs.bind(tenant_id="ten_1")
        log.info("inside")
        log.info("own word", request_id="r2")
        logging.getLogger("library").warning("inside too")
        with logs.cleared():
            log.info("further in")
        log.info("inside again")
    log.info("outside")
    bound = [(line.get("request_id"), line.get("tenant_id")) for line in lines(capsys)]
    assert bound == [("r1", "ten_1"), ("r2", "ten_1"), ("r1", "ten_1"), (None, None), ("r1", "ten_1"), (None, None)]


def test_a_door_that_fails_forgets_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", "json")

    def request() -> None:
        with logs.cleared():
            logs.bind(request_id="r1")
            raise ConnectionError

    with pytest.raises(ConnectionError):
        request()
    logs.get_logger().info("outside")
    assert "request_id" not in lines(capsys)[0]


async def test_two_requests_at_once_do_not_mix(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", "json")
    log = logs.get_logger()

    async def request(name: str) -> None:
        with logs.cleared():
            logs.bind(request_id=name)
            await asyncio.sleep(0)
            log.info(name)

    await asyncio.gather(*(request(f"r{number}") for number in range(20)))
    seen = lines(capsys)
    assert len(seen) == 20
    assert all(line["request_id"] == line["event"] for line in seen)


def test_a_thread_logs_with_the_context_it_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", "json")
    with logs.cleared(), ThreadPoolExecutor(1) as pool:
        logs.bind(request_id="r1")
        pool.submit(contextvars.copy_context().run, logs.get_logger().info, "there").result()
    assert lines(capsys)[0]["request_id"] == "r1"


class Odd:
    """An object whose text gives a secret away."""

    def __str__(self) -> str:
        return f"Odd({KEY})"

    __repr__ = __str__


@pytest.mark.parametrize("form", ["json", "console"])
@pytest.mark.parametrize(
    "values",
    [
        {"path": f"/x?key={KEY}"},
        {"headers": {"Authorization": f"Bearer {KEY}", "Accept": "*/*"}},
        {"nested": [{"deep": [WEBHOOK_SECRET]}]},
        {"password": "hunter2"},
        {"client_secret": "hunter2", "refresh_token": "hunter2"},
        {"url": "postgresql://junction:hunter2@db/junction"},
        {"thing": Odd()},
        {"things": [Odd(), {"odd": Odd()}]},
        {"error": ValueError(f"bad key {KEY}")},
    ],
)
def test_no_secret_is_written_in_any_form(capsys: pytest.CaptureFixture[str], form: str, values: dict[str, Any]) -> None:
    logs.configure("info", form)
    with logs.cleared():
        logs.bind(bound=WEBHOOK_SECRET)
        logs.get_logger().info(f"used {KEY}", **values)
        logging.getLogger("library").warning("used %s", KEY)
    written = capsys.readouterr().err
    assert written.count("used") == 2
    for secret in (KEY, WEBHOOK_SECRET, "hunter2"):
        assert secret not in written


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_traceback_is_there_and_holds_no_secret(capsys: pytest.CaptureFixture[str], form: str) -> None:
    logs.configure("info", form)
    log = logs.get_logger()
    try:
        int(KEY)
    except ValueError:
        log.exception("failed")
        logging.getLogger("library").exception("failed too")
    written = capsys.readouterr().err
    assert written.count("ValueError") == 2
    assert "test_logs.py" in written
    assert KEY not in written


@pytest.mark.parametrize("value", [10**30, "\udcff", float("nan"), Path("/x"), b"\xff", {1: 2}, {"a": {3, 4}}, object()])
def test_a_line_never_fails_however_odd_the_value(capsys: pytest.CaptureFixture[str], value: object) -> None:
    logs.configure("info", "json")
    logs.get_logger().info("odd", value=value)
    (line,) = lines(capsys)
    assert "value" in line


def test_libraries_that_narrate_are_heard_from_a_warning_on(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("debug", "json")
    for name in ("peewee", "huey.consumer", "aiohttp.access"):
        logging.getLogger(name).debug("SELECT secret")
        logging.getLogger(name).warning("trouble")
    assert [(line["source"], line["event"]) for line in lines(capsys)] == [
        ("peewee", "trouble"),
        ("huey.consumer", "trouble"),
        ("aiohttp.access", "trouble"),
    ]


def test_configuring_again_does_not_double_the_lines(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", "json")
    logs.configure("info", "json")
    logging.getLogger("library").warning("once")
    assert len(lines(capsys)) == 1


def test_a_terminal_gets_readable_lines(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    logs.configure("info", "auto")
    logs.get_logger().info("contact created", id="con_1")
    written = capsys.readouterr().err
    assert "contact created" in written
    assert "id=con_1" in written
    assert "{" not in written


def test_work_goes_on_when_nobody_reads_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    logs.configure("info", "json")

    tried: list[str] = []

    def broken(line: str) -> int:
        tried.append(line)
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr("sys.stderr.write", broken)
    logs.get_logger().info("unheard")
    assert "unheard" in "".join(tried)
