"""What the codes of problems mean: the pages that `type` leads to, for people and for programs."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from server.domain.error_codes import CODES
from server.domain.errors import Missing
from server.domain.hints import near_miss
from server.web.calls import Answer, answer
from server.web.routes import Group, Runs

if TYPE_CHECKING:
    from server.web.calls import Call

_BASE: Final = "/developers/errors"


class ErrorPage(BaseModel):
    """One error code, what it means and what to do about it."""

    object: str
    code: str
    means: str
    remedy: str


class ErrorPages(BaseModel):
    """Every error code."""

    object: str
    data: list[ErrorPage]


def list_errors(call: Call) -> Answer:
    """List codes."""
    if _wants_page(call):
        rows = "".join(f'<dt><a href="{_BASE}/{code}">{code}</a></dt><dd>{escape(row.means)}</dd>' for code, row in CODES.items())
        return _page("Error codes", f"<dl>{rows}</dl>")
    return answer({"object": "list", "data": [_shown(code) for code in CODES]})


def get_error(call: Call) -> Answer:
    """Explain a code."""
    code = call.params["code"]
    if code not in CODES:
        raise Missing(f"There is no error code '{code[:100]}'.{near_miss(code, CODES)}")
    if _wants_page(call):
        row = CODES[code]
        return _page(code, f'<p>{escape(row.means)}</p><p>{escape(row.remedy)}</p><p><a href="{_BASE}">All error codes</a></p>')
    return answer(_shown(code))


def _shown(code: str) -> dict[str, Any]:
    return {"object": "error_code", "code": code, **CODES[code]._asdict()}


def _wants_page(call: Call) -> bool:
    return "text/html" in call.headers.get("Accept", "")


def _page(title: str, inside: str) -> Answer:
    text = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><h1>{title}</h1>{inside}</html>'
    return Answer(text.encode(), content_type="text/html; charset=utf-8")


_PAGE: Final = "application/json, text/html"
_GROUP: Final = Group(_BASE, "Documentation", access="anyone")
ROUTES: Final = [
    _GROUP.get("", list_errors, "List the error codes", runs=Runs.POINT, answer=ErrorPages, produces=_PAGE),
    _GROUP.get("/{code}", get_error, "Explain an error code", runs=Runs.POINT, answer=ErrorPage, produces=_PAGE),
]
