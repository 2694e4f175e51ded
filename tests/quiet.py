"""What is logged while tests run goes to pytest's own capture of logs, and nowhere between two tests: a thread that outlives its test says nothing.

A test may configure logging, as commands do that run inside this process; afterwards it is as before.
"""

from __future__ import annotations

import logging
from collections.abc import Generator
from typing import Any

import pytest
import structlog

from server.system import logs

_configure = structlog.configure


def pytest_configure() -> None:
    structlog.configure = _configure_without_keeping  # type: ignore[assignment]
    # Without any handler, Python writes warnings to standard error.
    logging.getLogger().addHandler(logging.NullHandler())
    captured()


def _configure_without_keeping(**given: Any) -> None:
    """Configure, but find the destination anew for each line: a logger that keeps it would write to that of a test of long ago."""
    _configure(**{**given, "cache_logger_on_first_use": False})


def captured() -> None:
    """Send what is logged to standard logging, which pytest listens to within tests."""
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer(key_order=["event"])],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=lambda *_: logging.getLogger("server"),
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    limited = {name: logging.getLogger(name).level for name in logs.LIMITED}
    result = yield
    captured()
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in limited.items():
        logging.getLogger(name).setLevel(before)
    return result
