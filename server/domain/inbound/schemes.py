"""The table of providers: how each signs, where its event id and type stand, and its handshake. Add a row to add a provider."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from server.domain.inbound.methods import Clock, Hmac, Jwt, Parameter, PublicKey, Scheme, Standard, Token

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.domain.inbound.methods import Encoding

_TOKEN: Final = Token(("query:token", "header:X-Webhook-Token", "bearer:", "basic:"))
_OWN_TOKEN: Final = "a token of your own making; it goes into the address as ?token=…, or into a header"  # noqa: S105 - words, no token
_SNS: Final = PublicKey(
    "json:Signature",
    ("{sns}",),
    (("1", "rsa-sha1"), ("2", "rsa-sha256")),
    choice="json:SignatureVersion",
    certificate="json:SigningCertURL",
    lies_at=r"sns\.[a-z0-9-]{3,30}\.amazonaws\.com(?:\.cn)?/SimpleNotificationService-[0-9a-f]{1,64}\.pem",
)
_TOPIC: Final = (Parameter("topic_arn", "the topic that this source may confirm and receive from"),)
_PARAMETERS_OF_HMAC: Final = (
    Parameter("header", "the header that holds the signature"),
    Parameter("encoding", "how the signature is written", required=False, choices=("hex", "base64")),
    Parameter("digest", "the hash", required=False, choices=("sha256", "sha1", "sha512")),
    Parameter("prefix", "what stands before the signature in its header, such as sha256=", required=False),
    Parameter("timestamp_header", "the header with the seconds that are signed before the body, joined by a full stop", required=False),
    Parameter("event_id_header", "the header with the id that tells a repeated message", required=False),
)

_ROWS: Final = (
    Scheme(
        "shopify", "Shopify", (Hmac("header:X-Shopify-Hmac-Sha256"),), "the app's client secret",
        event_id="header:X-Shopify-Event-Id | header:X-Shopify-Webhook-Id", event_type="header:X-Shopify-Topic",
        account="header:X-Shopify-Shop-Domain",
    ),
    Scheme(
        "woocommerce", "WooCommerce", (Hmac("header:X-WC-Webhook-Signature"),), "the webhook's secret",
        event_id="header:X-WC-Webhook-Delivery-ID", event_type="header:X-WC-Webhook-Topic", handshake="woocommerce",
        note="Disabled by the shop after five answers in a row that are no success.",
    ),
    Scheme(
        "stripe", "Stripe",
        (Hmac("header:Stripe-Signature", ("{timestamp}.{body}",), encoding="hex", pair="v1", clock=Clock(pair="t")),),
        "the endpoint's signing secret, whsec_…", event_id="json:id", event_type="json:type", account="json:account | json:context",
    ),
    Scheme(
        "hubspot", "HubSpot",
        (Hmac("header:X-HubSpot-Signature-v3", ("{method}{url}{body}{timestamp}",), urls="decoded",
              clock=Clock("header:X-HubSpot-Request-Timestamp", "ms")),),
        "the app's client secret", event_id="json:*.eventId + json:*.subscriptionId + json:*.portalId + json:*.occurredAt",
        event_type="json:*.subscriptionType", account="json:*.portalId",
    ),
    Scheme(
        "xero", "Xero", (Hmac("header:x-xero-signature"),), "the webhook key",
        event_id="json:events.*.resourceId + json:events.*.eventDateUtc", event_type="json:events.*.eventType",
        account="json:events.*.tenantId", note="The intent to receive needs no more: a right signature is answered 200, a wrong one 401.",
    ),
    Scheme(
        "quickbooks", "QuickBooks", (Hmac("header:intuit-signature"),), "the verifier token",
        event_id="json:*.id | json:eventNotifications.*.dataChangeEvent.entities.*.id"
        " + json:eventNotifications.*.dataChangeEvent.entities.*.operation + json:eventNotifications.*.dataChangeEvent.entities.*.lastUpdated",
        event_type="json:*.type | json:eventNotifications.*.dataChangeEvent.entities.*.name",
        account="json:*.intuitaccountid | json:eventNotifications.*.realmId",
    ),
    Scheme(
        "paypal", "PayPal",
        (PublicKey(
            "header:PayPal-Transmission-Sig",
            ("{header:PayPal-Transmission-Id}|{header:PayPal-Transmission-Time}|{parameter:webhook_id}|{crc32}",),
            (("SHA256withRSA", "rsa-sha256"),), choice="header:PayPal-Auth-Algo", certificate="header:PayPal-Cert-Url",
            lies_at=r"api(?:-m)?(?:\.sandbox)?\.paypal\.com/v1/notifications/certs/CERT-[\w-]{1,80}",
        ),),
        parameters=(Parameter("webhook_id", "the id of the webhook at PayPal"),), event_id="json:id", event_type="json:event_type",
    ),
    Scheme(
        "slack", "Slack",
        (Hmac("header:X-Slack-Signature", ("v0:{timestamp}:{body}",), encoding="hex", prefix="v0=",
              clock=Clock("header:X-Slack-Request-Timestamp")),),
        "the app's signing secret", payload="any", event_id="json:event_id", event_type="json:event.type | json:type | form:command",
        account="json:team_id | form:team_id", handshake="slack",
    ),
    Scheme(
        "zoom", "Zoom",
        (Hmac("header:x-zm-signature", ("v0:{timestamp}:{body}",), encoding="hex", prefix="v0=", clock=Clock("header:x-zm-request-timestamp")),),
        "the app's secret token",
        event_id="json:event + json:payload.object.uuid + json:event_ts | json:event + json:payload.object.id + json:event_ts",
        event_type="json:event", account="json:payload.account_id", handshake="zoom",
    ),
    Scheme(
        "discord", "Discord",
        (PublicKey("header:X-Signature-Ed25519", ("{timestamp}{body}",), (("", "ed25519"),), encoding="hex",
                   clock=Clock("header:X-Signature-Timestamp")),),
        "the application's public key, in hex", "ed25519", event_id="json:id | json:event.timestamp + json:event.type",
        event_type="json:event.type | json:type", account="json:application_id", handshake="discord",
    ),
    Scheme(
        "twilio", "Twilio",
        (Hmac("header:X-Twilio-Signature", ("{url}{params}",), "sha1", urls="ports", body_hash="query:bodySHA256"),), "the account's auth token",
        payload="any", event_id="header:I-Twilio-Idempotency-Token | form:MessageSid + form:MessageStatus | form:CallSid + form:CallStatus",
        event_type="form:MessageStatus | form:SmsStatus | form:CallStatus | form:EventType", account="form:AccountSid",
    ),
    Scheme(
        "sendgrid", "SendGrid",
        (PublicKey("header:X-Twilio-Email-Event-Webhook-Signature", ("{timestamp}{body}",), (("", "ecdsa-sha256"),),
                   clock=Clock("header:X-Twilio-Email-Event-Webhook-Timestamp")),),
        "the verification key of the event webhook", "ecdsa", event_id="json:*.sg_event_id", event_type="json:*.event",
        note="Inbound parse is not signed: use a token source for it.",
    ),
    Scheme(
        "mailgun", "Mailgun",
        (Hmac("json:signature.signature", ("{json:signature.timestamp}{json:signature.token}",), encoding="hex",
              clock=Clock("json:signature.timestamp")),),
        "the webhook signing key", event_id="json:signature.token", event_type="json:event-data.event",
        note="The signature does not cover the payload; each token is taken once.",
    ),
    Scheme(
        "postmark", "Postmark", (_TOKEN,), "user:password of basic authentication, or a token in the address",
        event_id="json:MessageID + json:RecordType", event_type="json:RecordType", note="Unsigned: add Postmark's addresses to allowed_addresses.",
    ),
    Scheme(
        "ses", "Amazon SES (by SNS)", (_SNS,), parameters=_TOPIC, equal=(("json:TopicArn", "topic_arn"),), event_id="json:MessageId",
        event_type="json:Type", note="A subscription of the topic is confirmed by itself.",
    ),
    Scheme(
        "s3", "Amazon S3 (by SNS)", (_SNS,), parameters=_TOPIC, equal=(("json:TopicArn", "topic_arn"),), event_id="json:MessageId",
        event_type="json:Type", note="A subscription of the topic is confirmed by itself.",
    ),
    Scheme(
        "mailchimp", "Mailchimp",
        (Hmac("header:X-Mailchimp-Signature", ("{timestamp}.{body}",), encoding="hex", pair="v1", clock=Clock(pair="t")),),
        "the webhook's signing secret", payload="form", event_id="form:type + form:fired_at + form:data[id]", event_type="form:type",
        account="form:data[list_id]", handshake="get", note="For older webhooks without a secret use a token source.",
    ),
    Scheme(
        "mandrill", "Mailchimp Transactional (Mandrill)", (Hmac("header:X-Mandrill-Signature", ("{url}{params}",), "sha1"),),
        "the webhook's key", payload="form", handshake="mandrill",
    ),
    Scheme(
        "activecampaign", "ActiveCampaign", (_TOKEN,), _OWN_TOKEN, payload="form", event_id="form:type + form:date_time + form:contact[id]",
        event_type="form:type", note="Unsigned, and never sent twice: reconcile by polling.",
    ),
    Scheme("mautic", "Mautic", (Hmac("header:Webhook-Signature"),), "the webhook's secret"),
    Scheme(
        "adobe_commerce", "Adobe Commerce",
        (PublicKey("header:x-adobe-commerce-webhook-signature", ("{body64}", "{body}"), (("", "rsa-sha256"),)),), "the public key, as PEM", "rsa",
    ),
    Scheme(
        "microsoft_graph", "Microsoft Graph",
        (Token(("json:value.*.clientState",)),
         Jwt("json:validationTokens.*", "https://login.microsoftonline.com/common/discovery/v2.0/keys", ("https://login.microsoftonline.com/",
             "https://sts.windows.net/"), ":app_id", needs="app_id")),
        "the subscription's clientState", parameters=(Parameter("app_id", "the app's id, where notifications carry data of the resource",
                                                                required=False),),
        event_id="json:value.*.subscriptionId + json:value.*.resource + json:value.*.changeType + json:value.*.resourceData.@odata.etag",
        event_type="json:value.*.changeType", account="json:value.*.tenantId", handshake="graph",
    ),
    Scheme(
        "google_calendar", "Google Calendar and Drive", (Token(("header:X-Goog-Channel-Token",)),), "the channel's token", payload="any",
        event_id="header:X-Goog-Channel-ID + header:X-Goog-Message-Number", event_type="header:X-Goog-Resource-State",
    ),
    Scheme(
        "gmail", "Gmail (by Pub/Sub)",
        (Jwt("bearer:", "https://www.googleapis.com/oauth2/v3/certs", ("https://accounts.google.com", "accounts.google.com"), ":audience",
             (("email", ":service_account"), ("email_verified", "true"))),),
        parameters=(Parameter("audience", "the audience of the push subscription, usually this source's address"),
                    Parameter("service_account", "the e-mail address of the subscription's service account")),
        event_id="json:message.messageId", event_type="json:message.attributes.eventType", account="json:subscription",
    ),
    Scheme("dropbox", "Dropbox", (Hmac("header:X-Dropbox-Signature", encoding="hex"),), "the app secret", handshake="dropbox",
           account="json:list_folder.accounts.*"),
    Scheme(
        "meta", "Meta (Facebook, Instagram, WhatsApp)", (Hmac("header:X-Hub-Signature-256", encoding="hex", prefix="sha256="),), "the app secret",
        parameters=(Parameter("verify_token", "the token that Meta presents when the address is set", secret=True),),
        event_id="json:entry.*.id + json:entry.*.time + json:entry.*.changes.*.field", event_type="json:object", account="json:entry.*.id",
        handshake="meta",
    ),
    Scheme("salesforce", "Salesforce outbound messages", (_TOKEN,), _OWN_TOKEN, payload="any",
           note="Unsigned: add the addresses of your instance to allowed_addresses."),
    Scheme("netsuite", "NetSuite (user event scripts)", (Standard(),), "whsec_…; sign in the script as Standard Webhooks has it", "standard",
           event_id="header:webhook-id", event_type="json:type"),
    Scheme(
        "sentry", "Sentry", (Hmac("header:Sentry-Hook-Signature", encoding="hex"),), "the integration's client secret",
        event_id="header:Request-ID", event_type="header:Sentry-Hook-Resource", account="json:installation.uuid",
    ),
    Scheme("posthog", "PostHog", (_TOKEN,), _OWN_TOKEN, event_id="json:event.uuid", event_type="json:event.event"),
    Scheme("zapier", "Zapier", (_TOKEN,), _OWN_TOKEN, payload="any"),
    Scheme("make", "Make", (Token(("header:x-make-apikey", *_TOKEN.places)),), _OWN_TOKEN, payload="any"),
    Scheme(
        "oidc_logout", "OpenID Connect back-channel logout",
        (Jwt("form:logout_token", ":jwks_url", (":issuer",), ":client_id", present=("jti", "events.http://schemas.openid.net/event/backchannel-logout")),),
        parameters=(Parameter("issuer", "the issuer of the tokens"), Parameter("client_id", "our client id there"),
                    Parameter("jwks_url", "the address of the issuer's keys")),
        payload="form",
    ),
    Scheme(
        "github", "GitHub", (Hmac("header:X-Hub-Signature-256", encoding="hex", prefix="sha256="),), "the webhook's secret", payload="any",
        event_id="header:X-GitHub-Delivery", event_type="header:X-GitHub-Event",
    ),
    Scheme("standard_webhooks", "Standard Webhooks (Svix and others)", (Standard(),), "the endpoint's secret, whsec_…", "standard",
           event_id="header:webhook-id", event_type="json:type"),
    Scheme("hmac", "Anything signed with a shared secret", (Hmac("header:X-Signature", encoding="hex"),), "the shared secret", payload="any",
           parameters=_PARAMETERS_OF_HMAC),
    Scheme("token", "Anything with a token", (_TOKEN,), _OWN_TOKEN, payload="any"),
)  # fmt: skip

SCHEMES: Final[Mapping[str, Scheme]] = {scheme.key: scheme for scheme in _ROWS}


def scheme_of(provider: str, parameters: Mapping[str, str]) -> Scheme:
    """Return how a source of a provider is verified; the scheme called `hmac` is made of the source's own parameters."""
    found = SCHEMES[provider]
    if provider != "hmac":
        return found
    encoding: Encoding = "base64" if parameters.get("encoding") == "base64" else "hex"
    digests = {"sha1": "sha1", "sha512": "sha512"}
    stamp, identity = parameters.get("timestamp_header"), parameters.get("event_id_header")
    method = Hmac(
        f"header:{parameters['header']}",
        ("{timestamp}.{body}",) if stamp else ("{body}",),
        digests.get(parameters.get("digest", ""), "sha256"),  # type: ignore[arg-type]
        encoding,
        parameters.get("prefix", ""),
        clock=Clock(f"header:{stamp}") if stamp else None,
    )
    return replace(found, methods=(method,), event_id=f"header:{identity}" if identity else "")
