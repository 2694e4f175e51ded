"""What can go wrong between the console and an appliance, split by what the user can do next.

ClientError
├── Unreachable     nobody answered in time: offline, restarting, a wrong address
├── Untrusted       the certificate is unknown or not the pinned one: compare fingerprints
├── Cancelled       nobody waits for the answer any more
└── Refused         the appliance answered with a problem document
    ├── SignedOut   401: sign in
    ├── Forbidden   403: ask somebody with another role
    ├── Missing     404, 410: it is gone
    ├── Conflicting 409, 412: read again, then decide
    ├── Invalid     400, 413, 415, 422: `faults` say which field
    ├── Limited     429: wait `retry_after` seconds
    └── Broken      5xx: try again, then look into the log by `request_id`
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple


class ClientError(Exception):
    """Something between the console and the appliance went wrong; `words` are for the user, and `values` what stands for the `{names}` in them."""

    def __init__(self, words: str = "", **values: object) -> None:
        super().__init__(words.format(**values) if values else words)
        self.words = words
        self.values = values


class Unreachable(ClientError):
    """Nobody answered."""


class Cancelled(ClientError):
    """Nobody waits for this any more."""


class Untrusted(ClientError):
    """The certificate is not one that this profile trusts."""

    def __init__(self, message: str, seen: str | None = None, pinned: str | None = None) -> None:
        super().__init__(message)
        self.seen = seen
        self.pinned = pinned


class Fault(NamedTuple):
    """What is wrong with one field: `pointer` says which, `detail` says it in English, `code` says it to a program."""

    pointer: str
    detail: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem document (RFC 9457) as the appliance sends it."""

    status: int
    title: str = ""
    detail: str = ""
    code: str = ""
    request_id: str = ""
    faults: tuple[Fault, ...] = field(default_factory=tuple)


class Refused(ClientError):
    """The appliance said no, and why."""

    def __init__(self, problem: Problem, retry_after: float = 0.0) -> None:
        if words := problem.detail or problem.title:
            super().__init__(words)
        else:
            super().__init__("The appliance answered {status}.", status=problem.status)
        self.problem = problem
        self.retry_after = retry_after


class SignedOut(Refused):
    """The credential is missing, wrong or over."""


class Forbidden(Refused):
    """The role does not allow it."""


class Missing(Refused):
    """It is not there, or not any more."""


class Conflicting(Refused):
    """Somebody else was faster, or it is already so."""


class Invalid(Refused):
    """Something in the request is not as it must be."""


class Limited(Refused):
    """Too many requests for now."""


class Broken(Refused):
    """The appliance failed."""


BY_STATUS: Final[Mapping[int, type[Refused]]] = {
    400: Invalid,
    401: SignedOut,
    403: Forbidden,
    404: Missing,
    409: Conflicting,
    410: Missing,
    412: Conflicting,
    413: Invalid,
    415: Invalid,
    422: Invalid,
    429: Limited,
}


def refusal(status: int, document: Any, retry_after: float = 0.0) -> Refused:
    """Return the error for a refused request; `document` is its parsed body, or anything else when it was no problem document."""
    kind = BY_STATUS.get(status, Broken if status >= 500 else Refused)
    return kind(_problem(status, document if isinstance(document, Mapping) else {}), retry_after)


def _problem(status: int, document: Mapping[str, Any]) -> Problem:
    faults = tuple(Fault(*(str(fault.get(name, "")) for name in Fault._fields)) for fault in document.get("errors", ()))
    words = {name: str(document.get(name, "")) for name in ("title", "detail", "code", "request_id")}
    return Problem(status, faults=faults, **words)
