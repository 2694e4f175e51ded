"""Sessions: opened with an application password or its MD5, known only by a keyed hash, and good from the network they were opened in.

The hash covers the network, so a session that is shown from elsewhere is not even found. A session ends by logout, when it
is not used for long, and with the application password or the switch it came by.
"""

from __future__ import annotations

import secrets
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any, Final, cast

from server.domain.actor import Actor
from server.domain.errors import Unauthenticated
from server.services import events, legacy, vaults
from server.services.suitecrm.ids import ADMINISTRATORS, outside
from server.services.suitecrm.v4_1.callers import Caller, Given
from server.services.suitecrm.v4_1.faults import INVALID_LOGIN, INVALID_SESSION, Refused
from server.store import database, tenants, tokens
from server.store import legacy as store
from server.system import clock, ids
from server.system.version import VERSION

if TYPE_CHECKING:
    from server.domain.actor import Mode
    from server.store.users import Row

LASTS_MS: Final = 12 * 3_600_000
"""How long a session lasts, and lasts again when it is used in the second half of that."""
SUITECRM_VERSION: Final = "8.8.0"
"""The version whose contract this is; clients branch on it."""
_CLIENT: Final = "suitecrm-v4_1"
_PURPOSE: Final = "legacy-session"
_PRUNED_AT_ONCE: Final = 20
_NETWORK: Final = {4: 24, 6: 64}


def login(caller: Caller, given: Given) -> dict[str, Any]:
    """Open a session. Slow: hashes. Raises Refused with fault 10, or Limited after many failures."""
    name, password = (str(given["user_auth"].get(field) or "") for field in ("user_name", "password"))
    plain = str(given["user_auth"].get("encryption") or "").upper() == "PLAIN"
    try:
        user, kept = legacy.sign_in(caller.actor, name, legacy.md5_of(password) if plain else password)
    except Unauthenticated:
        raise Refused(INVALID_LOGIN) from None
    return {"id": _open(caller.actor, user, kept), "module_name": "Users", "name_value_list": _preferences(user)}


def _open(actor: Actor, user: Row, kept: store.Row) -> str:
    text, now = secrets.token_hex(20), clock.now_ms()
    row = {"id": ids.new_id("tok"), "kind": store.SESSION, "client_id": _CLIENT, "authorization_id": kept["id"], "user_id": user["id"]}
    row |= {"digest": _digest(text, actor.address), "scopes": kept["scopes"], "audience": [], "issuer": "", "created_at": now}
    with database.transaction():
        tokens.prune(now, _PRUNED_AT_ONCE)
        tokens.insert(user["tenant_id"], "live", {**row, "expires_at": now + LASTS_MS})
    return text


def _digest(text: str, address: str | None) -> str:
    """Return the hash a session is known by: of its text and the client's network."""
    try:
        plain = ip_address(address or "")
        # A socket that listens on both families shows IPv4 clients in this disguise.
        plain = getattr(plain, "ipv4_mapped", None) or plain
        network = str(ip_network((plain, _NETWORK[plain.version]), strict=False))
    except ValueError:
        network = ""
    return vaults.vault().digest(f"{text} {network}", _PURPOSE)


def _preferences(user: Row) -> dict[str, dict[str, Any]]:
    """Return what a client is told of the user who signed in."""
    tenant = tenants.find(user["tenant_id"]) or {}
    values: dict[str, Any] = {
        "user_id": outside(user["id"]),
        "user_name": user["email"],
        "user_language": "en_us",
        "user_currency_id": "-99",
        "user_is_admin": user["role"] in ADMINISTRATORS,
        "user_default_team_id": None,
        "user_default_dateformat": "Y-m-d",
        "user_default_timeformat": "H:i",
        "user_number_separator": ",",
        "user_decimal_separator": ".",
        "mobile_max_list_entries": None,
        "mobile_max_subpanel_entries": None,
        "user_currency_name": tenant.get("currency", "EUR"),
    }
    return {name: {"name": name, "value": value} for name, value in values.items()}


def find(actor: Actor, text: Any) -> Caller:
    """Return who a session stands for. Raises Refused with fault 11."""
    found = store.find_token(_digest(text, actor.address), store.SESSION, clock.now_ms()) if isinstance(text, str) else None
    if found is None or found.user_id is None:
        raise Refused(INVALID_SESSION)
    now = clock.now_ms()
    # One write in half its time is enough to keep alive what is used.
    if found.expires_at - now < LASTS_MS // 2:
        with database.transaction():
            store.prolong(found.tenant_id, found.id, now + LASTS_MS)
    mode = cast("Mode", found.mode)
    known = Actor("user", found.user_id, found.tenant_id, mode, found.scopes, found.role, found.user_id, actor.address, actor.request_id)
    return Caller(known, text, found.tier)


def logout(caller: Caller, _given: Given) -> None:
    """End the session."""
    found = store.find_token(_digest(caller.session, caller.actor.address), store.SESSION, clock.now_ms())
    if found is not None:
        with database.transaction():
            tokens.revoke(found.id, clock.now_ms())
            events.record_audit(caller.actor, "legacy_session.ended", found.family)


def seamless_login(caller: Caller, given: Given) -> int:
    """Tell whether a session is good: 1 or 0."""
    try:
        find(caller.actor, given["session"])
    except Refused:
        return 0
    return 1


def get_user_id(caller: Caller, _given: Given) -> str:
    """Return the id of the user who signed in."""
    return outside(caller.actor.id)


def get_server_info(_caller: Caller, _given: Given) -> dict[str, str]:
    """Tell what is served here; nobody has to sign in for it."""
    now = clock.rfc3339(clock.now_ms())[:19].replace("T", " ")
    return {"flavor": "CE", "version": "6.5.25", "suitecrm_version": SUITECRM_VERSION, "junction_version": VERSION, "gmt_time": now}
