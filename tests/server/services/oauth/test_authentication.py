"""Who a client is."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from authlib.oauth2.rfc6749 import InvalidClientError, InvalidRequestError

from server.services.oauth import authentication
from server.services.oauth.authentication import METHODS, PROVEN
from server.services.oauth.client_model import Client
from tests.server.services.oauth.rig import WEB, App, message

pytestmark = pytest.mark.usefixtures("opened")


def known(app: App) -> Callable[[str], Client | None]:
    """Return a look-up that knows one client."""
    return lambda client_id: app.client if client_id == app.id else None


def basic(text: str) -> str:
    """Return a header."""
    return "Basic " + base64.b64encode(text.encode()).decode()


def test_id_and_secret_are_form_encoded_in_the_header() -> None:
    app = App()
    found = authentication.authenticate(message(authorization=basic(f"{app.id.replace('_', '%5F')}:{app.secret}")), METHODS, known(app))
    assert found.id == app.id


def test_the_body_does_as_well_and_the_scheme_is_written_any_way() -> None:
    app = App()
    assert authentication.authenticate(message(("client_id", app.id), ("client_secret", app.secret or "")), METHODS, known(app))
    assert authentication.authenticate(message(authorization=basic(f"{app.id}:{app.secret}").replace("Basic", "bAsIc")), METHODS, known(app))


@pytest.mark.parametrize("text", ["", "x", ":", "x:", ":x", "x:y", "\udcff"])
def test_whatever_does_not_hold_is_the_same_401(text: str) -> None:
    app = App()
    header = "Basic " + base64.b64encode(text.encode("utf-8", "surrogatepass")).decode()
    with pytest.raises(InvalidClientError) as refused:
        authentication.authenticate(message(authorization=header), METHODS, known(app))
    assert (refused.value.status_code, refused.value.description) == (401, "Client authentication failed.")
    assert ("WWW-Authenticate", 'Basic error="invalid_client", error_description="Client authentication failed."') in refused.value.get_headers()


def test_one_way_at_a_time() -> None:
    app = App()
    with pytest.raises(InvalidRequestError):
        authentication.authenticate(message(("client_secret", app.secret or ""), authorization=basic(f"{app.id}:{app.secret}")), METHODS, known(app))
    with pytest.raises(InvalidRequestError):
        authentication.authenticate(message(("client_id", "other"), authorization=basic(f"{app.id}:{app.secret}")), METHODS, known(app))


def test_a_public_client_is_enough_only_where_nothing_has_to_be_proven() -> None:
    app = App(**WEB, auth_method="none")
    assert authentication.authenticate(message(("client_id", app.id)), METHODS, known(app))
    with pytest.raises(InvalidClientError):
        authentication.authenticate(message(("client_id", app.id)), PROVEN, known(app))
