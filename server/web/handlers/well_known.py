"""Where clients begin: metadata of the authorization server, and of the API that it guards, at their well-known addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.services import webhooks
from server.services.webhook_bodies import WebKeySet
from server.web import oauth
from server.web.calls import Answer, Call, answer
from server.web.routes import Group, Runs

if TYPE_CHECKING:
    from server.web.routes import Route


def get_authorization_server(call: Call) -> Answer:
    """Describe the authorization server."""
    from server.services.oauth import metadata

    return answer(metadata.authorization_server(oauth.issuer(call)))


def get_protected_resource(call: Call) -> Answer:
    """Describe the API."""
    from server.services.oauth import metadata

    path = call.request.path.partition(oauth.RESOURCE_METADATA)[2].rstrip("/")
    return answer(metadata.protected_resource(oauth.issuer(call), path))


def get_webhook_keys(call: Call) -> Answer:
    """Return the public keys of a webhook."""
    return answer(webhooks.public_keys(call.params["webhook_id"]))


_GROUP: Final = Group("", "OAuth", access="anyone")
# RFC 8414 puts the issuer's path behind the well-known one, OpenID Connect Discovery before it; clients try both.
_SERVERS: Final = (
    ("/.well-known/oauth-authorization-server", "get_authorization_server"),
    ("/.well-known/openid-configuration", "get_openid_configuration"),
    ("/.well-known/oauth-authorization-server/oauth/t/{tenant}", "get_authorization_server_of_tenant"),
    ("/.well-known/openid-configuration/oauth/t/{tenant}", "get_openid_configuration_of_tenant"),
    ("/oauth/t/{tenant}/.well-known/openid-configuration", "get_openid_configuration_below_tenant"),
    ("/oauth/t/{tenant}/.well-known/oauth-authorization-server", "get_authorization_server_below_tenant"),
)
_RESOURCES: Final = (
    (oauth.RESOURCE_METADATA, "get_protected_resource"),
    (f"{oauth.RESOURCE_METADATA}/api", "get_protected_resource_api"),
    (f"{oauth.RESOURCE_METADATA}/api/v1", "get_protected_resource_api_v1"),
)


def _route(path: str, name: str) -> Route:
    handler, summary = (get_protected_resource, "Describe the API") if "resource" in path else (get_authorization_server, "Describe the issuer")
    return _GROUP.get(path, handler, summary, name=name, runs=Runs.READ, protocol="oauth", any_query=True, described=False)


_WEBHOOKS: Final = Group("/.well-known/webhook-keys", "Webhooks", access="anyone")
ROUTES: Final = [
    *(_route(path, name) for path, name in (*_SERVERS, *_RESOURCES)),
    _WEBHOOKS.get("/{webhook_id}", get_webhook_keys, "Get the public keys that a webhook's messages are signed with", answer=WebKeySet),
]
