"""Request bodies: read within a limit, parsed strictly as JSON or as a form, validated against a model.

Refused, each with its own code: other media types, more bytes than allowed (after decompression), invalid UTF-8, syntax
errors, repeated member names, NaN, numbers beyond 64 bits, NUL characters, half surrogates, nesting deeper than 64.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from aiohttp.web import RequestPayloadError
from pydantic import BaseModel, ValidationError

from server.domain.errors import Fault, Invalid, TooLarge, Unprocessable, Unsupported, pointer
from server.services.records import faults_of
from server.web.addresses import BROKEN_PERCENT, storable

if TYPE_CHECKING:
    from aiohttp.web import BaseRequest

ANY_TYPE: Final = "*/*"
DEEPEST: Final = 64
_SUSPICIOUS: Final = re.compile(rb"\\u(?:0000|[Dd][89A-Fa-f])|[0-9]{19}|[Ee][+]?[0-9]{3}")
_TIMEOUT_SECONDS: Final = 30
WIDEST: Final = 2**63
_MOST_FIELDS: Final = 100
_EXACT: Final = 2**53


async def read(request: BaseRequest, limit: int) -> bytes:
    """Return the whole body. Raises TooLarge as soon as it is over the limit, Invalid when it does not come."""
    if not request.body_exists:
        return b""
    if (request.content_length or 0) > limit:
        raise TooLarge(f"The body may have at most {limit} bytes.")
    say_continue(request)
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(_TIMEOUT_SECONDS):
            async for part in request.content.iter_any():
                size += len(part)
                if size > limit:
                    raise TooLarge(f"The body may have at most {limit} bytes.")
                parts.append(part)
    except ConnectionError as error:
        raise Invalid("The connection ended before the body did.", code="body_incomplete") from error
    except TimeoutError as error:
        raise Invalid("The body did not arrive in time.", code="body_timeout") from error
    except RequestPayloadError as error:
        raise Invalid("The body is cut off, or not encoded as its headers say.", code="malformed_body") from error
    return parts[0] if len(parts) == 1 else b"".join(parts)


def say_continue(request: BaseRequest) -> None:
    """Tell a client that waits for it to send the body."""
    if request.headers.get("Expect", "").lower() == "100-continue" and request.transport is not None:
        request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")


def check_file_type(request: BaseRequest, accepted: tuple[str, ...]) -> None:
    """Raise Unsupported unless a file comes as one of the types accepted, or any is; its encoding is its own affair."""
    if request.content_type not in accepted and ANY_TYPE not in accepted:
        raise Unsupported(f"Send the file as {' or '.join(accepted)}.")


def check_given(raw: bytes) -> None:
    """Raise Invalid when there is no body at all."""
    if not raw:
        raise Invalid("This operation needs a body.", code="body_missing", faults=[Fault("", "missing", "The body is empty.")])


def check_media_type(request: BaseRequest, accepted: tuple[str, ...]) -> None:
    """Raise Unsupported unless the body's type is one of those accepted; any `+json` goes where JSON does."""
    kind = request.content_type
    charset = request.charset or "utf-8"
    fits = kind in accepted or ("application/json" in accepted and kind.endswith("+json"))
    if "Content-Type" not in request.headers or not fits or charset.lower().replace("-", "") != "utf8":
        raise Unsupported(f"Send the body as {' or '.join(accepted)} in UTF-8.")


def parse(raw: bytes) -> Any:
    """Return the JSON value of a body. Raises Invalid, or Unprocessable with pointers for values nobody could store."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Invalid(f"The body is not valid UTF-8 (byte {error.start}).", code="invalid_utf8") from error
    try:
        value = _decoder.decode(text)
    except RecursionError as error:
        raise _too_deep() from error
    except json.JSONDecodeError as error:
        raise Invalid(f"The body is not valid JSON: {error.msg} at line {error.lineno}, column {error.colno}.", code="malformed_json") from error
    except ValueError as error:
        raise Unprocessable("The body holds a number that is far too long.", code="number_too_large") from error
    if text.count("[") + text.count("{") > DEEPEST and _depth(value) > DEEPEST:
        raise _too_deep()
    if _SUSPICIOUS.search(raw):
        faults = list(_unstorable(value, ""))
        if faults:
            raise Unprocessable("The body holds values that cannot be stored.", faults=faults)
    return value


def parse_form(raw: bytes) -> list[tuple[str, str]]:
    """Return the names and values of a form body, repeats included. Raises Invalid for what is not percent-encoded UTF-8."""
    try:
        text = raw.decode("ascii")
        if BROKEN_PERCENT.search(text):
            raise Invalid("The body is not a form: a percent sign stands alone.", code="malformed_body")
        found = parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=_MOST_FIELDS)
    except UnicodeDecodeError as error:
        raise Invalid("The body is not a form in UTF-8.", code="invalid_utf8") from error
    except ValueError as error:
        raise Invalid(f"A form has at most {_MOST_FIELDS} fields.", code="malformed_body") from error
    if not all(storable(part) for pair in found for part in pair):
        raise Invalid("The body holds a character that no text can hold.", code="malformed_body")
    return found


def _too_deep() -> Invalid:
    return Invalid(f"The body is nested deeper than {DEEPEST} levels.", code="too_deep")


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        name = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        repeated = name[:100].encode(errors="replace").decode()
        raise Invalid(
            f"The member '{repeated}' is given twice.",
            code="duplicate_member",
            faults=[Fault(f"/{repeated}", "duplicate_member", "This is given twice.")],
        )
    return found


def _constant(name: str) -> Any:
    raise Invalid(f"{name} is not JSON.", code="malformed_json")


def _number(text: str) -> int | float:
    """Take `5.0` for the integer that it is (JSON Schema 2020-12 Core, section 4.2.3)."""
    found = float(text)
    return int(found) if abs(found) < _EXACT and found.is_integer() else found


_decoder: Final = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_constant, parse_float=_number)


def _depth(value: Any) -> int:
    deepest, level = 0, [value]
    while level:
        deepest += 1
        level = [part for one in level if isinstance(one, dict | list) for part in (one.values() if isinstance(one, dict) else one)]
    return deepest


def _unstorable(value: Any, place: str) -> Any:
    if isinstance(value, str) and not storable(value):
        yield Fault(place, *_character(value))
    elif isinstance(value, int | float) and not -WIDEST <= value < WIDEST:
        yield Fault(place, "number_too_large", "This number is beyond 64 bits.")
    elif isinstance(value, dict):
        for name, part in value.items():
            if not storable(name):
                yield Fault(place, *_character(name))
            else:
                yield from _unstorable(part, f"{place}{pointer(name)}")
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _unstorable(part, f"{place}{pointer(index)}")


def _character(text: str) -> tuple[str, str]:
    if "\0" in text:
        return "nul_character", "This holds a NUL character."
    return "half_character", "This holds half of a surrogate pair, which is no character."


def validate(model: type[BaseModel], value: Any, *, strict: bool = True) -> BaseModel:
    """Return the body as its model, or raise Unprocessable naming every broken field.

    Nothing is taken for what it is not: `"5"` is no integer and `1` no truth. The values of a form are all texts, which
    is why it is not read `strict`.
    """
    try:
        return model.model_validate(value, strict=strict)
    except ValidationError as error:
        raise Unprocessable("The body is not what this operation takes.", faults=faults_of(error)) from error
