"""The door: aiohttp's low-level server, with our pipeline behind it and our problem documents for what its parser refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aiohttp import web
from aiohttp.http_exceptions import LineTooLong
from aiohttp.web_protocol import RequestHandler

from server.system import ids
from server.web import problems
from server.web.pipeline import SECURITY_HEADERS

if TYPE_CHECKING:
    from server.web.pipeline import Pipeline

_CODES: Final = {400: "malformed_request", 431: "headers_too_large", 413: "body_too_large"}


class Door(RequestHandler):
    """One connection."""

    __slots__ = ()

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """Answer what the HTTP parser refused, or what failed outside the pipeline."""
        if request.writer is not None and request.writer.output_size > 0:
            return super().handle_error(request, status, exc, message)
        if isinstance(exc, LineTooLong):
            status = 431
        request_id = ids.new_id("req")
        code = _CODES.get(status, "internal_error" if status >= 500 else "malformed_request")
        detail = (message or "The request could not be read.").splitlines()[0][:200] if status < 500 else "Something went wrong here."
        found = problems.document(status, code, detail, request_id, "")
        response = web.Response(
            body=found.body, status=status, headers={**SECURITY_HEADERS, "X-Request-Id": request_id, "Content-Type": found.content_type}
        )
        response.force_close()
        return response


class Entrance(web.Server):
    """Makes a Door for every connection."""

    def __init__(self, pipeline: Pipeline, **options: Any) -> None:
        """Take the pipeline; options are those of aiohttp's RequestHandler."""
        super().__init__(pipeline, **options)
        self._options = options

    def __call__(self) -> Door:
        """Return what handles a new connection."""
        return Door(self, loop=self._loop, access_log=None, **self._options)  # type: ignore[arg-type]
