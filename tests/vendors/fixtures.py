"""Mock vendors for a test: whatever was not as the vendor describes it fails the test at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.vendors.catalog import kind
from tests.vendors.contract import NOT_AT_HAND, folder
from tests.vendors.serving import Server, serving
from tests.vendors.vendor import MockVendor

MakeVendor = Callable[..., MockVendor]
Serve = Callable[[MockVendor], Server]


@pytest.fixture
def mock_vendor() -> Iterator[MakeVendor]:
    """Yield what makes mock vendors, `mock_vendor("hubspot")`, and hold each against its description in the end."""
    made: list[MockVendor] = []

    def make(key: str, **wanted: Any) -> MockVendor:
        if kind(key).needs_descriptions and folder() is None:
            pytest.skip(NOT_AT_HAND)
        made.append(MockVendor(kind(key), **wanted))
        return made[-1]

    yield make
    for vendor in made:
        vendor.verify()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Yield what puts mock vendors on real sockets until the test ends."""
    with ExitStack() as running:
        yield lambda vendor: running.enter_context(serving(vendor))
