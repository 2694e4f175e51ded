"""Logging: one line per event on standard error, JSON on a server and readable on a terminal, never with a secret in it.

Two doors bind what every line below them carries, and clear it: the web request and the worker task.

    with cleared():
        bind(request_id="…", tenant_id="ten_…")
        log.info("contact created", id="con_…")

Elsewhere, pass values to the call that logs. Libraries that use the standard library's logging come out in the same form.
Work handed to a thread pool keeps what is bound only when it runs in `contextvars.copy_context()`.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, cast

import orjson
import structlog

from server.domain.redaction import redact, redact_text
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, MutableMapping

    from structlog.typing import FilteringBoundLogger, Processor, ProcessorReturnValue

LEVELS: Final = {"debug": 10, "info": 20, "warning": 30, "error": 40, "critical": 50}
LIMITED: Final = ("aiohttp.access", "asyncio", "huey", "mail", "peewee")
"""Libraries that are heard from a warning on only: they narrate, and peewee prints bound values. `mail` is what aiosmtpd calls itself."""

_bound: ContextVar[Mapping[str, Any]] = ContextVar("log_bound", default=MappingProxyType({}))


def get_logger(name: str | None = None) -> FilteringBoundLogger:
    """Return a logger; it may be made before `configure` is called, and used after."""
    return cast("FilteringBoundLogger", structlog.get_logger(source=name) if name else structlog.get_logger())


def bind(**values: Any) -> None:
    """Add values to every line logged from here on in this context."""
    _bound.set({**_bound.get(), **values})


@contextmanager
def cleared() -> Iterator[None]:
    """Begin with nothing bound, and forget at the end what was bound inside."""
    before = _bound.set({})
    try:
        yield
    finally:
        _bound.reset(before)


def configure(level: str = "info", format: str = "auto") -> None:  # noqa: A002 - the name of the setting
    """Send every line of at least this level to standard error; `auto` is readable on a terminal and JSON elsewhere."""
    terminal = sys.stderr.isatty()
    readable = format == "console" or (format == "auto" and terminal)
    chain = _chain(_console(colors=terminal) if readable else _as_json)
    structlog.configure(
        processors=chain,
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(file=cast("Any", _Stderr())),
        cache_logger_on_first_use=True,
    )
    _route_standard_logging(LEVELS[level], chain)


class _Stderr:
    """Standard error as it is at each write, so that it can be redirected."""

    def write(self, line: str) -> None:
        # When nobody reads standard error any more, there is nowhere left to say so, and work must go on.
        with suppress(OSError):
            sys.stderr.write(line)

    def flush(self) -> None:
        with suppress(OSError):
            sys.stderr.flush()


class _Formatter(logging.Formatter):
    """Turns a standard record into the same line that our own events become."""

    def __init__(self, chain: list[Processor]) -> None:
        super().__init__()
        self.chain = chain

    def format(self, record: logging.LogRecord) -> str:
        event: Any = {"event": record.getMessage(), "source": record.name}
        if record.exc_info:
            event["exc_info"] = record.exc_info
        for processor in self.chain:
            event = processor(record, record.levelname.lower(), event)
        return str(event)


def _chain(renderer: Processor) -> list[Processor]:
    # Tracebacks become text before the masking, since they quote what a failed call was given.
    return [_with_bound, structlog.processors.format_exc_info, _masked, renderer]


def _with_bound(_logger: object, level: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    # What is passed to the call goes over what is bound; time, level and event come first in every line.
    head = {"time": clock.rfc3339(clock.now_ms()), "level": level, "event": event.pop("event", "")}
    return {**head, **_bound.get(), **event}


def _masked(_logger: object, _level: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return cast("MutableMapping[str, Any]", _plain(redact(event)))


def _plain(value: Any) -> Any:
    """Return the value with every object in it as masked text: its own form could hold a secret."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return redact_text(str(value))


def _as_json(_logger: object, _level: str, event: MutableMapping[str, Any]) -> ProcessorReturnValue:
    try:
        return orjson.dumps(event).decode()
    except orjson.JSONEncodeError:
        # Whole numbers over 64 bits and broken text from a request: rare, and a line must never fail.
        return json.dumps(event)


def _console(*, colors: bool) -> Processor:
    coloured = colors and sys.platform != "win32" and "NO_COLOR" not in os.environ
    return structlog.dev.ConsoleRenderer(colors=coloured, timestamp_key="time", exception_formatter=structlog.dev.plain_traceback, sort_keys=False)


def _route_standard_logging(level: int, chain: list[Processor]) -> None:
    handler = logging.StreamHandler(cast("Any", _Stderr()))
    handler.setFormatter(_Formatter(chain))
    root = logging.getLogger()
    for earlier in [one for one in root.handlers if isinstance(one.formatter, _Formatter)]:
        root.removeHandler(earlier)
    root.addHandler(handler)
    root.setLevel(level)
    for name in LIMITED:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
