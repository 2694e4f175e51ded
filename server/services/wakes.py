"""How services tell the worker that rows are waiting. The rows are the truth: a lost wake costs a second, never a delivery."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def _nobody(_queue: str) -> None:
    """Wake nobody: without a worker in sight the rows are found when one looks."""


_wake: Callable[[str], None] = _nobody


def install(wake: Callable[[str], None]) -> None:
    """Take the function, made by the worker, that wakes the loop of a kind of rows."""
    global _wake  # noqa: PLW0603 - the process has one worker to wake
    _wake = wake


def deliveries() -> None:
    """Say that deliveries are due."""
    _wake("deliveries")


def jobs() -> None:
    """Say that a job is waiting."""
    _wake("jobs")


def mails() -> None:
    """Say that the appliance has mails or alerts to send."""
    _wake("mails")


def inbound() -> None:
    """Say that messages of vendors wait to be processed."""
    _wake("inbound")


def backups() -> None:
    """Say that an operator waits for a backup."""
    _wake("backups")


def scans() -> None:
    """Say that contents wait for the virus scanner."""
    _wake("scans")


def email() -> None:
    """Say that mail of tenants is due."""
    _wake("email")


def arrivals() -> None:
    """Say that mail arrived and waits to be scanned and sorted."""
    _wake("arrivals")
