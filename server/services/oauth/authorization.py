"""An authorization as the grants see it, and how one ends: every token of it is refused everywhere within a second."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from authlib.oauth2.rfc6749 import AuthorizationCodeMixin

from server.services.credentials import GENERATION
from server.services.oauth.pkce import METHOD
from server.store import authorizations, generations, users
from server.system import clock

if TYPE_CHECKING:
    from server.store.authorizations import Row


class Authorization(AuthorizationCodeMixin):
    """What a person allowed a client."""

    code_challenge_method = METHOD

    def __init__(self, row: Row) -> None:
        """Take the row."""
        self.row = row
        self.code_challenge: str = row["challenge"]

    def get_redirect_uri(self) -> str | None:
        """Return the address that the authorization request named, None when it named none."""
        found: str | None = self.row["redirect_uri"]
        return found

    def get_scope(self) -> str:
        """Return what was allowed."""
        return " ".join(self.row["scopes"])


def active_user(row: Row) -> dict[str, Any] | None:
    """Return the person behind an authorization, None when gone or disabled."""
    found = users.find(row["tenant_id"], row["user_id"])
    return found if found and found["status"] == "active" else None


def revoke(authorization_id: str) -> None:
    """End an authorization with all its tokens; call inside a transaction."""
    authorizations.revoke(authorization_id, clock.now_ms())
    generations.bump(GENERATION)
