"""How a session comes to be: address, certificate, credential, second factor, first password. It knows no widget.

Steps are told to the view one at a time, because what is asked next depends on what the appliance answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from app.client import api, trust
from app.client.api import Api, Row
from app.client.errors import ClientError, Refused, SignedOut, Untrusted
from app.client.transport import Transport
from app.pages.listing import Runs
from app.pages.refusals import told
from app.system.profiles import Profile

TOTP_CODES: Final = frozenset({"totp_required", "invalid_totp"})


@dataclass(frozen=True, slots=True)
class Credential:
    """What one signs in with: address and password with a second factor, or an operator's key."""

    email: str = ""
    password: str = ""
    totp: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in."""

    api: Api
    profile: Profile
    me: Row

    @property
    def has_account(self) -> bool:
        """Whether it is a person who signed in, not a script's key."""
        return bool(self.me.get("user")) and not self.me.get("key")


class SignInView(Protocol):
    """What the steps need of the screen."""

    def ask_trust(self, seen: str, pinned: str) -> None:
        """Show the certificate that the appliance shows now, and the one that was trusted before."""

    def ask_totp(self) -> None:
        """Ask for the code of the second factor."""

    def ask_password(self) -> None:
        """Ask for a new password in place of the one-time one."""

    def start_over(self) -> None:
        """Ask who it is again: the session has ended before it began."""

    def say(self, fault: str) -> None:
        """Say what went wrong."""


class Connecting:
    """Signs in to a profile's appliance; `entered` is called with the session."""

    def __init__(self, jobs: Runs, view: SignInView, entered: Callable[[Session], None]) -> None:
        self._jobs = jobs
        self._view = view
        self._entered = entered
        self._profile = Profile("")
        self._credential = Credential()
        self._transport: Transport | None = None

    def begin(self, profile: Profile, credential: Credential) -> None:
        """Try to sign in."""
        self._profile, self._credential = profile, credential
        self._transport = transport = Transport(profile.url, profile.fingerprint or None, credential.key or None)

        def work(cancellation: Any) -> Row:
            if not credential.key:
                session = api.sign_in(transport, credential.email, credential.password, credential.totp, cancellation)
                if session["must_change_password"]:
                    return {"must_change_password": True}
            return Api(transport).get("/admin/v1/me", cancellation=cancellation)

        self._jobs.run(work, self._arrived, self._refused, self)

    def resume(self, profile: Profile, token: str, over: Callable[[], None]) -> None:
        """Go on with a token that was kept; `over` is called when the appliance does not take it any more."""
        self._profile, self._credential = profile, Credential()
        self._transport = transport = Transport(profile.url, profile.fingerprint or None, token)

        def fail(error: ClientError) -> None:
            if isinstance(error, SignedOut):
                over()
            self._plainly(error)

        self._jobs.run(lambda cancellation: Api(transport).get("/admin/v1/me", cancellation=cancellation), self._arrived, fail, self)

    def change_password(self, password: str) -> None:
        """Choose the first password of one's own."""
        transport = self._transport
        assert transport is not None  # noqa: S101 - asked for by a session

        def work(cancellation: Any) -> Row:
            api.change_password(transport, self._credential.password, password, cancellation)
            return Api(transport).get("/admin/v1/me", cancellation=cancellation)

        def fail(error: ClientError) -> None:
            if isinstance(error, SignedOut):
                self._view.start_over()
            self._refused(error)

        self._jobs.run(work, self._arrived, fail, self)

    def _arrived(self, me: Row) -> None:
        if me.get("must_change_password"):
            self._view.ask_password()
        elif self._transport is not None:
            self._entered(Session(Api(self._transport), self._profile, me))

    def _refused(self, error: ClientError) -> None:
        if isinstance(error, Untrusted):
            url, pinned = self._profile.url, self._profile.fingerprint
            self._jobs.run(lambda _: trust.shown_by(url), lambda seen: self._view.ask_trust(seen, pinned), self._plainly, self)
        elif isinstance(error, Refused) and error.problem.code in TOTP_CODES:
            self._view.ask_totp()
        else:
            self._plainly(error)

    def _plainly(self, error: ClientError) -> None:
        self._view.say(told(error))
