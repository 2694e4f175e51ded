"""Server-sent events as they arrive, with reconnecting left to the caller: it knows the last id and whether anybody still looks."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any, Final

from requests import exceptions

from app.client import trust
from app.client.api import Api
from app.client.cancellation import Cancellation
from app.client.errors import Unreachable, refusal
from app.client.transport import CONNECT_SECONDS

SILENCE_SECONDS: Final = 40.0  # the appliance writes a comment every 15 seconds; later than this the line is dead


@dataclass(frozen=True, slots=True)
class Event:
    """One event; `id` is where to go on after it."""

    id: str
    type: str
    document: Any


def events(api: Api, path: str, last_id: str | None, cancellation: Cancellation) -> Generator[Event | None, None, None]:
    """Yield events from `last_id` on, and None whenever the line gave a sign of life. Raises ClientError when it ends."""
    transport = api.transport
    # A session of its own: this connection is held open and must not block the thread's next request.
    with trust.session(transport.fingerprint if transport.url.startswith("https:") else None) as session:
        headers = {**transport.headers(), "Accept": "text/event-stream", **({"Last-Event-ID": last_id} if last_id else {})}
        try:
            response = session.get(
                transport.url + api.address(path), headers=headers, stream=True, timeout=(CONNECT_SECONDS, SILENCE_SECONDS), verify=session.verify
            )
            if response.status_code != 200:
                raise refusal(response.status_code, None)
            yield None
            # As much as has come: a line of a proxy that knows no chunks is read byte by byte, since nothing else says where an event ends.
            yield from _parsed(response.iter_lines(chunk_size=None if response.raw.chunked else 1), cancellation)
        except exceptions.RequestException as error:
            raise Unreachable("The event stream broke off.") from error
    raise Unreachable("The event stream ended.")


def _parsed(lines: Iterator[bytes], cancellation: Cancellation) -> Iterator[Event | None]:
    fields: dict[str, str] = {}
    for line in lines:
        cancellation.check()
        name, _, value = line.decode("utf-8", "replace").partition(":")
        if name:
            fields[name] = fields.get(name, "") + value.removeprefix(" ")
        elif line:
            yield None
        else:
            if "data" in fields:
                yield Event(fields.get("id", ""), fields.get("event", "message"), json.loads(fields["data"]))
            fields = {}
