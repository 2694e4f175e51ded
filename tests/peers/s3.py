"""A store that speaks S3 over HTTP, in a thread of the test process: moto, which other people wrote."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
import requests

_NUMBERS = count(1)


@dataclass(frozen=True)
class Bucket:
    """An empty bucket of a running store."""

    endpoint: str
    name: str

    def settings(self) -> dict[str, Any]:
        """Return the settings by which an appliance uses it."""
        return {
            "documents__storage": "s3",
            "documents__s3_endpoint": self.endpoint,
            "documents__s3_bucket": self.name,
            "documents__s3_access_key": "tests",
            "documents__s3_secret_key": "only for tests",
        }

    def names(self) -> list[str]:
        """Return the names of all objects."""
        import re

        found = requests.get(f"{self.endpoint}/{self.name}?list-type=2", timeout=10).text
        return sorted(re.findall(r"<Key>([^<]*)</Key>", found))


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """Yield the address of a store."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3_endpoint: str) -> Bucket:
    """Return an empty bucket."""
    found = Bucket(s3_endpoint, f"bucket-{next(_NUMBERS)}")
    assert requests.put(f"{found.endpoint}/{found.name}", timeout=10).status_code == 200
    return found
