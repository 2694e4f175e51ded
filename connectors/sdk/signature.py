"""How a vendor signs what it sends to us: declared in the manifest, verified by the appliance before a connector sees it.

The appliance knows the schemes of the vendors by name (`hubspot`, `stripe`, `slack` …), and the two that fit most others: `hmac` with
parameters, and `token`. A connector names one; what arrives without a proof of that scheme is refused, so a hook can never be unverified.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from connectors.sdk.errors import NeedsUser
from connectors.sdk.values import Call


@dataclass(frozen=True)
class Hook:
    """What the vendor sends and how: the `[webhook]` table of a manifest.

    `scheme` is the name of the signature scheme, `parameters` are what it takes besides its secret. `per` says whether one address serves
    one installation or everybody who uses our app. `secret` is the field of the configuration with what the vendor signs with, for vendors
    that choose it and show it to a person; without, it is the secret of our app, or one that is made here. `signed_by_app` says that where
    that field is empty our app's secret is meant. `registers` says whether `initialize` makes the subscriptions, or a person does.
    `app_ways` are the ways to authenticate for which the vendor calls the one address of our app instead, and signs with the secret of
    that app's webhook.
    """

    scheme: str
    topics: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    per: Literal["installation", "app"] = "installation"
    secret: str = ""
    signed_by_app: bool = False
    app_ways: tuple[str, ...] = ()
    registers: bool = False
    lifetime_hours: int = 0


def require_proof(hook: Hook | None, call: Call) -> None:
    """Raise NeedsUser unless the call was verified by the scheme that is declared."""
    if hook is None or not hook.scheme or call.proof != hook.scheme:
        raise NeedsUser("The call could not be verified.", code="unverified_hook", remedy="Enter the signing secret of the vendor's webhook.")
