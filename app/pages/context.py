"""What a page gets from the shell. Nothing is reached by import: a test hands in what it likes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtWidgets import QWidget

from app.client.api import Api
from app.client.errors import ClientError
from app.jobs.pool import Jobs
from app.pages.naming import Names
from app.pages.refusals import faults_of, told
from app.system.arrangements import Arrangements
from app.theme.look import Look
from app.widgets.toasts import SECONDS, Toasts

LONG_SECONDS: Final = 30.0  # a message stays that long when it offers something to do


@dataclass
class Context:
    """The console around a page."""

    api: Api
    jobs: Jobs
    look: Look
    toasts: Toasts
    window: QWidget
    production: bool = False
    # Goes to a page, and opens one thing there.
    go: Callable[[str, str | None], None] = lambda _page, _thing: None
    # What became of a request tells whether the appliance is there.
    failed: Callable[[ClientError], None] = lambda _error: None
    names: Names = field(default_factory=Names)
    # How the user arranged the columns of the lists.
    arrangements: Arrangements = field(default_factory=Arrangements)
    # Goes into a tenant.
    enter: Callable[[str], None] = lambda _tenant: None
    # Is told the path of what was done, as its action declares it.
    did: Callable[[str], None] = lambda _path: None
    # Goes to one view of a page.
    look_at: Callable[[str, int], None] = lambda _page, _view: None

    def complain(self, error: ClientError, acts: dict[str, Callable[[], None]] | None = None) -> None:
        """Say what went wrong, and offer what can be done about it."""
        self.failed(error)
        self.toasts.say(sentence(error), "danger", acts, LONG_SECONDS if acts else SECONDS)


def sentence(error: ClientError) -> str:
    """Return an error as the user reads it, with the faults that belong to no field."""
    faults = [f"{key}: {text}" if key else text for key, text in faults_of(error).items()]
    return " ".join([told(error), *faults])
