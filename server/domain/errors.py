"""Every refusal and failure, in one tree that is split by what the caller can do next.

    JunctionError
      Invalid            the request is malformed: mend it and send again
        Unprocessable    it is well formed, but its content breaks a rule
          TooLarge       its body is over the limit
          Unsupported    its media type is not understood
        Unsatisfiable    it asks for a part that is not there
      Unauthenticated    no credential, or one that does not hold
        NeedsUser        only a person can go on (second factor, reauthorisation)
      Denied             the credential is good, but scope or role lack
      Missing            there is no such thing here, or it belongs to somebody else
        Gone             there was, and it is retired for good
      Conflict           the state changed under the caller
        Stale            the version named by If-Match is not the current one
        Unconditional    no version is named where one has to be
      Later              nothing is wrong with the request; try again after a while
        Limited          a rate limit is used up
        Full             the disk is nearly full; reads go on
      Skip               this item cannot be processed, the rest can
      Bug                our fault; the caller sees an empty 500 and the log has the place

A class's docstring is its default message, so the two never drift apart. `code` is stable and part of the API.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken field: `pointer` is a JSON pointer (RFC 6901) into the body, or the name of a query parameter."""

    pointer: str
    code: str
    detail: str


def pointer(*steps: str | int) -> str:
    """Return the JSON pointer that these steps lead along (RFC 6901, section 3)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


class JunctionError(Exception):
    """The request could not be fulfilled."""

    code: ClassVar[str] = "failed"

    def __init__(
        self,
        detail: str | None = None,
        *,
        code: str | None = None,
        faults: Iterable[Fault] = (),
        retry_after: int | None = None,
        **members: Any,
    ) -> None:
        """Take the sentence for the caller; `retry_after` is in seconds; `members` are added to the problem as they are."""
        self.detail = detail or (type(self).__doc__ or "").strip()
        self.stable_code = code or type(self).code
        self.faults = tuple(faults)
        self.retry_after = retry_after
        self.members = members
        super().__init__(self.detail)


class Invalid(JunctionError):
    """The request is malformed."""

    code = "invalid_request"


class Unprocessable(Invalid):
    """The content of the request breaks a rule."""

    code = "validation_failed"


class TooLarge(Unprocessable):
    """The body is larger than this appliance accepts."""

    code = "body_too_large"


class Unsupported(Unprocessable):
    """The media type of the body is not understood here."""

    code = "unsupported_media_type"


class Unsatisfiable(Invalid):
    """The range lies behind the end of the content."""

    code = "range_not_satisfiable"


class Unauthenticated(JunctionError):
    """A valid credential is needed."""

    code = "unauthenticated"


class NeedsUser(Unauthenticated):
    """A person has to complete this step."""

    code = "user_needed"


class Denied(JunctionError):
    """This credential may not do that."""

    code = "denied"


class Missing(JunctionError):
    """There is no such thing here."""

    code = "not_found"


class Gone(Missing):
    """This has been retired."""

    code = "gone"


class Conflict(JunctionError):
    """The request does not fit the present state."""

    code = "conflict"


class Stale(Conflict):
    """The version named by If-Match is not the current one."""

    code = "stale_version"


class Unconditional(Conflict):
    """Here nothing is changed without If-Match."""

    code = "precondition_required"


class Later(JunctionError):
    """This cannot be done right now; try again later."""

    code = "try_later"


class Limited(Later):
    """A rate limit is used up."""

    code = "rate_limited"


class Full(Later):
    """The disk is nearly full, so nothing new is accepted until space is freed."""

    code = "disk_full"


class Skip(JunctionError):
    """This item was skipped."""

    code = "skipped"


class Bug(JunctionError):
    """Something went wrong inside the appliance."""

    code = "internal_error"
