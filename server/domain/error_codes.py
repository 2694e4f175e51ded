"""Every stable error code, what it means and what to do about it: the pages that a problem's `type` leads to.

A test holds this table against the source, so no code is without its row.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Explanation(NamedTuple):
    """What a code means, and what whoever meets it can do."""

    means: str
    remedy: str


_ASK_OPERATOR: Final = "Ask an operator of the appliance; its log has the details."
_AGAIN: Final = "Send the same request again after the time in Retry-After."
_MEND_BODY: Final = "Mend what `errors` points at, and send the request again."
_MEND_QUERY: Final = "Mend the parameter that `errors` points at; the list of parameters is in the OpenAPI document."

CODES: Final[dict[str, Explanation]] = {
    code: Explanation(means, remedy)
    for code, means, remedy in (
        # The request itself.
        ("invalid_request", "The request is malformed.", "Read `detail` and `errors`, and mend what they name."),
        ("malformed_request", "What arrived is not an HTTP request.",
         "Use an HTTP client; do not put line breaks or spaces into addresses or headers."),
        ("malformed_address", "The address is not percent-encoded UTF-8.", "Percent-encode every segment of the path as UTF-8, without NUL."),
        ("malformed_body", "The body is cut off, or not encoded as its headers say.",
         "Check Content-Length and Content-Encoding against what is sent."),
        ("malformed_json", "The body is not JSON.", "Mend the place that `detail` names."),
        ("invalid_utf8", "The body is not UTF-8.", "Encode the body as UTF-8."),
        ("too_deep", "The body is nested too deep.", "Send flatter objects."),
        ("duplicate_member", "An object has the same member twice.", "Send every member once; which of two would count is anybody's guess."),
        ("number_too_large", "A number has far too many digits.", "Send numbers that fit 64 bits, or texts."),
        ("body_missing", "The operation needs a body, and none came.", "Send a JSON body with Content-Type: application/json."),
        ("body_timeout", "The body did not arrive in time.", "Send the request again, over a faster connection or in smaller parts."),
        ("body_too_large", "The body is larger than this appliance accepts.", "Send less at once, or upload files in parts."),
        ("headers_too_large", "The request line or a header is too long.", "Shorten the address; long filters fit better into several requests."),
        ("unsupported_media_type", "The body has a media type that is not understood here.", "Send it as `detail` says, in UTF-8."),
        ("method_not_allowed", "The address exists, but not with this method.", "Use one of the methods in Allow."),
        ("unknown_route", "Nothing is served at this address.", "Check the address against the OpenAPI document at /openapi.json."),
        ("unknown_mode", "Junction-Mode is neither live nor test.", "Send live or test, or leave the header out."),
        ("invalid_if_match", "If-Match is not an ETag of this appliance.", "Send the ETag of the last answer as it was, one at a time."),
        ("invalid_idempotency_key", "The Idempotency-Key cannot be used.", "Send 1 to 255 printable characters, best a random UUID."),
        ("idempotency_key_reused", "The Idempotency-Key was used with another request.",
         "Make a new key for each new request; repeat it only with the same body."),
        ("idempotency_key_in_use", "The first request with this Idempotency-Key is still running.", _AGAIN),
        ("idempotency_answer_damaged", "The answer kept for this Idempotency-Key cannot be read.",
         "Look whether the first request did its work, then use a new key."),
        # Questions.
        ("unknown_parameter", "The operation has no such query parameter.", _MEND_QUERY),
        ("repeated_parameter", "A query parameter is there twice.", "Send it once; several values are separated by commas."),
        ("malformed_filter", "A filter is not written as it has to be.",
         "Write filter[field][operator]=value; see the parameter in the OpenAPI document."),
        ("malformed_name", "What should be the name of a field is none.", _MEND_QUERY),
        ("malformed_value", "A value cannot be read by its operator.", _MEND_QUERY),
        ("malformed_limit", "The limit is not a number from 1 to 200.", "Send a limit from 1 to 200, or none."),
        ("too_many", "A parameter names too many things at once.", "Ask in several requests."),
        ("filter_too_deep", "A filter nests too deep.", "Write the filter flatter."),
        ("filter_too_large", "A filter has too many conditions.", "Ask in several requests, or use `in` with a list."),
        ("invalid_filter", "A field cannot be compared with this value or operator.", _MEND_QUERY),
        ("unknown_filter", "A filter names a field that does not exist.", _MEND_QUERY),
        ("unknown_operator", "A filter names an operator that does not exist.", _MEND_QUERY),
        ("unknown_sort", "The order names a field that does not exist, or cannot be sorted by.", _MEND_QUERY),
        ("unknown_field", "A field is named that does not exist.", _MEND_QUERY),
        ("unknown_expand", "A reference is named that does not exist.", _MEND_QUERY),
        ("invalid_cursor", "The cursor was not given out for this list and this question.",
         "Begin again without a cursor, and keep the question the same from page to page."),
        # What is sent to be stored.
        ("validation_failed", "The body breaks one or more rules.", _MEND_BODY),
        ("unknown_scope", "A scope is named that does not exist.", _MEND_BODY),
        ("unknown_event_type", "An event type is named that does not exist.",
         "Take one from GET /api/v1/event-types, or a pattern such as contact.*."),
        ("webhook_address_refused", "Deliveries may not go to this address.",
         "Use a public address, or let an operator open it in outbound.allow_private."),
        ("invalid_secret", "A webhook secret is not one.", "Send whsec_ and the base64 of 24 to 64 bytes, or leave it out and one is made."),
        ("too_many_webhooks", "The tenant has as many webhooks as it may have.", "Remove one, or ask an operator to raise webhooks.max_per_tenant."),
        ("weak_password", "The password is too easy to guess.", "Take a longer one that is in no list of leaked passwords."),
        ("conflict", "The request does not fit the present state.", "Read the thing again, and decide anew."),
        ("not_unique", "Something would be there twice that has to be unique.", "Change the value, or find and change the one that is there."),
        ("not_deleted", "What should be brought back is not deleted.", "Nothing has to be done."),
        ("stale_version", "Somebody changed it since it was read.", "Read it again, apply the change to what is there now, and send its new ETag."),
        ("email_taken", "Somebody uses this e-mail address already.", "Use another one."),
        ("invitation_accepted", "The invitation was accepted already.", "Sign in, or have the password reset."),
        ("invitation_pending", "The user has not yet accepted the invitation.", "Wait for that, or invite again."),
        ("user_not_active", "The user is not active.", "Activate the user first."),
        ("last_owner", "Somebody has to be left who can administer this.", "Give the role to somebody else first."),
        ("last_operator", "Somebody has to be left who can operate the appliance.", "Make another operator first."),
        ("role_above_own", "Nobody gives a role above their own.", "Ask somebody with that role."),
        ("tenant_deleting", "The tenant is being deleted.", "Nothing can be done with it any more."),
        ("job_cancelled", "The job was stopped by hand.", "Start it again when it is wanted after all."),
        ("job_finished", "The job has ended already.", "Read its result."),
        ("job_given_up", "The job failed again and again, and was given up.", "Read its error, mend the cause, and start it anew."),
        ("job_lease_lost", "Another worker took the job over.", "Nothing has to be done; it goes on there."),
        ("worker_stopping", "The worker is stopping; the job goes on with the next one.", "Nothing has to be done."),
        # Who asks.
        ("unauthenticated", "The operation needs a credential.", "Send Authorization: Bearer <key> or X-API-Key: <key>."),
        ("invalid_key", "The key is mistyped, unknown, expired or revoked.", "Check that the whole key was copied; else make a new one."),
        ("expired_key", "The key's time is over.", "Make a new key, or rotate keys before they end."),
        ("invalid_token", "The link or token was used already, has expired, or never was one.", "Ask for a new one."),
        ("address_not_allowed", "The key may not be used from this address.", "Call from an address in the key's allowed_addresses."),
        ("tenant_suspended", "The tenant is suspended.", "Ask the operator of the appliance; nothing is lost."),
        ("denied", "The credential may not do that.", "Use one that may."),
        ("operators_only", "Only operators of the appliance may do that.", "Use an operator's key or session, under /admin/v1."),
        ("insufficient_scope", "The key lacks a scope; `scope` names it.", "Make a key that has the scope."),
        ("insufficient_role", "The role of the key's owner does not allow it.", "Ask an owner or admin of the tenant."),
        ("user_needed", "A person has to complete this step.", "Sign in in a browser and follow what is shown."),
        ("session_needed", "Only a person who signed in may do that.", "Sign in; a key is not enough."),
        ("wrong_password", "E-mail address or password are wrong.", "Try again, or have the password reset."),
        ("sign_in_locked", "Too many sign-ins failed.", "Wait for the time in Retry-After."),
        ("password_change_required", "The password has to be changed first.", "Change it at POST /admin/v1/me/password."),
        ("totp_required", "A one-time code is needed besides the password.", "Send `totp` with the code of the authenticator, or a recovery code."),
        ("invalid_totp", "The one-time code is wrong, or was used already.", "Wait for the next code; check the clock of the device."),
        ("totp_enabled", "One-time codes are switched on already.", "Switch them off first to begin anew."),
        ("totp_not_begun", "No switching-on of one-time codes was begun.", "Begin it, then send the first code."),
        # What is there.
        ("not_found", "There is no such thing here, or it belongs to somebody else.",
         "Check the id, the tenant of the key, and whether it is a live or a test key."),
        ("gone", "This was retired.", "Look for its successor in the changelog."),
        # Not now.
        ("try_later", "This cannot be done right now.", _AGAIN),
        ("rate_limited", "A rate limit is used up.", "Wait for the seconds in Retry-After; RateLimit says on every answer what is left."),
        ("database_busy", "The database is busy.", _AGAIN),
        ("database_unreachable", "The database cannot be reached.", _AGAIN + " When it lasts: " + _ASK_OPERATOR),
        ("disk_full", "The disk is nearly full: reads go on, writes are refused.",
         "Operators: free space, or move the data. Others: send the request again later."),
        ("failed", "The request could not be fulfilled.", "Read `detail`."),
        ("skipped", "This item was skipped; the others were not.", "Mend the item and send it alone."),
        ("internal_error", "Something went wrong inside the appliance.", "Quote the request id to an operator; the log has the rest."),
        # Signatures on what reaches us.
        ("signature_missing", "The headers of the signature are missing.", "Send webhook-id, webhook-timestamp and webhook-signature."),
        ("signature_malformed", "The headers of the signature cannot be read.", "Write them as Standard Webhooks has them."),
        ("signature_expired", "The signature is too old, or from the future.", "Check the sender's clock."),
        ("signature_mismatch", "The signature does not fit the body.", "Sign the bytes as they are sent, with the right secret."),
        ("signature_secret_invalid", "The secret that should verify the signature is none.", "Store the secret again."),
        # Mail of the appliance, and alerts.
        ("mail_unreachable", "The mail server cannot be reached.", "Operators: check mail.system_smtp."),
        ("mail_delayed", "The mail server asks to try later.", "Nothing has to be done; it is sent again."),
        ("mail_refused", "The mail server refuses the message.", "Operators: check mail.system_smtp and mail.system_from."),
        ("mail_without_tls", "The mail server offers no encryption though it is demanded.", "Operators: check mail.system_smtp."),
        ("alert_refused", "The receiver of alerts refused one.", "Operators: check alerts.webhook_url."),
        ("alert_unreachable", "The receiver of alerts cannot be reached.", "Operators: check alerts.webhook_url."),
        # Running the appliance.
        ("not_initialised", "There is no appliance in the data folder.", "Operators: junction init."),
        ("invalid_settings", "The settings cannot be used.", "Operators: mend the names and values that are listed."),
        ("schema_newer", "The data was written by a newer version.", "Operators: upgrade this program first."),
        ("file_not_private", "A file that holds a secret can be read by others.", "Operators: chmod 600 the file."),
        ("tls_unusable", "The certificate or its key cannot be used.", "Operators: check server.tls_certificate and server.tls_key."),
        ("keyring_unavailable", "The keyring of the operating system does not answer.", "Operators: unlock it, or keep the key in a file."),
        ("master_key_missing", "The master key is not there.", "Operators: bring the key file back, or recover it with the recovery code."),
        ("master_key_exists", "There is a master key already.", "Operators: move it away first, if that is meant."),
        ("master_key_unreadable", "The master key cannot be read.", "Operators: bring the key file back from a backup."),
        ("master_key_read_only", "The master key comes from where it cannot be changed.", "Operators: change it there."),
        ("master_key_current", "This is the master key that is in use.", "Operators: retire an older one."),
        ("secret_unreadable", "A stored secret cannot be opened with this master key.",
         "Operators: bring the key back that sealed it, or store the secret again."),
        ("invalid_recovery_code", "The recovery code is mistyped.",
         "Operators: type it as it was shown; similar letters are told apart by its checksum."),
        ("recovery_code_foreign", "The recovery code belongs to another master key.", "Operators: take the code of this appliance."),
    )
}  # fmt: skip
