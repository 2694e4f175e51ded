"""What a refusal of the appliance means, in the user's language. The appliance itself speaks English: its own words follow as they came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.client.errors import Broken, ClientError, Conflicting, Forbidden, Invalid, Limited, Missing, Refused, SignedOut
from app.system.languages import active, tr

# By the stable code of a problem document; a code that is not here is told by its kind.
CODES: Final[Mapping[str, str]] = {
    "invalid_credentials": "E-mail address or password are wrong.",
    "wrong_password": "E-mail address or password are wrong.",
    "sign_in_locked": "Too many sign-ins failed. Wait a while, then try again.",
    "weak_password": "This password is too easy to guess. Take a longer one.",
    "name_taken": "Something of this kind has the name already.",
    "email_taken": "Somebody uses this e-mail address already.",
    "not_unique": "There is one with this value already.",
    "stale_version": "Somebody changed it meanwhile. Read it again, then decide.",
    "last_owner": "Somebody has to be left who can administer this.",
    "last_operator": "Somebody has to be left who can operate the appliance.",
    "insufficient_scope": "The key may not do that: it lacks a scope.",
    "tier_in_use": "Tenants or keys are on this tier.",
    "webhook_address_refused": "Deliveries may not go to this address.",
    "tenant_suspended": "The tenant is suspended.",
    "disk_full": "The disk of the appliance is nearly full: reading goes on, nothing can be written.",
    "database_busy": "The database is busy. Try again in a moment.",
}
KINDS: Final[Mapping[type[Refused], str]] = {
    SignedOut: "Your session is over. Sign in again.",
    Forbidden: "Your role does not allow this.",
    Missing: "It is not there, or not any more.",
    Conflicting: "That does not fit its present state. Read it again, then decide.",
    Invalid: "Something that was entered is not as it must be.",
    Limited: "Too many requests for now. Try again in a moment.",
    Broken: "The appliance failed at this. Its log says why.",
}


def told(error: ClientError) -> str:
    """Return an error as the user reads it: what the console says itself is translated; what came in English is explained first."""
    own = tr(error.words, **error.values) or tr("Something went wrong.")
    meant = _meant(error) if active().code != "en" and own == str(error) else ""
    return f"{tr(meant)} ({own})" if meant else own


def _meant(error: ClientError) -> str:
    if not isinstance(error, Refused):
        return ""
    return CODES.get(error.problem.code) or next((words for kind, words in KINDS.items() if isinstance(error, kind)), "")
