"""What the failure of a request means: again here, later, a new token first, unknown, or no.

A table of what failed and whether the request may be repeated. A wait of up to five seconds is made here, a longer one becomes a row
that is due then, so no worker sleeps. Jitter is full: between nothing and twice the step, never less than the vendor asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from connectors.sdk.errors import ConnectorError, Later

if TYPE_CHECKING:
    from connectors.sdk.request import Request, Response

Step = Literal["again", "later", "refresh", "unknown", "fail"]
LONGEST_WAIT: Final = 5.0
TRIES: Final = 3
ANSWER_LOST: Final = "answer_lost"
_FIRST_STEP: Final = 0.25
_LATER_SECONDS: Final = 30.0
_UNAUTHORIZED: Final = 401
# Said before anything was done, so a request that may not be repeated can be sent again too.
_UNTOUCHED: Final = frozenset({408, 423, 425, 429, 503})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do next, after how many seconds."""

    step: Step
    after: float = 0.0


def judge(request: Request, response: Response | None, error: ConnectorError, tries: int, jitter: float) -> Verdict:
    """Return what a failure means after so many tries; no response means that there was none. `jitter` is in [0, 1)."""
    if response is not None and response.status == _UNAUTHORIZED and not isinstance(error, Later):
        return Verdict("refresh")
    if not isinstance(error, Later):
        return Verdict("fail")
    if _may_have_happened(response, error) and not request.may_repeat:
        return Verdict("unknown")
    return _pause(tries, jitter, error.after)


def _may_have_happened(response: Response | None, error: Later) -> bool:
    """Tell whether the vendor may have done what was asked although it did not say so."""
    if response is None:
        return error.stable_code == ANSWER_LOST
    return response.status not in _UNTOUCHED and response.status >= 500


def _pause(tries: int, jitter: float, asked: float | None) -> Verdict:
    """Return when to try again; nothing is tried more than TRIES times in a row."""
    wait = max(_FIRST_STEP * 4 ** (tries - 1) * 2 * jitter, asked or 0.0)
    if tries < TRIES and wait <= LONGEST_WAIT:
        return Verdict("again", wait)
    return Verdict("later", _LATER_SECONDS * (1 + jitter) if asked is None else wait)
