"""The endpoints that clients speak to: tokens and their end, registration, keys and who somebody is. They answer as RFC 6749 has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.services import signing_keys
from server.web import oauth
from server.web.calls import Answer, Call, answer
from server.web.routes import FORM, Group, Route, Runs

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.services.oauth.messages import Reply
    from server.services.oauth.provider import Provider

_KEYS_SECONDS: Final = 300


def issue_token(call: Call) -> Answer:
    """Give tokens for a grant."""
    return oauth.answer(_provider(call).answer_token_request())


def revoke_token(call: Call) -> Answer:
    """End a token."""
    return oauth.answer(_provider(call).answer_endpoint("revocation"))


def introspect_token(call: Call) -> Answer:
    """Tell what a token is worth."""
    return oauth.answer(_provider(call).answer_endpoint("introspection"))


def _provider(call: Call) -> Provider:
    from server.services.oauth.provider import Provider

    return Provider(oauth.asked(call, call.document or ()), oauth.issuer(call))


def register_client(call: Call) -> Answer:
    """Let a program register itself."""
    from server.services.oauth import registration

    return _refusing(lambda: registration.register(oauth.issuer(call), oauth.bearer(call), call.document, call.actor))


def get_registered_client(call: Call) -> Answer:
    """Return what a program registered."""
    from server.services.oauth import registration

    return _refusing(lambda: registration.read(oauth.issuer(call), oauth.bearer(call), call.params["id"]))


def replace_registered_client(call: Call) -> Answer:
    """Replace what a program registered."""
    from server.services.oauth import registration

    return _refusing(lambda: registration.replace(oauth.issuer(call), oauth.bearer(call), call.params["id"], call.document, call.actor))


def delete_registered_client(call: Call) -> Answer:
    """Remove what a program registered."""
    from server.services.oauth import registration

    return _refusing(lambda: registration.delete(oauth.issuer(call), oauth.bearer(call), call.params["id"], call.actor))


def _refusing(run: Callable[[], Reply]) -> Answer:
    from authlib.oauth2.rfc6749 import OAuth2Error

    from server.services.oauth.messages import Reply

    try:
        return oauth.answer(run())
    except OAuth2Error as error:
        status, body, headers = error()
        return oauth.answer(Reply(status, body, {name: value for name, value in headers if name != "Content-Type"}))


def get_userinfo(call: Call) -> Answer:
    """Tell who the person is that an access token stands for."""
    from server.services.oauth import identity

    oauth.issuer(call)
    return answer(identity.userinfo(oauth.bearer(call), oauth.fingerprint(call.request, call.settings)))


def get_signing_keys(call: Call) -> Answer:
    """Return the public keys."""
    oauth.issuer(call)
    return answer(signing_keys.public_set(), Cache_Control=f"public, max-age={_KEYS_SECONDS}")


def _routes(base: str, suffix: str) -> list[Route]:
    group = Group(base, "OAuth", access="anyone")
    rest: dict[str, Any] = {"protocol": "oauth", "any_query": True, "described": False}
    form: dict[str, Any] = {**rest, "media_types": FORM, "when_full": True}
    return [
        group.post("/token", issue_token, "Get tokens", name=f"issue_token{suffix}", **form),
        group.post("/revoke", revoke_token, "Revoke a token", name=f"revoke_token{suffix}", **form),
        group.post("/introspect", introspect_token, "Introspect a token", name=f"introspect_token{suffix}", **form),
        group.post("/register", register_client, "Register a client", name=f"register_client{suffix}", **rest),
        group.get("/register/{id}", get_registered_client, "Read a registration", name=f"get_registered_client{suffix}", **rest),
        group.put("/register/{id}", replace_registered_client, "Change a registration", name=f"replace_registered_client{suffix}", **rest),
        group.delete("/register/{id}", delete_registered_client, "Delete a registration", name=f"delete_registered_client{suffix}", **rest),
        group.get("/jwks", get_signing_keys, "Get the public keys", name=f"get_jwks{suffix}", runs=Runs.WORK, **rest),
        group.get("/userinfo", get_userinfo, "Tell who signed in", name=f"get_userinfo{suffix}", **rest),
        group.post("/userinfo", get_userinfo, "Tell who signed in", name=f"post_userinfo{suffix}", runs=Runs.READ, **form),
    ]


ROUTES: Final = [*_routes("/oauth", ""), *_routes("/oauth/t/{tenant}", "_of_tenant")]
