"""Scopes as OAuth clients ask for them: those of the API, and those of OpenID Connect, which say who a person is."""

from __future__ import annotations

from typing import Final

from server.domain.errors import Unprocessable
from server.domain.permissions import RESOURCES, REVEAL, grants, normalise_scopes

ABOUT_PEOPLE: Final[dict[str, str]] = {
    "openid": "know who you are",
    "profile": "see your name",
    "email": "see your e-mail address",
    "offline_access": "stay connected while you are away",
}
_ADMINISTRATIVE: Final = frozenset({"keys", "users", "logs", "audit"})
ADVERTISED: Final = (
    *ABOUT_PEOPLE,
    *(f"{resource}:{action}" for resource in RESOURCES if resource not in _ADMINISTRATIVE for action in ("read", "write")),
)
"""What metadata names, and what a client that registers without naming scopes may ask for; administration is asked for by name only."""


def parse(text: str) -> frozenset[str]:
    """Return the scopes of a space-separated list in their one spelling. Raises Unprocessable for an unknown one."""
    words = text.split()
    people = frozenset(word for word in words if word in ABOUT_PEOPLE)
    return people | normalise_scopes([word for word in words if word not in ABOUT_PEOPLE])


def covers(allowed: frozenset[str], scope: str) -> bool:
    """Tell whether a set of scopes holds one; write holds read, `*` holds everything of the API."""
    return scope in allowed or (scope not in ABOUT_PEOPLE and grants(allowed, scope))


def joined(scopes: frozenset[str]) -> str:
    """Return scopes as a space-separated list, always in the same order."""
    return " ".join(sorted(scopes))


def allowed(wanted: str | None, registered: frozenset[str]) -> frozenset[str] | None:
    """Return what is asked for, or everything registered when nothing is; None when that is unknown or more than is registered."""
    try:
        asked = parse(wanted) if wanted else registered
    except Unprocessable:
        return None
    return asked if asked and all(covers(registered, scope) for scope in asked) else None


def described(scopes: frozenset[str]) -> list[str]:
    """Return what scopes allow, a phrase each, for the page on which a person decides."""
    found = [phrase for scope, phrase in ABOUT_PEOPLE.items() if scope in scopes]
    if "*" in scopes:
        return [*found, "read and change everything you can"]
    for resource in RESOURCES:
        if f"{resource}:write" in scopes:
            found.append(f"read and change {resource}")
        elif f"{resource}:read" in scopes:
            found.append(f"read {resource}")
    return [*found, "see what is in encrypted fields"] if REVEAL in scopes else found
