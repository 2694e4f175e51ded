"""The SDK's values and errors as services know them: nothing above this package imports connectors."""

from __future__ import annotations

from connectors.sdk.auth import Auth, ClientCredentials, JwtBearer, OAuth2, TwoStep
from connectors.sdk.connector import Connector
from connectors.sdk.deletes import SWEPT, Guard, guard_of
from connectors.sdk.errors import ConnectorError, CursorExpired, Later, Missing, NeedsUser, Refused, VendorBug, refusal
from connectors.sdk.mapping import FieldMap, FieldMaps, MappingProblem, identities
from connectors.sdk.reading import DELETES_UNKNOWN
from connectors.sdk.request import Request, Response
from connectors.sdk.times import read_time
from connectors.sdk.values import Account, Call, Change, Context, Cursor, Event, Mode, Outcome, Page, Record, Reply, Stage, Subscription

__all__ = [
    "DELETES_UNKNOWN", "SWEPT", "Account", "Auth", "Call", "Change", "ClientCredentials", "Connector", "ConnectorError", "Context", "Cursor",
    "CursorExpired", "Event", "FieldMap", "FieldMaps", "Guard", "JwtBearer", "Later", "MappingProblem", "Missing", "Mode", "NeedsUser", "OAuth2",
    "Outcome", "Page", "Record", "Refused", "Reply", "Request", "Response", "Stage", "Subscription", "TwoStep", "VendorBug", "guard_of",
    "identities", "read_time", "refusal",
]  # fmt: skip
