"""What a refusal of the appliance means, in the user's language. The appliance itself speaks English: its own words follow as they came."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from app.client.errors import Broken, ClientError, Conflicting, Fault, Forbidden, Invalid, Limited, Missing, Refused, SignedOut
from app.system.languages import active, tr

# By the stable code of a problem document; a code that is not here is told by its kind.
CODES: Final[Mapping[str, str]] = {
    "invalid_credentials": "E-mail address or password are wrong.",
    "wrong_password": "E-mail address or password are wrong.",
    "totp_required": "The code of your authenticator app is needed as well.",
    "sign_in_locked": "Too many sign-ins failed. Wait a while, then try again.",
    "weak_password": "This password is too easy to guess. Take a longer one.",
    "name_taken": "Something of this kind has the name already.",
    "email_taken": "Somebody uses this e-mail address already.",
    "not_unique": "There is one with this value already.",
    "stale_version": "Somebody changed it meanwhile. Read it again, then decide.",
    "last_owner": "Somebody has to be left who can administer this.",
    "last_operator": "Somebody has to be left who can operate the appliance.",
    "insufficient_scope": "The key may not do that: it lacks a scope.",
    "tier_in_use": "Tenants or keys are on this tier.",
    "webhook_address_refused": "Deliveries may not go to this address.",
    "tenant_suspended": "The tenant is suspended.",
    "role_above_own": "Nobody gives a role above their own.",
    "invitation_accepted": "The invitation was accepted already.",
    "user_not_active": "The user is not active.",
    "operators_only": "Only operators of the appliance may do that.",
    "insufficient_role": "The role of the key's owner does not allow it.",
    "session_needed": "Only a person who signed in may do that.",
    "invalid_token": "The link was used already, or is too old.",
    "confirmation_needed": "What cannot be undone has to be confirmed.",
    "tenant_deleting": "The tenant is being deleted.",
    "not_deleted": "What should be brought back is not deleted.",
    "import_not_finished": "The import is under way.",
    "nothing_to_undo": "The import changed nothing, or so long ago that it is not kept any more.",
    "already_undone": "It was taken back already.",
    "job_finished": "The job has ended already.",
    "event_gone": "The event is older than events are kept.",
    "webhook_not_active": "The webhook is paused or disabled.",
    "delivery_not_cancellable": "The delivery has ended, or is being sent right now.",
    "too_many_webhooks": "The tenant has as many webhooks as it may have.",
    "too_many_installations": "The tenant has as many installations as it may have.",
    "installation_not_connected": "The installation is paused, or not connected.",
    "already_connected": "The account at the vendor is connected already.",
    "invalid_config": "The connector cannot work with this configuration.",
    "provider_app_missing": "There is no app at the vendor to ask through.",
    "vendor_refused": "The vendor refused what was asked.",
    "vendor_waits": "The vendor asks to be left alone for a while, or does not answer.",
    "sync_running": "A sync of the installation is under way.",
    "sync_failed": "The sync ended early.",
    "package_refused": "What was sent is no package of a connector.",
    "package_in_use": "Installations run this version of the connector.",
    "signature_refused": "A package with Python carries no signature of a trusted publisher.",
    "invalid_address": "Mail cannot go to an address of this message.",
    "no_recipients": "The message has nobody to go to.",
    "message_sent": "The message is on its way to everybody it is for.",
    "message_too_large": "The message with its attachments is too large.",
    "domain_not_verified": "The domain of the sender is not proven here, so nothing is sent from it.",
    "domain_exists": "The tenant has this domain already.",
    "rotation_under_way": "New keys of the domain wait for their records already.",
    "already_suppressed": "The address or domain is suppressed there already.",
    "unknown_template": "There is no such template.",
    "template_failed": "The template could not be filled with this data.",
    "invalid_template": "The template cannot be used.",
    "unknown_account": "There is no such mail account.",
    "invalid_account": "The mail account lacks something, or cannot be used so.",
    "stream_in_use": "The stream cannot be removed.",
    "arrival_not_held": "The message is not held.",
    "invalid_route": "The route cannot be followed as it stands.",
    "backup_under_way": "A backup is being made.",
    "passphrase_missing": "A backup needs a passphrase.",
    "empty_file": "The file holds nothing to import.",
    "not_a_table": "The file is no table that can be read here.",
    "wrong_encoding": "The file is not in the encoding that was given.",
    "unreadable_workbook": "The workbook is damaged, encrypted, or no workbook.",
    "bad_mapping": "The columns cannot be mapped to fields like this.",
    "disk_full": "The disk of the appliance is nearly full: reading goes on, nothing can be written.",
    "database_busy": "The database is busy. Try again in a moment.",
}
# What is wrong with one field, by the stable code of its fault. `{number}` is the bound that the appliance names in its own sentence.
NEEDED, TOO_SHORT, TOO_LONG = "This is needed.", "At least {number} characters.", "At most {number} characters."
LEAST, MOST, OTHER_FORM = "At least {number}.", "At most {number}.", "The format is not right."
A_TEXT, A_NUMBER, A_TIME = "This has to be a text.", "This is not a number.", "Write a time such as 2026-11-20 08:30, or -24h for a day ago."
FAULTS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("missing", "required", "null_not_allowed", "body_missing"), NEEDED),
    "string_too_short": TOO_SHORT,
    "string_too_long": TOO_LONG,
    "too_short": "At least {number} of them.",
    "too_long": "At most {number} of them.",
    "greater_than_equal": LEAST,
    "less_than_equal": MOST,
    "greater_than": "More than {number}.",
    "less_than": "Less than {number}.",
    **dict.fromkeys(("string_pattern_mismatch", "url_parsing", "url_scheme", "uuid_parsing"), OTHER_FORM),
    **dict.fromkeys(("string_type", "bytes_type"), A_TEXT),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float", "float_type", "float_parsing", "decimal_type", "decimal_parsing"), A_NUMBER),
    **dict.fromkeys(("bool_type", "bool_parsing"), "This is yes or no."),
    **dict.fromkeys(("date_type", "date_parsing", "date_from_datetime_parsing"), "Write a date such as 2026-11-20."),
    **dict.fromkeys(("datetime_type", "datetime_parsing", "datetime_from_date_parsing", "timezone_aware"), A_TIME),
    **dict.fromkeys(("literal_error", "enum", "not_a_choice"), "Choose one of what is offered."),
}
# Faults of which the appliance's own sentence says more, such as the name that comes near: it follows, as it does behind a refusal.
EXPLAINED: Final[Mapping[str, str]] = {
    **dict.fromkeys(("unknown_field", "undeclared_custom_field"), "There is no such field."),
    **dict.fromkeys(("not_unique", "repeated_id", "repeated_name"), "There is one with this value already."),
    **dict.fromkeys(("unknown_reference", "unknown_account", "unknown_template", "unknown_stream"), "It is not there, or not any more."),
    "unknown_scope": "There is no such scope.",
    "unknown_event_type": "There is no such event type.",
    "read_only": "The appliance sets this itself.",
    "encrypted_field": "What is encrypted cannot be searched or sorted by.",
    "password_unchanged": "It is the password that you have already.",
}
# The field that a refusal as a whole is about, as forms call it.
ABOUT: Final[Mapping[str, str]] = {
    "name_taken": "name",
    "email_taken": "email",
    "domain_exists": "name",
    "invalid_domain": "name",
    "webhook_address_refused": "url",
    "unknown_event_type": "events",
    "weak_password": "password",
    "no_recipients": "to",
    "unknown_template": "template",
    "unknown_account": "account",
    "tier_in_use": "tier",
}
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
KINDS: Final[Mapping[type[Refused], str]] = {
    SignedOut: "Your session is over. Sign in again.",
    Forbidden: "Your role does not allow this.",
    Missing: "It is not there, or not any more.",
    Conflicting: "That does not fit its present state. Read it again, then decide.",
    Invalid: "Something that was entered is not as it must be.",
    Limited: "Too many requests for now. Try again in a moment.",
    Broken: "The appliance failed at this. Its log says why.",
}


def told(error: ClientError) -> str:
    """Return an error as the user reads it: what the console says itself is translated; what came in English is explained first."""
    own = tr(error.words, **error.values) or tr("Something went wrong.")
    return _explained(_meant(error) if own == str(error) else "", own)


def _explained(meant: str, own: str) -> str:
    """Return what is meant before the appliance's own words, which say it themselves in English."""
    return f"{tr(meant)} ({own})" if meant and active().code != "en" else own


