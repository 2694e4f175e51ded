"""`junction console`: the desktop console, in a process of its own that knows the appliance by HTTP only."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

from server.domain.errors import Unprocessable

if TYPE_CHECKING:
    from server.main.invocation import Invocation


def open_console(call: Invocation) -> int:
    """Open it and stay until it is closed. Raises Unprocessable where Qt is not installed."""
    if find_spec("PySide6") is None:
        raise Unprocessable("The desktop console needs Qt: install the extra with 'pip install junction[console]'.", code="console_not_installed")
    given = {"--screenshots": call.screenshots, "--brand": call.brand}
    command = [sys.executable, "-m", "app", *(word for option, value in given.items() if value for word in (option, value))]
    if os.name == "posix":
        os.execv(command[0], command)  # noqa: S606 - the console takes this process's place
    return subprocess.call(command)  # noqa: S603 - our own interpreter
