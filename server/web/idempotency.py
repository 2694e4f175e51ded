"""Idempotency-Key: the first answer to a key is kept, sealed, in the transaction that made it, and given again.

A key belongs to its tenant and mode for 24 hours. The same key with another body is 422, while the first is still running
it is 409. Answers are sealed because some hold a secret that is shown once. Errors are not kept: nothing was written.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, Final

import orjson

from server.domain.errors import Conflict, Invalid, Unprocessable
from server.services import idempotency, vaults
from server.web.calls import Answer, Call
from server.web.routes import Runs

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.web.execution import Execution

# Bare or quoted (a string of RFC 9651).
_KEY: Final = re.compile(r'"([ !#-~]{1,255})"|([!#-~](?:[ -~]{0,253}[!#-~])?)')


async def run(execution: Execution, call: Call, key: str, raw: bytes, handler: Callable[[Call], Answer]) -> Answer:
    """Run a handler once per key. Brief writes keep the answer in their own transaction; long work claims the key first."""
    spelled = _KEY.fullmatch(key.strip())
    if spelled is None:
        raise Invalid("An Idempotency-Key has 1 to 255 printable ASCII characters, in quotes or bare.", code="invalid_idempotency_key")
    plain = spelled[1] or spelled[2]
    # With the caller in it: another key of the tenant, which may be allowed less, must not be given this one's answer.
    target = call.request.rel_url.raw_path_qs.encode(errors="surrogateescape")
    hashed = hashlib.sha256(b"\n".join((call.actor.id.encode(), call.request.method.encode(), target, raw))).hexdigest()
    # Keyed, since a short secret in a body could be found by trying.
    digest = vaults.vault().digest(hashed, "idempotency")
    if call.route.runs is Runs.WRITE:
        return await execution.run(Runs.WRITE, lambda: _once(call, plain, digest, handler))
    kept = await execution.run(Runs.WRITE, lambda: _claim(call, plain, digest))
    if kept is not None:
        return kept
    try:
        answer = await execution.run(call.route.runs, lambda: handler(call))
    except BaseException:
        await execution.run(Runs.WRITE, lambda: idempotency.release(call.actor, plain))
        raise
    await execution.run(Runs.WRITE, lambda: idempotency.keep(call.actor, plain, digest, _packed(answer)))
    return answer


def _once(call: Call, key: str, digest: str, handler: Callable[[Call], Answer]) -> Answer:
    kept = _claim(call, key, digest)
    if kept is not None:
        return kept
    answer = handler(call)
    idempotency.keep(call.actor, key, digest, _packed(answer))
    return answer


def _claim(call: Call, key: str, digest: str) -> Answer | None:
    """Return the kept answer, or None after claiming the key. Raises Unprocessable or Conflict."""
    found = idempotency.claim(call.actor, key, digest)
    if found is None:
        return None
    if found.digest != digest:
        raise Unprocessable("This Idempotency-Key was used with another request.", code="idempotency_key_reused")
    if found.answer is None:
        raise Conflict("The first request with this Idempotency-Key is still running.", code="idempotency_key_in_use", retry_after=1)
    status, headers, content_type, size = orjson.loads(found.answer[: (cut := found.answer.index(b"\n"))])
    body = found.answer[cut + 1 :]
    if len(body) != size:
        raise Conflict("The kept answer is damaged.", code="idempotency_answer_damaged")
    return Answer(body, status, {**headers, "Idempotency-Replayed": "true"}, content_type)


def _packed(answer: Answer) -> bytes:
    head: list[Any] = [answer.status, answer.headers, answer.content_type, len(answer.body)]
    return orjson.dumps(head) + b"\n" + answer.body
