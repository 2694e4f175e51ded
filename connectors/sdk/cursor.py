"""Where reading goes on in the next run. A kind opens a run from what was kept, adds itself to the request, and closes the run.

The run is JSON: `full` (everything is listed), `began` (the vendor's time at its first answer), `at` (the pager's place) and what the
kind keeps. Whatever is changed while a run reads is either in it or in the next: the next starts before this one began.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, Protocol

from connectors.sdk.request import Request, Response
from connectors.sdk.times import read_time, write_time

Run = dict[str, Any]
HOUR_MS: Final = 3_600_000


class CursorKind(Protocol):
    """What a kind of cursor does."""

    def open(self, cursor: Mapping[str, Any] | None, now_ms: int) -> Run:
        """Return the run that goes on from a cursor; from None, one that lists everything."""

    def ask(self, request: Request, run: Run) -> Request:
        """Return the request with what makes it give only what is new."""

    def note(self, run: Run, response: Response) -> None:
        """Take from an answer what the kind needs later."""

    def close(self, run: Run) -> Run | None:
        """Return the cursor for the next run, None to list everything again."""


def take_time(run: Run, response: Response) -> None:
    """Put the vendor's own time, as the first answer tells it, in the place of ours, which may be wrong by minutes."""
    theirs = read_time(response.headers.get("date", "")) if run.pop("ours", False) else None
    if theirs is not None:
        run["began"] = theirs


@dataclass(frozen=True)
class Snapshot:
    """Everything is listed every time."""

    def open(self, cursor: Mapping[str, Any] | None, now_ms: int) -> Run:  # noqa: ARG002
        """Return a full run."""
        return {"full": True}

    def ask(self, request: Request, run: Run) -> Request:  # noqa: ARG002
        """Return the request as it is."""
        return request

    def note(self, run: Run, response: Response) -> None:
        """Take nothing."""

    def close(self, run: Run) -> Run | None:  # noqa: ARG002
        """Return None: the next run lists everything."""
        return None


@dataclass(frozen=True)
class ModifiedSince:
    """Rows modified since a moment. The next run starts `overlap` seconds before this one began, and `settle` before that where rows come late.

    `param` is the query parameter (or the header, `place`); `ask_with` replaces it where a query language is spoken.
    """

    param: str = ""
    place: Literal["query", "header"] = "query"
    format: str = "iso"
    overlap: int = 60
    settle: int = 0
    ask_with: Callable[[Request, str], Request] | None = None

    def open(self, cursor: Mapping[str, Any] | None, now_ms: int) -> Run:
        """Return a run since the kept moment."""
        since = (cursor or {}).get("since")
        return {"full": since is None, "since": since, "began": now_ms, "ours": True}

    def ask(self, request: Request, run: Run) -> Request:
        """Return the request for what was modified since; a full run asks for everything."""
        if run["since"] is None:
            return request
        moment = write_time(run["since"], self.format)
        if self.ask_with:
            return self.ask_with(request, moment)
        if self.place == "header":
            return replace(request, headers={**request.headers, self.param: moment})
        return request.with_params({self.param: moment})

    def note(self, run: Run, response: Response) -> None:
        """Take the vendor's own time from the first answer: our clock may be wrong by minutes."""
        take_time(run, response)

    def close(self, run: Run) -> Run | None:
        """Return the moment before which everything has been read."""
        return {"since": max(run["since"] or 0, run["began"] - (self.overlap + self.settle) * 1000)}


@dataclass(frozen=True)
class ClosedWindow(ModifiedSince):
    """Rows modified between two moments, paged by id: neither a cap of rows nor any number of equal times can hide one.

    A row that is edited while the run reads leaves the window, and stands in the next. `window` adds both moments to a request.
    """

    window: Callable[[Request, str, str], Request] = field(kw_only=True)

    def note(self, run: Run, response: Response) -> None:
        """Close the window at the vendor's time where that is earlier: it may become narrower while the run reads, never wider."""
        ours = run["began"]
        take_time(run, response)
        run["began"] = min(ours, run["began"])

    def ask(self, request: Request, run: Run) -> Request:
        """Return the request for what was modified in the window; that of a full run begins with time."""
        return self.window(request, write_time(run["since"] or 0, self.format), write_time(run["began"], self.format))


@dataclass(frozen=True)
class DeltaToken:
    """A token of the vendor's stands for everything that was read; it may expire, then CursorExpired is raised and everything is listed.

    `token` is where the last page has it, `param` how it is sent. With `is_url` it is the whole address to call.
    """

    token: str
    param: str = ""
    is_url: bool = False

    def open(self, cursor: Mapping[str, Any] | None, now_ms: int) -> Run:  # noqa: ARG002
        """Return a run from the kept token."""
        kept = (cursor or {}).get("token")
        return {"full": kept is None, "token": kept}

    def ask(self, request: Request, run: Run) -> Request:
        """Return the request with the token."""
        if run["token"] is None:
            return request
        return Request("GET", run["token"], headers=request.headers) if self.is_url else request.with_params({self.param: run["token"]})

    def note(self, run: Run, response: Response) -> None:
        """Take the new token, which stands on the last page only."""
        found = response.at(self.token)
        if found:
            run["next"] = found

    def close(self, run: Run) -> Run | None:
        """Return the new token; without one everything is listed again."""
        return {"token": run["next"]} if run.get("next") else None


@dataclass(frozen=True)
class EventLog:
    """The vendor keeps a log of what happened, for a while: read on from it, and list everything where it does not reach back far enough.

    A full run lists the resource itself; the later ones read `path` for `types`, newest first, whose rows hold the record at `record` and
    what happened at `type`.
    """

    path: str
    rows: str
    types: tuple[str, ...]
    types_param: str = "types[]"
    param: str = "created[gte]"
    format: str = "seconds"
    record: str = "data.object"
    type: str = "type"
    deleted: str = ".deleted"
    max_age_hours: int = 29 * 24
    overlap: int = 60

    def open(self, cursor: Mapping[str, Any] | None, now_ms: int) -> Run:
        """Return a run since the kept moment, a full one where the log no longer holds it."""
        since = (cursor or {}).get("since")
        late = since is not None and now_ms - since > self.max_age_hours * HOUR_MS
        return {"full": since is None or late, "since": since, "began": now_ms, "ours": True}

    def ask(self, request: Request, run: Run) -> Request:
        """Return the request for the log, or for the listing in a full run."""
        if run["full"]:
            return request
        return Request("GET", self.path, {self.param: write_time(run["since"], self.format), self.types_param: self.types}, headers=request.headers)

    def note(self, run: Run, response: Response) -> None:
        """Take the vendor's own time from the first answer."""
        take_time(run, response)

    def close(self, run: Run) -> Run | None:
        """Return the moment before which everything has been read."""
        return {"since": run["began"] - self.overlap * 1000}


KINDS: Final[Mapping[str, type[CursorKind]]] = {
    "snapshot": Snapshot,
    "modified_since": ModifiedSince,
    "delta_token": DeltaToken,
    "event_log": EventLog,
}
