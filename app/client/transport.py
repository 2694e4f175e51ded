"""One request to an appliance and its answer, with time limits, retries and idempotency keys.

A write carries its key from the first attempt to the last, so whatever is sent again happens once.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final
from uuid import uuid4

import requests
from requests import exceptions

from app.client import trust
from app.client.cancellation import Cancellation
from app.client.decoding import decoded
from app.client.errors import ClientError, Unreachable, Untrusted, refusal

CONNECT_SECONDS: Final = 3.05
READ_SECONDS: Final = 15.0
WAITS: Final = (0.2, 0.8)  # seconds before the second and the third attempt
LONGEST_WAIT: Final = 5.0
_KEYED: Final = frozenset({"POST", "PATCH"})
_AGAIN: Final = frozenset({429, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds a request waits for a connection and for its answer, and before each further attempt."""

    connect: float = CONNECT_SECONDS
    read: float = READ_SECONDS
    waits: tuple[float, ...] = WAITS


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked. `body` is sent as JSON; `content` are raw bytes of the media type beside them, or what they are read from."""

    method: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | BinaryIO | None = None
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def document(self) -> Any:
        """The body as JSON; None when there is none."""
        return decoded(self.content) if self.content else None


class Transport:
    """Sends requests to one appliance; may be used by several threads, each of which keeps its own connection."""

    def __init__(self, url: str, fingerprint: str | None = None, token: str | None = None, patience: Patience | None = None) -> None:
        self.url = url.rstrip("/")
        self.patience = patience or Patience(waits=WAITS)
        self.fingerprint = fingerprint
        self.token = token
        self._local = threading.local()

    def session(self) -> requests.Session:
        """Return this thread's session."""
        found: requests.Session | None = getattr(self._local, "session", None)
        if found is None:
            found = self._local.session = trust.session(self.fingerprint if self.url.startswith("https:") else None)
        return found

    def headers(self) -> dict[str, str]:
        """Return what every request carries."""
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def send(self, request: Request, cancellation: Cancellation) -> Answer:
        """Send until it is answered, as often as its patience lasts. Raises ClientError."""
        headers = {**self.headers(), **request.headers}
        if request.method in _KEYED:
            headers.setdefault("Idempotency-Key", str(uuid4()))
        for wait in (*self.patience.waits, None):
            cancellation.check()
            try:
                return self._once(request, headers)
            except ClientError as error:
                if wait is None or not _worth_another(error):
                    raise
                cancellation.sleep(min(max(wait, getattr(error, "retry_after", 0.0)), LONGEST_WAIT))
        raise AssertionError

    def _once(self, request: Request, headers: Mapping[str, str]) -> Answer:
        content, sent = request.content, dict(headers)
        if request.body is not None:
            content = json.dumps(request.body).encode()
        if content is not None:
            sent["Content-Type"] = request.media_type
            if not isinstance(content, bytes):
                content.seek(0)  # of an attempt before this one
        try:
            response = self.session().request(
                request.method,
                self.url + request.path,
                params=dict(request.query),
                data=content,
                headers=sent,
                timeout=(self.patience.connect, self.patience.read),
                allow_redirects=False,
                verify=self.session().verify,
            )
        except exceptions.RequestException as error:
            raise self.failure(error) from error
        return _answer(response)

    def failure(self, error: exceptions.RequestException) -> ClientError:
        """Return what it means that a request was not answered."""
        if isinstance(error, exceptions.SSLError):
            return Untrusted("The certificate of the appliance is not the one that is trusted here.", pinned=self.fingerprint)
        if isinstance(error, exceptions.Timeout):
            return Unreachable("{url} did not answer in time.", url=self.url)
        return Unreachable("{url} does not answer.", url=self.url)


def _answer(response: requests.Response) -> Answer:
    refuse(response)
    return Answer(response.status_code, {name.lower(): value for name, value in response.headers.items()}, response.content)


def refuse(response: requests.Response) -> None:
    """Raise the refusal that a response is, if it is one."""
    if response.status_code >= 400:
        raise refusal(response.status_code, _parsed(response), _seconds(response.headers.get("Retry-After")))


def _parsed(response: requests.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def _seconds(text: str | None) -> float:
    return float(text) if text and text.isdigit() else 0.0


def _worth_another(error: ClientError) -> bool:
    problem = getattr(error, "problem", None)
    return isinstance(error, Unreachable) if problem is None else problem.status in _AGAIN
