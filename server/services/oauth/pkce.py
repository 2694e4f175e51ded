"""Proof key for code exchange (RFC 7636): asked of every client, at the first step already, and only as S256."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Final

from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc7636.challenge import compare_s256_code_challenge

METHOD: Final = "S256"
_S256_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")


class ProofKey(CodeChallenge):
    """The extension of the code grant; Authlib's own takes `plain`, makes it the default, and lets a request without any through."""

    DEFAULT_CODE_CHALLENGE_METHOD = METHOD
    SUPPORTED_CODE_CHALLENGE_METHOD: ClassVar = [METHOD]
    CODE_CHALLENGE_METHODS: ClassVar = {METHOD: compare_s256_code_challenge}

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:  # noqa: ARG002 - the hook's signature
        """Raise InvalidRequestError unless there is a challenge made by S256."""
        given = grant.request.payload.data
        if "code_challenge" not in given:
            raise InvalidRequestError("A 'code_challenge' is needed (RFC 7636).")
        if given.get("code_challenge_method") != METHOD:
            raise InvalidRequestError("The 'code_challenge_method' has to be S256.")
        if not _S256_CHALLENGE.fullmatch(given["code_challenge"]):
            raise InvalidRequestError("The 'code_challenge' is not what S256 makes.")
