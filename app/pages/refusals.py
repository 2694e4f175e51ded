"""What a refusal of the appliance means, in the user's language. The appliance itself speaks English: its own words follow as they came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.client.errors import Broken, ClientError, Conflicting, Forbidden, Invalid, Limited, Missing, Refused, SignedOut
from app.system.languages import active, tr

# By the stable code of a problem document; a code that is not here is told by its kind.
CODES: Final[Mapping[str, str]] = {
    "invalid_credentials": "E-mail address or password are wrong.",
    "wrong_password": "E-mail address or password are wrong.",
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
    meant = _meant(error) if active().code != "en" and own == str(error) else ""
    return f"{tr(meant)} ({own})" if meant else own


def _meant(error: ClientError) -> str:
    if not isinstance(error, Refused):
        return ""
    return CODES.get(error.problem.code) or next((words for kind, words in KINDS.items() if isinstance(error, kind)), "")
