"""A provider that takes mail over HTTP, on loopback: every request is held against the provider's own description, and answered by a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple

import pytest

from server.outbound import guard
from tests.vendors import contract
from tests.vendors.contract import Contract
from tests.vendors.facts import amazon_ses
from tests.vendors.messages import Answer, Call

SPECS = {"sendgrid": "sendgrid/tsg_mail_v3.json", "mailgun": "mailgun/openapi.json"}
TAKEN: dict[str, Answer] = {
    "sendgrid": Answer(202, {"x-message-id": "sg-1"}),
    "ses": Answer.of({"MessageId": "ses-1"}),
    "mailgun": Answer.of({"id": "<mg-1@mail.test>", "message": "Queued. Thank you."}),
}


class Refused(NamedTuple):
    """A refusal as a provider words it, with the name that it gives the error where it gives one."""

    status: int
    words: Any
    headers: dict[str, str] = {}  # noqa: RUF012 - nobody writes to it

    @property
    def answer(self) -> Answer:
        return Answer.of(self.words, self.status, self.headers)


def description(provider: str) -> Contract:
    """Return what a provider says of its API; skipped where that is not at hand."""
    if provider == "ses":
        return contract.facts(amazon_ses.DOCUMENT)
    found = contract.described(SPECS[provider], address=None, waivers={}, any_case=False, annotations="")
    if found is None:
        pytest.skip(contract.NOT_AT_HAND)
    return found


class Provider:
    """What was asked, what differed from the description, and the answers that come before a yes."""

    def __init__(self, key: str, described: Contract) -> None:
        self.key, self.described = key, described
        self.calls: list[Call] = []
        self.differences: list[str] = []
        self.plan: list[Answer] = []
        self.endpoint = ""

    def answer(self, asked: Call) -> Answer:
        """Answer a request whose host is the provider's own."""
        self.calls.append(asked)
        operation = self.described.operation(asked)
        if operation is None:
            self.differences.append(f"{asked.method} {asked.path} is no operation")
            return Answer.of({"message": "nothing here"}, 404)
        found = self.plan.pop(0) if self.plan else TAKEN[self.key]
        self.differences += self.described.asked(asked, operation) + (self.described.answered(found, operation) if found.status < 300 else [])
        return found


@contextmanager
def serving(provider: Provider) -> Iterator[Provider]:
    """Answer requests within the block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0)))
            found = provider.answer(Call("POST", f"https://{provider.described.host}{self.path}", headers, body))
            self.send_response(found.status)
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(found.body)))
            self.end_headers()
            self.wfile.write(found.body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    provider.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@pytest.fixture
def provider() -> Iterator[Callable[[str], Provider]]:
    """Return a function that starts a provider; the guard lets this process reach it."""
    guard.install(["127.0.0.0/8"])
    with ExitStack() as running:
        yield lambda key: running.enter_context(serving(Provider(key, description(key))))


def parts(call: Call) -> dict[str, bytes]:
    """Return the parts of a multipart form, by name."""
    whole = message_from_bytes(f"Content-Type: {call.headers['content-type']}\r\n\r\n".encode() + call.body)
    named = {str(one.get_param("name", header="content-disposition")): one for one in whole.get_payload() if isinstance(one, Message)}
    return {name: bytes(one.get_payload(decode=True) or one.get_payload()[0].as_bytes()) for name, one in named.items()}  # type: ignore[index,union-attr]