def faulted(fault: Fault) -> str:
    """Return what is wrong with a field in the user's language, as far as its code says; else the appliance's own sentence."""
    meant, number = FAULTS.get(fault.code, ""), _NUMBER.search(fault.detail)
    if meant and (number or "{number}" not in meant):
        return tr(meant, number=number.group()) if number else tr(meant)
    return _explained(EXPLAINED.get(fault.code, ""), fault.detail)


def faults_of(error: ClientError) -> dict[str, str]:
    """Return what is wrong with which field, by the keys of a form."""
    found = {_key(fault): faulted(fault) for fault in _faults(error)}
    about = ABOUT.get(error.problem.code) if isinstance(error, Refused) and not found else None
    return {about: told(error)} if about else found


def details_of(error: ClientError) -> dict[str, str]:
    """Return the appliance's own sentences on the fields, by the keys of a form."""
    return {_key(fault): fault.detail for fault in _faults(error)}


def _faults(error: ClientError) -> tuple[Fault, ...]:
    return error.problem.faults if isinstance(error, Invalid) else ()


def _key(fault: Fault) -> str:
    return fault.pointer.strip("/").replace("/", ".")


def _meant(error: ClientError) -> str:
    if not isinstance(error, Refused):
        return ""
    return CODES.get(error.problem.code) or next((words for kind, words in KINDS.items() if isinstance(error, kind)), "")
