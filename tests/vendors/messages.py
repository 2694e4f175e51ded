"""What a vendor is asked and what it answers, as plain values: the same ones on a socket and in memory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

Delivery = Literal["whole", "reset", "drip"]


@dataclass(frozen=True)
class Call:
    """One request. The names of `headers` are in lower case; `url` is absolute, with the vendor's own host."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @cached_property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    @cached_property
    def path(self) -> str:
        return urlsplit(self.url).path

    @cached_property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.url).query, keep_blank_values=True)

    @cached_property
    def arguments(self) -> dict[str, str]:
        """The query, where each name stands once."""
        return dict(self.query)

    @cached_property
    def form(self) -> dict[str, str]:
        """The fields of a form, where each name stands once."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @cached_property
    def json(self) -> Any:
        """The body, which is empty rather than malformed where there is none."""
        return json.loads(self.body or b"{}")

    @cached_property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @cached_property
    def segments(self) -> list[str]:
        return [unquote(part) for part in self.path.split("/")[1:]]

    @classmethod
    def of(cls, method: str, url: str, *, headers: Mapping[str, str] | None = None, json_body: Any = None) -> Call:
        """Make a call, with a JSON body where one is given."""
        named = {name.lower(): value for name, value in (headers or {}).items()}
        if json_body is None:
            return cls(method, url, named)
        return cls(method, url, {"content-type": "application/json", **named}, json.dumps(json_body).encode())


@dataclass(frozen=True)
class Answer:
    """One answer; `delivery` is how its bytes come over the wire.

    Only a `genuine` one is held against the description, in which it stands under its status unless `described_as` names another place.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    delivery: Delivery = "whole"
    genuine: bool = True
    described_as: str = ""

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @classmethod
    def of(cls, payload: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
        """Answer with JSON."""
        return cls(status, {"content-type": "application/json", **(headers or {})}, json.dumps(payload).encode())


class Refusal(Exception):
    """What a personality raises where the vendor refuses: the answer is the vendor's own."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class Broken(ConnectionError):
    """An answer that never came whole, in memory."""
