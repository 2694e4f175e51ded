"""Faults: everything that goes wrong, as the number, name and description that clients of v4_1 know it by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from server.domain import errors
from server.domain.errors import Invalid

if TYPE_CHECKING:
    from server.domain.errors import JunctionError


class Fault(NamedTuple):
    """One row of SuiteCRM's table of errors; a number is a text where SuiteCRM has it so."""

    number: int | str
    name: str
    description: str


NO_METHOD: Final = Fault("-1", "An Undefined Error - invalid_call occurred", "There is no error definition for invalid_call")
INVALID_LOGIN: Final = Fault(10, "Invalid Login", "Login attempt failed please check the username and password")
INVALID_SESSION: Final = Fault(11, "Invalid Session ID", "The session ID is invalid")
NO_MODULE: Final = Fault(20, "Module Does Not Exist", "This module is not available on this server")
NO_FILE: Final = Fault(21, "File Does Not Exist", "The desired file does not exist on the server")
MODULE_NOT_SUPPORTED: Final = Fault(30, "Module Not Supported", "This module does not support this feature")
RELATIONSHIP_NOT_SUPPORTED: Final = Fault(31, "Relationship Not Supported", "This module does not support this relationship")
ACCESS_DENIED: Final = Fault(40, "Access Denied", "You do not have access")
NO_RECORDS: Final = Fault(51, "No Records", "No records were found.")
TOO_MANY: Final = Fault(60, "Maximum Number of Sessions Exceeded", "Too many calls; go on later")
ADMIN_REQUIRED: Final = Fault(70, "Admin credentials are required", "The logged-in user is not an administrator")
UNAVAILABLE: Final = Fault(90, "Resource Management Error", "The server cannot do this right now; try again in a moment")
FULL: Final = Fault(90, "Resource Management Error", "The server's disk is nearly full: nothing new is taken, reading goes on")
INVALID_CALL: Final = Fault(1000, "Invalid call for this module", "This is an invalid call for this module. Please look at WSDL file for details")
INVALID_DATA: Final = Fault(1001, "Invalid data sent", "The data sent is invalid")
# Known to every client as a login that failed; that it was not even tried shows in the status and in Retry-After.
LOCKED: Final = Fault(10, "Invalid Login", "Signing in failed too often; try again later")

# The nearest class decides; whatever is not here is a fault of ours.
_FAULTS: Final[dict[type[JunctionError], Fault]] = {
    errors.Limited: TOO_MANY,
    errors.Full: FULL,
    errors.Later: UNAVAILABLE,
    errors.Unauthenticated: INVALID_SESSION,
    errors.Denied: ACCESS_DENIED,
    errors.Missing: NO_RECORDS,
    errors.Invalid: INVALID_DATA,
    errors.Conflict: INVALID_DATA,
    errors.Skip: INVALID_DATA,
    errors.Bug: UNAVAILABLE,
}
# What these say of a request helps whoever wrote it and never repeats a secret; of the others only the table speaks.
_EXPLAINED: Final = frozenset({ACCESS_DENIED, INVALID_DATA})


class Refused(Invalid):
    """A call is refused with a fault of v4_1's own."""

    code = "legacy_fault"

    def __init__(self, fault: Fault) -> None:
        """Take the fault."""
        super().__init__(fault.description)
        self.fault = fault


def fault_of(error: JunctionError) -> dict[str, Any]:
    """Return what a client is told of an error."""
    fault = error.fault if isinstance(error, Refused) else next((_FAULTS[kind] for kind in type(error).__mro__ if kind in _FAULTS), UNAVAILABLE)
    if fault == TOO_MANY and error.stable_code == "sign_in_locked":
        fault = LOCKED
    found = fault._asdict()
    if fault in _EXPLAINED and not isinstance(error, Refused):
        details = [error.detail, *(f"{one.pointer.strip('/')}: {one.detail}" for one in error.faults)]
        found["description"] = " ".join([f"{fault.description}.", *dict.fromkeys(details)])[:1000]
    return {"name": found["name"], "number": found["number"], "description": found["description"]}
